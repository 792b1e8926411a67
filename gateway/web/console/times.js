/** Moments in the reader's own zone and language. */

const DAY_MS = 86_400_000;
const locale = document.documentElement.lang || 'en';
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(locale, { style: 'short' });

/** @type {[Intl.RelativeTimeFormatUnitSingular, number][]} */
const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/**
 * @param {Date} at
 * @param {Date} now
 * @returns {string} the hour today, the day this year, else the date
 */
export function short(at, now) {
  if (at.toDateString() === now.toDateString()) return clock.format(at);
  if (Math.abs(now.getTime() - at.getTime()) < 7 * DAY_MS) return `${day.format(at)}, ${clock.format(at)}`;
  return at.getFullYear() === now.getFullYear() ? day.format(at) : dayOfYear.format(at);
}

/**
 * @param {number} ms
 * @returns {[number, Intl.RelativeTimeFormatUnitSingular]} in whole units, the greatest that fits
 */
function inUnits(ms) {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(ms) >= length) ?? /** @type {const} */ (['minute', 60_000]);
  return [Math.trunc(ms / length), unit];
}

/**
 * @param {Date} at
 * @param {Date} now
 * @returns {string} how long ago, as a length: `5 min`
 */
export function length(at, now) {
  const [count, unit] = inUnits(Math.max(now.getTime() - at.getTime(), 0));
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

/**
 * @param {HTMLTimeElement} time
 * @param {Date} at
 * @param {Date} now
 */
function shown(time, at, now) {
  if ('day' in time.dataset) return longDay.format(at);
  if ('weekday' in time.dataset) return weekday.format(at);
  if ('since' in time.dataset) return length(at, now);
  if ('until' in time.dataset && at > now) {
    return `${short(at, now)} (${relative.format(...inUnits(at.getTime() - now.getTime()))})`;
  }
  return short(at, now);
}

/** @param {ParentNode} root */
export function localizeTimes(root) {
  const now = new Date();
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = shown(time, at, now);
    if (time.textContent !== text) time.textContent = text;
    time.title = full.format(at);
  }
}
