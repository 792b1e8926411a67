/** The chat's look while it is being changed: the real widget in a frame, in the look of the form. */

import { webAddress } from '../widget/linkify.js';

const PAUSE_MS = 250;
/** How long a chat in a new look takes to open. */
const SETTLE_MS = 2_000;

/**
 * @param {HTMLFormElement} form
 * @param {string} language
 * @returns {Partial<import('../widget/settings.js').Settings>}
 */
function lookOf(form, language) {
  const value = (/** @type {string} */ name) => {
    const field = form.elements.namedItem(name);
    return field instanceof RadioNodeList ? '' : /** @type {HTMLInputElement | null} */ (field)?.value.trim() ?? '';
  };
  const avatar = value('profile.avatar_url');
  return {
    color: value('profile.color'),
    corner: value('profile.corner') === 'left' ? 'left' : 'right',
    greeting: value(`profile.greeting.${language}`),
    avatarUrl: webAddress(avatar),
  };
}

/** @param {HTMLFormElement} form */
export function followLook(form) {
  const frame = document.getElementById('preview');
  if (!(frame instanceof HTMLIFrameElement)) return;
  const language = frame.dataset.language ?? 'en';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {HTMLElement | null} */
  let field = null;
  let shownAt = -SETTLE_MS;
  const chat = () => /** @type {any} */ (frame.contentWindow)?.frontdesk;
  const show = () => {
    shownAt = performance.now();
    void chat()?.('preview', lookOf(form, language));
  };
  const start = async () => {
    shownAt = performance.now();
    await chat()?.('locale', language);
    show();
    await chat()?.('open');
  };
  frame.addEventListener('load', () => void start());
  // The frame may have been faster than this script.
  if (frame.contentDocument?.readyState === 'complete' && chat()) void start();
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
  // A chat that opens takes the caret. Whoever changes its look wants to go on writing here; whoever
  // goes into the frame on their own may.
  document.addEventListener('focusin', (event) => {
    if (event.target instanceof HTMLElement && event.target !== frame) field = event.target;
  });
  addEventListener('blur', () => {
    const isTaken = document.activeElement === frame && performance.now() - shownAt < SETTLE_MS;
    if (!isTaken) return;
    if (field) field.focus({ preventScroll: true });
    else frame.blur();
  });
}
