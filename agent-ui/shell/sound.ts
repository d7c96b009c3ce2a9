/**
 * Two soft tones, made here and now. An offer's is repeated every three seconds until it is decided; all repetitions are
 * put on the audio clock at once, because a page in the background may not run its timers in time.
 */

export type Sound = {
  /** Browsers allow sound only after a gesture: call it in one. */
  allow(): void;
  /** Rings until `stopRinging`, at most for the given time. Ringing already, it goes on for the longer of both. */
  ring(forMs: number): void;
  stopRinging(): void;
  /** One tone for a line. */
  tap(): void;
  muted: boolean;
};

const EVERY_S = 3;

export function createSound(muted: boolean): Sound {
  let context: AudioContext | undefined;
  let ringing: { until: number; nodes: OscillatorNode[] } | undefined;
  let isMuted = muted;

  function tone(audio: AudioContext, frequency: number, at: number, lengthS: number, volume: number): OscillatorNode {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = "sine";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + lengthS);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + lengthS);
    return oscillator;
  }

  function stopRinging(): void {
    for (const node of ringing?.nodes ?? []) node.stop();
    ringing = undefined;
  }

  function ring(forMs: number): void {
    if (isMuted || context?.state !== "running") return;
    const until = context.currentTime + forMs / 1000;
    if (ringing && ringing.until >= until) return;
    stopRinging();
    const nodes: OscillatorNode[] = [];
    for (let at = context.currentTime; at < until; at += EVERY_S) {
      nodes.push(tone(context, 659.25, at, 0.35, 0.12), tone(context, 880, at + 0.18, 0.5, 0.12));
    }
    ringing = { until, nodes };
  }

  return {
    allow() {
      context ??= new AudioContext();
      void context.resume();
    },
    ring,
    stopRinging,
    tap() {
      if (!isMuted && context?.state === "running") tone(context, 784, context.currentTime, 0.25, 0.08);
    },
    get muted() {
      return isMuted;
    },
    set muted(value) {
      isMuted = value;
      if (value) stopRinging();
    },
  };
}
