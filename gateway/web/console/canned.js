/**
 * Replies that are ready: `/` at the beginning of the reply opens the list, what is typed after it
 * narrows the list, arrows move, Enter and Tab take, Escape closes.
 */

const MARK = '/';

/** @returns {HTMLElement | null} */
function list() {
  return document.getElementById('canned');
}

/** @returns {HTMLElement[]} what is offered now */
function offered() {
  return [...(list()?.children ?? [])].filter((item) => item instanceof HTMLElement).filter((item) => !item.hidden);
}

/** @param {HTMLElement | undefined} item */
function select(item) {
  for (const other of list()?.children ?? []) other.setAttribute('aria-selected', String(other === item));
  item?.scrollIntoView({ block: 'nearest' });
}

/** @param {HTMLTextAreaElement} field */
function close(field) {
  const items = list();
  if (items) items.hidden = true;
  field.setAttribute('aria-expanded', 'false');
  field.removeAttribute('aria-activedescendant');
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {number} step
 */
function move(field, step) {
  const all = offered();
  const at = all.findIndex((item) => item.getAttribute('aria-selected') === 'true');
  const next = all[(at + step + all.length) % all.length];
  select(next);
  if (next) field.setAttribute('aria-activedescendant', next.id);
}

/**
 * Puts a reply in the place of what was typed; it is a draft like any other.
 *
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement | undefined} item
 */
function take(field, item) {
  if (!item) return;
  field.value = item.dataset.text ?? '';
  close(field);
  field.focus();
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/**
 * Offers what fits to what is typed.
 *
 * @param {HTMLTextAreaElement} field
 */
export function offerCanned(field) {
  const items = list();
  if (!items) return;
  const isAsked = field.value.startsWith(MARK) && !/\s/.test(field.value);
  const typed = field.value.slice(MARK.length).toLowerCase();
  for (const item of items.children) {
    if (!(item instanceof HTMLElement)) continue;
    const { shortcut = '', text = '' } = item.dataset;
    item.hidden = !shortcut.startsWith(typed) && !text.toLowerCase().includes(typed);
  }
  const first = offered()[0];
  if (!isAsked || !first) {
    close(field);
    return;
  }
  items.hidden = false;
  field.setAttribute('aria-expanded', 'true');
  select(first);
  field.setAttribute('aria-activedescendant', first.id);
}

/**
 * @param {KeyboardEvent} event in the reply
 * @param {HTMLTextAreaElement} field
 * @returns {boolean} whether the key was for the list
 */
export function pressCanned(event, field) {
  const items = list();
  if (!items || items.hidden) return false;
  if (event.key === 'ArrowDown') move(field, 1);
  else if (event.key === 'ArrowUp') move(field, -1);
  else if (event.key === 'Escape') close(field);
  else if (event.key === 'Enter' || event.key === 'Tab') {
    take(field, offered().find((item) => item.getAttribute('aria-selected') === 'true'));
  } else return false;
  event.preventDefault();
  return true;
}

/**
 * @param {Event} event a press in the conversation
 * @param {HTMLTextAreaElement | null} field
 * @returns {boolean} whether it was on the list
 */
export function clickCanned(event, field) {
  const target = event.target instanceof Element ? event.target.closest('#canned [role="option"]') : null;
  if (!(target instanceof HTMLElement) || !field) return false;
  take(field, target);
  return true;
}
