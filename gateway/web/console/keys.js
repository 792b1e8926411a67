/** The keyboard: J and K move through the queue, Enter opens, / searches. */

/** @returns {HTMLAnchorElement[]} */
function rows() {
  return [...document.querySelectorAll('.rows .row')].filter((row) => row instanceof HTMLAnchorElement);
}

/** @param {number} step */
function move(step) {
  const all = rows();
  const focused = all.findIndex((row) => row === document.activeElement);
  const current = focused >= 0 ? focused : all.findIndex((row) => row.hasAttribute('aria-current'));
  all[Math.min(Math.max(current + step, 0), all.length - 1)]?.focus();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  '/': () => document.querySelector('input[type="search"]')?.dispatchEvent(new Event('wanted')),
};

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

export function followKeys() {
  for (const search of document.querySelectorAll('input[type="search"]')) {
    search.addEventListener('wanted', () => /** @type {HTMLElement} */ (search).focus());
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
