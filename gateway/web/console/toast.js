/** One line at the edge of the page: what went wrong, said aloud by screen readers. */

const SHOWN_MS = 8_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let ends;

/** @param {string} text */
export function tell(text) {
  const toast = document.getElementById('toast');
  if (!toast) return;
  toast.textContent = text;
  clearTimeout(ends);
  if (text) ends = setTimeout(() => (toast.textContent = ''), SHOWN_MS);
}
