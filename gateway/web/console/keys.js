/**
 * The keyboard: J and K move through the queue, Enter opens, / searches, R replies, T takes over,
 * B gives back, Escape leaves the field.
 */

import { replyField } from './composer.js';

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

/** @param {string} act */
function press(act) {
  const button = document.querySelector(`form[data-act="${act}"] button`);
  if (button instanceof HTMLButtonElement) button.click();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => replyField()?.focus(),
  t: () => press('take-over'),
  b: () => press('give-back'),
  '/': () => /** @type {HTMLElement | null} */ (document.querySelector('input[type="search"]'))?.focus(),
};

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

export function followKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
