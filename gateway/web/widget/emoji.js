/** A small sheet of emoji to pick from. */

import { element } from './element.js';

const EMOJI = [...new Intl.Segmenter().segment(
  '😀😃😄😁😆😅😂🙂😉😊😍😘😋😎🤩🥳🤔🤗😇🙃😌😴😢😭😮😳😬🙄😡🤒👍👎👌✌️🤞👋🙏👏💪🤝❤️🧡💛💚💙💜🔥✨⭐🎉🎂🎁🍽️🥂☕🍕🏡🚗📅⏰📍📞📷💳✅❌',
)].map(({ segment }) => segment);
const COLUMNS = 8;

/**
 * @param {string} label what it is, for those who do not see it
 * @param {(emoji: string) => void} pick
 */
export function emojiSheet(label, pick) {
  const buttons = EMOJI.map((emoji, index) =>
    element('button', { type: 'button', tabindex: index === 0 ? '0' : '-1', click: () => pick(emoji) }, emoji),
  );
  return element('div', { class: 'emoji', role: 'group', 'aria-label': label, keydown: (event) => move(event, buttons) }, ...buttons);
}

/**
 * One stop for the Tab key, the arrows within.
 *
 * @param {Event} event
 * @param {HTMLButtonElement[]} buttons
 */
function move(event, buttons) {
  if (!(event instanceof KeyboardEvent)) return;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  const from = buttons.findIndex((button) => button === event.target);
  const to = step === undefined ? undefined : buttons[from + step];
  if (from < 0 || !to) return;
  event.preventDefault();
  buttons[from].tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}
