/** A short chime, made on the spot: nothing to download, and nothing a page's policy could forbid. */

const NOTES = [
  { hertz: 660, after: 0 },
  { hertz: 880, after: 0.09 },
];
const LENGTH_S = 0.25;
const VOLUME = 0.08;

/** @type {AudioContext | null} */
let context = null;

/** Plays it, where the browser lets the page be heard: after the visitor has touched it. */
export function chime() {
  try {
    context ??= new AudioContext();
    const now = context.currentTime;
    for (const { hertz, after } of NOTES) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, now + after);
      volume.gain.linearRampToValueAtTime(VOLUME, now + after + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, now + after + LENGTH_S);
      tone.connect(volume).connect(context.destination);
      tone.start(now + after);
      tone.stop(now + after + LENGTH_S);
    }
  } catch {
    // A device without sound.
  }
}
