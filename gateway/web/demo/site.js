/** Turns the page into the site of the business in `?tenant=` and puts the chat on it. */

import { readableColors } from '../widget/color.js';
import { CONTENT } from './content.js';

const DEFAULT_TENANT = 'demo-catering';

/** @typedef {import('../widget/settings.js').Settings} Settings */

const tenant = new URLSearchParams(location.search).get('tenant') || DEFAULT_TENANT;
fill(CONTENT[tenant] ?? CONTENT[DEFAULT_TENANT]);
markCurrent();
embedChat();
embedForms(CONTENT[tenant] ?? CONTENT[DEFAULT_TENANT]);
showBusiness(await fetchSettings());

/** @param {import('./content.js').SiteContent} content */
function fill(content) {
  for (const id of /** @type {const} */ (['kicker', 'headline', 'lead', 'call', 'closing'])) {
    byId(id).textContent = content[id];
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    const label = /** @type {HTMLElement} */ (node).dataset.label;
    node.textContent = content.labels[/** @type {keyof import('./content.js').Labels} */ (label)];
  }
  for (const part of document.querySelectorAll('main, .top')) part.setAttribute('lang', content.language);
  byId('offers').replaceChildren(...content.offers.map(item));
  byId('steps-list').replaceChildren(...content.steps.map(item));
  const picture = document.createElement('img');
  picture.src = `/assets/demo/pictures/${content.picture}`;
  picture.alt = '';
  byId('picture').replaceChildren(picture);
}

/** @param {[string, string]} content */
function item([title, text]) {
  const heading = document.createElement('h3');
  heading.textContent = title;
  const words = document.createElement('p');
  words.textContent = text;
  const node = document.createElement('li');
  node.append(heading, words);
  return node;
}

function markCurrent() {
  document.querySelector(`.demo-bar a[data-tenant="${CSS.escape(tenant)}"]`)?.setAttribute('aria-current', 'page');
}

/** @returns {Promise<Settings | null>} null for a tenant that is not there */
async function fetchSettings() {
  const response = await fetch(`/api/v1/public/widget/${encodeURIComponent(tenant)}`).catch(() => null);
  return response?.ok ? response.json() : null;
}

/** @param {Settings | null} settings */
function showBusiness(settings) {
  const name = settings?.name ?? 'There is no such business';
  document.title = settings ? `${name} · Frontdesk demo` : name;
  byId('name').textContent = name;
  byId('mark').textContent = [...name][0];
  const { style, classList } = document.documentElement;
  if (settings) {
    const { background, text, ink } = readableColors(settings.color);
    style.setProperty('--brand', background);
    style.setProperty('--on-brand', text);
    style.setProperty('--brand-ink-light', ink);
  }
  classList.add('ready');
}

/** The line a customer's site has, for the tenant of this page. */
function embedChat() {
  const script = document.createElement('script');
  script.src = '/widget.js';
  script.dataset.tenant = tenant;
  script.async = true;
  document.head.append(script);
  for (const button of document.querySelectorAll('[data-open-chat]')) {
    button.addEventListener('click', () => {
      /** @type {{ frontdesk?: { open(): void } }} */ (window).frontdesk?.open();
    });
  }
}

/** The tags are on the page; whose they are, and their script, a customer's site writes beside them.
 *
 * @param {import('./content.js').SiteContent} content
 */
function embedForms(content) {
  for (const form of document.querySelectorAll('frontdesk-form')) {
    form.setAttribute('tenant', tenant);
    form.setAttribute('language', content.language);
  }
  void import('../forms/forms.js');
}

/** @param {string} id */
function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}
