/** When people are there, in words and on the visitor's own clock. */

const DAY_MS = 86_400_000;

/**
 * When somebody is back.
 *
 * @param {import('./settings.js').Settings['openings']} openings the coming ones, in order; null for always open
 * @param {number} now milliseconds since 1970
 * @returns {number | null} null when somebody is there, or nobody knows when
 */
export function backAt(openings, now) {
  const next = openings?.find(({ until }) => Date.parse(until) > now);
  const opens = next ? Date.parse(next.from) : 0;
  return opens > now ? opens : null;
}

/**
 * A moment to come, as short as it can be said: `8:00 AM`, `tomorrow, 8:00 AM`, `Monday, 8:00 AM`,
 * `Monday, December 28, 8:00 AM`.
 *
 * @param {number} at
 * @param {number} now
 * @param {string} language
 * @param {{ tomorrow: string }} texts
 */
export function momentInWords(at, now, language, texts) {
  const midnight = (/** @type {number} */ time) => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  const clock = new Date(at).toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' });
  if (days === 0) return clock;
  if (days === 1) return `${texts.tomorrow}, ${clock}`;
  const date = /** @type {Intl.DateTimeFormatOptions} */ (days < 7 ? {} : { day: 'numeric', month: 'long' });
  return `${new Date(at).toLocaleDateString(language, { weekday: 'long', ...date })}, ${clock}`;
}
