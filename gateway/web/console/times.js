/** Moments in the reader's own zone and language. */

const DAY_MS = 86_400_000;
const locale = document.documentElement.lang || 'en';
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });

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
 * @param {HTMLTimeElement} time
 * @param {Date} at
 * @param {Date} now
 */
function shown(time, at, now) {
  if ('day' in time.dataset) return longDay.format(at);
  return 'weekday' in time.dataset ? weekday.format(at) : short(at, now);
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
