/**
 * The round button in the corner, the first thing a visitor sees and all that loads with the page.
 * The chat itself is fetched when it is wanted.
 */

import { readableColors } from './color.js';
import { element, icon, styleSheet } from './element.js';
import { CHAT, CHEVRON_DOWN } from './icons.js';
import { loadSettings } from './settings.js';
import { Storage } from './storage.js';
import { chooseLanguage, loadTexts } from './texts.js';
import { knownVisitor } from './visitor.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./texts.js').Texts} Texts */

/**
 * What every part of the widget works with.
 *
 * @typedef {object} Context
 * @property {string} base address the widget was loaded from, ending in `/`
 * @property {Settings} settings
 * @property {Storage} storage
 * @property {string} language
 * @property {Texts} texts
 */

/**
 * Puts the button on the page.
 *
 * @param {{ base: string, tenant: string, language: string | null }} options
 * @returns {Promise<Launcher>}
 */
export async function start({ base, tenant, language: demanded }) {
  const [settings, sheet] = await Promise.all([
    loadSettings(base, tenant, demanded),
    styleSheet('launcher.css'),
    documentParsed(),
  ]);
  const language = chooseLanguage({
    demanded,
    preferred: navigator.languages,
    offered: settings.languages,
    fallback: settings.language,
  });
  const texts = await loadTexts(language);
  return new Launcher({ base, settings, storage: new Storage(tenant), language, texts }, sheet);
}

class Launcher {
  #context;
  #root;
  #badge = element('span', { class: 'badge', hidden: true });
  #button;
  /** @type {Promise<import('./panel.js').Panel | null> | null} */
  #panel = null;
  #isOpen = false;

  /**
   * @param {Context} context
   * @param {CSSStyleSheet} sheet
   */
  constructor(context, sheet) {
    this.#context = context;
    const host = element('div', { id: 'frontdesk-widget', lang: context.language });
    this.#root = host.attachShadow({ mode: 'open' });
    this.#root.adoptedStyleSheets = [sheet];
    const { background, text, ink } = readableColors(context.settings.color);
    host.style.setProperty('--accent', background);
    host.style.setProperty('--on-accent', text);
    host.style.setProperty('--accent-ink', ink);

    this.#button = element(
      'button',
      {
        type: 'button',
        class: 'launcher',
        'aria-haspopup': 'dialog',
        click: () => (this.#isOpen ? this.close() : this.open()),
        // Fetch the chat while the pointer is still on its way.
        pointerenter: () => this.#load(),
        focus: () => this.#load(),
      },
      element('span', { class: 'face chat' }, icon(CHAT)),
      element('span', { class: 'face down' }, icon(CHEVRON_DOWN)),
      this.#badge,
    );
    this.#root.append(this.#button);
    this.#label(0);
    document.body.append(host);
    if (knownVisitor(context.storage)) this.#load();
  }

  /** Shows the chat. */
  async open() {
    if (this.#isOpen) return;
    this.#setOpen(true);
    const panel = await this.#load();
    if (this.#isOpen) panel?.show();
  }

  /** Hides the chat; the conversation goes on. */
  async close() {
    if (!this.#isOpen) return;
    this.#setOpen(false);
    (await this.#load())?.hide();
    this.#button.focus();
  }

  /** Loads the chat once. Where that fails, the next press tries anew: the network may be back by then. */
  #load() {
    this.#panel ??= this.#createPanel().catch((error) => {
      console.warn('frontdesk: the chat could not be loaded', error);
      this.#panel = null;
      this.#setOpen(false);
      return null;
    });
    return this.#panel;
  }

  async #createPanel() {
    const [{ Panel }, ...sheets] = await Promise.all([
      import('./panel.js'),
      ...['panel.css', 'messages.css', 'forms.css'].map(styleSheet),
    ]);
    this.#root.adoptedStyleSheets.push(...sheets);
    const panel = new Panel(this.#context, {
      close: () => this.close(),
      unreadChanged: (count) => this.#label(count),
    });
    this.#root.prepend(panel.node);
    return panel;
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    this.#isOpen = isOpen;
    this.#button.classList.toggle('open', isOpen);
    this.#label(0);
  }

  /** @param {number} unread */
  #label(unread) {
    const { openChat, closeChat, unread: newMessages } = this.#context.texts;
    const opening = unread ? `${openChat} (${unread} ${newMessages})` : openChat;
    this.#button.setAttribute('aria-label', this.#isOpen ? closeChat : opening);
    this.#button.setAttribute('aria-expanded', String(this.#isOpen));
    this.#badge.hidden = unread === 0 || this.#isOpen;
    this.#badge.textContent = unread > 9 ? '9+' : String(unread);
  }
}

/** @returns {Promise<void>} when there is a body to put the button in */
function documentParsed() {
  return new Promise((resolve) => {
    if (document.readyState !== 'loading') resolve();
    else addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });
}
