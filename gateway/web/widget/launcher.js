/**
 * The round button in the corner, the first thing a visitor sees and all that loads with the page.
 * The chat itself is fetched when it is wanted.
 */

import { readableColors } from './color.js';
import { element, icon, styleSheet } from './element.js';
import { LABELS } from './labels.js';
import { chooseLanguage, wishedLanguages } from './language.js';
import { loadSettings } from './settings.js';
import { Storage } from './storage.js';

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./texts/en.js').Texts} Texts */

/**
 * What every part of the widget works with.
 *
 * @typedef {object} Context
 * @property {string} base address the widget was loaded from, ending in `/`
 * @property {Settings} settings
 * @property {Storage} storage of this visitor
 * @property {string} language
 * @property {{ identity: import('./commands.js').Identity, attributes: Record<string, string> }} site what
 *   the page says of the visitor, as it is now
 * @property {(event: string, detail: any) => void} emit tells the page
 * @property {AbortSignal} signal the chat leaves the page
 */

const CHAT = 'M21 11.5a8.4 8.4 0 0 1-12.3 7.6L3 21l1.9-5.7A8.5 8.5 0 1 1 21 11.5zM8.5 11.5h.01M12.5 11.5h.01M16.5 11.5h.01';
const CHEVRON_DOWN = 'M5 9l7 7 7-7';
/** Times a page may throw the chat out before it is left in peace. */
const RETURNS_MAX = 100;
/** As in the style sheets: here the open chat fills the screen. */
const FULL_SCREEN = '(max-width: 667px), (max-height: 480px)';

/**
 * Puts the button on the page.
 *
 * @param {import('./commands.js').Options & Pick<Context, 'base' | 'site' | 'emit'> & { isWanted: () => boolean }} options
 * @returns {Promise<Launcher | null>} null when it is not wanted any more
 */
export async function start({ base, tenant, site, emit, isWanted, ...wishes }) {
  const wished = wishedLanguages(wishes.language);
  const [stored, sheet] = await Promise.all([
    loadSettings(base, tenant, wished),
    styleSheet('launcher.css'),
    documentParsed(),
  ]);
  if (!isWanted()) return null;
  const settings = { ...stored, ...wishes.look };
  const language = chooseLanguage(wishes.language, wished, settings);
  const storage = new Storage(tenant, site.identity.userHash?.slice(0, 32));
  return new Launcher({ base, settings, storage, language, site, emit }, wishes, sheet);
}

export class Launcher {
  #context;
  #labels;
  #host;
  #isOwnHost;
  #root;
  #badge = element('span', { class: 'badge', hidden: true });
  #button;
  #end = new AbortController();
  /** @type {Promise<import('./panel.js').Panel | null> | null} */
  #panel = null;
  #unread = 0;
  /** @type {Element | null} what had the focus before the chat took it */
  #cameFrom = null;
  isOpen = false;

  /**
   * @param {Omit<Context, 'signal'>} context
   * @param {Partial<import('./commands.js').Options>} wishes
   * @param {CSSStyleSheet} sheet
   */
  constructor(context, { host = null, corner, button }, sheet) {
    const { settings, language, storage } = context;
    this.#context = { ...context, signal: this.#end.signal };
    this.#labels = LABELS[language];
    this.#isOwnHost = host === null;
    this.#host = host ?? element('div', { id: 'frontdesk-widget' });
    this.#root = this.#host.shadowRoot ?? this.#host.attachShadow({ mode: 'open' });
    this.#root.adoptedStyleSheets = [sheet, theme(settings.color)];
    this.#button = element(
      'button',
      {
        type: 'button',
        class: 'launcher',
        hidden: button === 'none',
        'aria-haspopup': 'dialog',
        click: () => this.toggle(),
        // Fetch the chat while the pointer is still on its way.
        pointerenter: () => this.#load(),
        focus: () => this.#load(),
      },
      element('span', { class: 'face chat' }, icon(CHAT)),
      element('span', { class: 'face down' }, icon(CHEVRON_DOWN)),
      this.#badge,
    );
    const frame = { class: `frame ${corner === 'left' || corner === 'right' ? corner : settings.corner}`, lang: language, dir: 'ltr' };
    this.#root.replaceChildren(element('div', frame, this.#button));
    this.#label(0);
    if (this.#isOwnHost) this.#stay();
    addEventListener('popstate', () => this.#wentBack(), { signal: this.#end.signal });
    addEventListener('storage', ({ key }) => this.#otherTabWrote(key), { signal: this.#end.signal });
    if (storage.get('visitor')) this.#load();
  }

  /**
   * Shows the chat.
   *
   * @param {string} [text] put where the visitor writes, unless something is there
   */
  async open(text) {
    if (!this.isOpen) {
      this.#cameFrom = document.activeElement;
      this.#setOpen(true);
      // The phone's back button closes what fills the screen, as it does everywhere.
      if (matchMedia(FULL_SCREEN).matches) history.pushState({ ...history.state, frontdeskOpen: true }, '');
    }
    const panel = await this.#load();
    if (this.isOpen) panel?.show(text);
  }

  /** Hides the chat; the conversation goes on. */
  async close() {
    if (!this.isOpen) return;
    this.#setOpen(false);
    if (history.state?.frontdeskOpen) history.back();
    (await this.#load())?.hide();
    this.#returnFocus();
  }

  toggle() {
    return this.isOpen ? this.close() : this.open();
  }

  /** Leaves the page and forgets this visitor on this device. */
  forget() {
    this.remove();
    this.#context.storage.clear();
  }

  /** Leaves the page. */
  remove() {
    this.#end.abort();
    if (this.#isOwnHost) this.#host.remove();
    else this.#root.replaceChildren();
  }

  /** Comes back when a page that changes by itself throws away what it does not know. */
  #stay() {
    let returns = 0;
    const attach = () => {
      if (this.#host.isConnected || !document.body || returns++ > RETURNS_MAX) return;
      document.body.append(this.#host);
      observer.disconnect();
      observer.observe(document.documentElement, { childList: true });
      observer.observe(document.body, { childList: true });
    };
    const observer = new MutationObserver(attach);
    this.#end.signal.addEventListener('abort', () => observer.disconnect());
    attach();
  }

  #returnFocus() {
    const before = this.#cameFrom;
    this.#cameFrom = null;
    const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body && before !== this.#host;
    (isThere ? before : this.#button).focus();
  }

  #wentBack() {
    if (this.isOpen && matchMedia(FULL_SCREEN).matches && !history.state?.frontdeskOpen) void this.close();
  }

  /**
   * Whoever writes in one tab is answered in all.
   *
   * @param {string | null} key
   */
  #otherTabWrote(key) {
    if (key && this.#context.storage.get('visitor')) this.#load();
  }

  /** Loads the chat once. Where that fails, the next press tries anew: the network may be back by then. */
  #load() {
    this.#panel ??= this.#createPanel().catch((error) => {
      console.warn('frontdesk: the chat could not be loaded', error);
      this.#context.emit('error', { code: 'unavailable' });
      this.#panel = null;
      this.#setOpen(false);
      return null;
    });
    return this.#panel;
  }

  async #createPanel() {
    const { language, signal } = this.#context;
    const [{ Panel }, { texts }, ...sheets] = await Promise.all([
      import('./panel.js'),
      /** @type {Promise<{ texts: Texts }>} */ (import(`./texts/${language}.js`)),
      ...['panel.css', 'messages.css', 'forms.css'].map(styleSheet),
    ]);
    if (signal.aborted) return null;
    this.#root.adoptedStyleSheets.push(...sheets);
    const panel = new Panel({ ...this.#context, texts }, {
      close: () => this.close(),
      unreadChanged: (count) => this.#countUnread(count),
    });
    this.#button.before(panel.node);
    return panel;
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    if (this.isOpen === isOpen) return;
    this.isOpen = isOpen;
    this.#button.classList.toggle('open', isOpen);
    this.#label(this.#unread);
    this.#context.emit(isOpen ? 'open' : 'close', {});
  }

  /** @param {number} count */
  #countUnread(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#label(count);
    this.#context.emit('unread', { count });
  }

  /** @param {number} unread */
  #label(unread) {
    const { openChat, closeChat, unread: newMessages } = this.#labels;
    const opening = unread ? `${openChat} (${newMessages}: ${unread})` : openChat;
    this.#button.setAttribute('aria-label', this.isOpen ? closeChat : opening);
    this.#button.setAttribute('aria-expanded', String(this.isOpen));
    this.#badge.hidden = unread === 0 || this.isOpen;
    // Drawn, not written: the button's name says it already.
    this.#badge.dataset.count = unread > 9 ? '9+' : String(unread);
  }
}

/**
 * The tenant's colours, where the page's own style sheets cannot reach them.
 *
 * @param {string} color
 */
function theme(color) {
  const { background, text, ink } = readableColors(color);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.frame { --accent: ${background}; --on-accent: ${text}; --accent-ink: ${ink}; }`);
  return sheet;
}

/** @returns {Promise<void>} when there is a body to put the button in */
function documentParsed() {
  return new Promise((resolve) => {
    if (document.readyState !== 'loading') resolve();
    else addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });
}
