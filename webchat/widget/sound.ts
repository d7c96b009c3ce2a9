/** One soft tone for a new line, made on the spot. */

let context: AudioContext | undefined;

/** Silent where the browser wants a gesture first; that is what a page that was not touched deserves. */
export function playTone(): void {
  context ??= new AudioContext();
  if (context.state !== "running") {
    context.resume();
    return;
  }
  const at = context.currentTime;
  const volume = context.createGain();
  volume.connect(context.destination);
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
  const tone = context.createOscillator();
  tone.frequency.setValueAtTime(660, at);
  tone.frequency.setValueAtTime(880, at + 0.12);
  tone.connect(volume);
  tone.start(at);
  tone.stop(at + 0.5);
}
