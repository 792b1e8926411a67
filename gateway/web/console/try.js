/** The phone on screen: what is written is sent without leaving the page, and the screen follows. */

import { fetchPart, patch } from './live.js';
import { localizeTimes } from './times.js';
import { tell } from './toast.js';

const EVERY_MS = 1_000;
const NEAR_END_PX = 80;

/** @param {Document} part */
function show(part) {
  const scroll = document.querySelector('.phone .scroll');
  const isAtEnd = scroll ? scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX : false;
  for (const id of ['screen', 'troubles']) {
    const [old, fresh] = [document.getElementById(id), part.getElementById(id)];
    if (old && fresh) patch(old, fresh);
  }
  const [seen, freshSeen] = [document.getElementById('seen'), part.getElementById('seen')];
  if (seen && freshSeen && seen.innerHTML !== freshSeen.innerHTML) seen.replaceChildren(...freshSeen.childNodes);
  localizeTimes(document);
  if (scroll && isAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

/**
 * Sends a form with the button that was pressed.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(form, button) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (typeof value === 'string') body.append(name, value);
  show(await fetchPart(form.action, { method: 'POST', body }));
}

export function followTry() {
  const page = document.getElementById('try');
  const source = page?.dataset.source;
  if (!page || !source || !document.getElementById('screen')) return;
  const scroll = page.querySelector('.phone .scroll');
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
  let isBusy = false;
  /** @param {() => Promise<void>} work */
  const alone = async (work) => {
    isBusy = true;
    try {
      await work();
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    isBusy = false;
  };
  setInterval(() => {
    if (!isBusy && !document.hidden) void alone(async () => show(await fetchPart(source)));
  }, EVERY_MS);
  page.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== 'post') return;
    event.preventDefault();
    const field = form.classList.contains('say') ? form.elements.namedItem('text') : null;
    void alone(async () => {
      await send(form, event.submitter);
      if (field instanceof HTMLInputElement) {
        field.value = '';
        field.focus();
      }
    });
  });
}
