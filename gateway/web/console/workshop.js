/** A manifest being written: checked and rehearsed without leaving the page, faults a click away. */

import { fetchPart } from './live.js';
import { tell } from './toast.js';

/**
 * Puts the caret where a fault is.
 *
 * @param {HTMLTextAreaElement} text
 * @param {number} line from 1
 * @param {number} column from 1
 */
function goTo(text, line, column) {
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
  const lineHeight = text.scrollHeight / lines.length;
  text.focus();
  text.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0));
  text.scrollTop = Math.max(0, (line - 4) * lineHeight);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} path
 * @param {HTMLElement | null} button
 */
async function check(form, path, button) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (typeof value === 'string') body.append(name, value);
  try {
    const part = await fetchPart(path, { method: 'POST', body });
    const fresh = part.getElementById('verdict');
    const lines = document.getElementById('lines');
    if (!fresh) return;
    if (lines instanceof HTMLTextAreaElement) lines.value = fresh.dataset.lines ?? lines.value;
    document.getElementById('verdict')?.replaceWith(fresh);
    const transcript = fresh.querySelector('.rehearsed');
    if (transcript) transcript.scrollTop = transcript.scrollHeight;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}

export function followWorkshop() {
  const form = document.getElementById('workshop');
  const text = document.getElementById('manifest');
  if (!(form instanceof HTMLFormElement) || !(text instanceof HTMLTextAreaElement)) return;
  let isSaved = true;
  text.addEventListener('input', () => (isSaved = false));
  form.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-line]') : null;
    if (button instanceof HTMLElement) goTo(text, Number(button.dataset.line), Number(button.dataset.column));
  });
  form.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (form.dataset.check && button?.hasAttribute('formaction')) {
      event.preventDefault();
      void check(form, form.dataset.check, button);
    } else {
      isSaved = true;
    }
  });
  addEventListener('beforeunload', (event) => {
    if (!isSaved) event.preventDefault();
  });
}
