/**
 * A manifest being written, as text or in the form: checked and rehearsed without leaving the page,
 * faults a click away.
 */

import { followLook } from './look.js';
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
    showFaults(form, fresh);
    const transcript = fresh.querySelector('.rehearsed');
    if (transcript) transcript.scrollTop = transcript.scrollHeight;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Puts each fault beside its field, and takes away those that are mended.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} verdict
 */
function showFaults(form, verdict) {
  for (const place of form.querySelectorAll('[data-fault]')) {
    const path = place instanceof HTMLElement ? (place.dataset.fault ?? '') : '';
    const faults = [...verdict.querySelectorAll(`[data-path="${CSS.escape(path)}"] span`)];
    place.textContent = faults.map((fault) => fault.textContent).join(' ');
    const field = document.getElementById(path);
    if (faults.length > 0) field?.setAttribute('aria-invalid', 'true');
    else field?.removeAttribute('aria-invalid');
  }
}

/**
 * Opens what a field is hidden in, and puts the caret there.
 *
 * @param {string} path
 */
function goToField(path) {
  const field = document.getElementById(path);
  field?.closest('details')?.setAttribute('open', '');
  field?.focus();
}

/**
 * Moves a question one place up or down; the caret stays on its button.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
function move(form, button) {
  const card = button.closest('.group');
  const isUp = button.value.startsWith('up');
  const beside = isUp ? card?.previousElementSibling : card?.nextElementSibling;
  if (!card || !beside?.querySelector('[name="order"]')) return;
  if (isUp) beside.before(card);
  else beside.after(card);
  const cards = [...form.querySelectorAll('.group')].filter((group) => group.querySelector('[name="order"]'));
  cards.forEach((group, index) => {
    const number = group.querySelector('h2 span');
    if (number) number.textContent = String(index + 1);
    const [up, down] = /** @type {HTMLButtonElement[]} */ ([...group.querySelectorAll('button[name="move"]')]);
    if (up) up.disabled = index === 0;
    if (down) down.disabled = index === cards.length - 1;
  });
  const free = button.disabled ? card.querySelector('button[name="move"]:enabled') : button;
  if (free instanceof HTMLElement) free.focus();
  card.scrollIntoView({ block: 'nearest' });
}

export function followWorkshop() {
  const form = document.getElementById('workshop');
  const text = document.getElementById('manifest');
  if (!(form instanceof HTMLFormElement)) return;
  let isSaved = true;
  followLook(form);
  form.addEventListener('input', (event) => {
    // What a customer says in the rehearsal is nobody's work.
    const name = event.target instanceof Element ? event.target.getAttribute('name') : null;
    if (name !== 'lines' && name !== 'channel') isSaved = false;
  });
  form.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest('[data-line]');
    if (button instanceof HTMLElement && text instanceof HTMLTextAreaElement) {
      goTo(text, Number(button.dataset.line), Number(button.dataset.column));
    }
    const item = target?.closest('a') ? target.closest('[data-path]') : null;
    if (item instanceof HTMLElement) {
      event.preventDefault();
      goToField(item.dataset.path ?? '');
    }
  });
  form.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (button instanceof HTMLButtonElement && button.name === 'move') {
      event.preventDefault();
      isSaved = false;
      move(form, button);
      if (form.dataset.check) void check(form, form.dataset.check, null);
      return;
    }
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
