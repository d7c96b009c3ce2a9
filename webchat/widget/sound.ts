/** One soft tone for a new line, made on the spot. */

let context: AudioContext | undefined;

/** Silent on a page that was not touched yet: browsers want a gesture first, and so do people. */
export async function playTone(): Promise<void> {
  if (navigator.userActivation?.hasBeenActive === false) return;
  context ??= new AudioContext();
  await context.resume();
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
