/**
 * What a site may ask of the chat, `frontdesk(command, …)`, and the element `<frontdesk-chat>`.
 *
 * A site gives what it likes: whatever could not be sent is cut to size here, so that a mistake of
 * the page never costs a visitor their conversation.
 */

import { start } from './launcher.js';

/** @typedef {import('./launcher.js').Launcher} Launcher */
/** @typedef {(detail: any) => void} Listener */

/**
 * What the site says of its visitor.
 *
 * @typedef {object} Identity
 * @property {string | null} userId the site's own id of them; only with its proof
 * @property {string | null} userHash HMAC-SHA-256 of the id under the tenant's key, in hexadecimal
 * @property {string | null} name
 * @property {string | null} email
 * @property {string | null} phone
 */

/**
 * What the site wishes.
 *
 * @typedef {object} Options
 * @property {string} tenant
 * @property {string | null} [language]
 * @property {string | null} [corner] `left` or `right`; otherwise as the tenant has it
 * @property {string | null} [button] `none` for a site with a button of its own
 * @property {HTMLElement | null} [host] the element the chat lives in; otherwise one is made
 * @property {Partial<import('./settings.js').Settings>} [look] tried out in place of what the tenant has
 */

const TEXT_LENGTH_MAX = 500;
const ATTRIBUTES_MAX = 20;
const ATTRIBUTE_NAME = /^[\x20-\x7e]{1,40}$/;
const USER_ID = /^[\x21-\x7e]{1,128}$/;
const PROOF = /^[0-9a-f]{64}$/i;

export class Commands {
  #base;
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();
  /** @type {Options | null} */
  #options = null;
  /** What the next message tells of the visitor; shared with the chat, which reads it when it sends. */
  #site = { identity: noIdentity(), attributes: /** @type {Record<string, string>} */ ({}) };
  /** @type {Launcher | null} */
  #launcher = null;
  /** Grows with every start: one that was overtaken knows. */
  #start = 0;
  #started = deferred();

  /** @param {string} base address the widget was loaded from, ending in `/` */
  constructor(base) {
    this.#base = base;
    defineElement(this);
  }

  /**
   * @param {string} name
   * @param {any[]} args
   * @returns {Promise<any>} never rejected: a chat that fails is no failure of the page
   */
  async run(name, args) {
    const commands = /** @type {Record<string, (...args: any[]) => any>} */ ({
      boot: (options) => this.#boot(options),
      shutdown: () => this.#shutdown(),
      ready: async () => (await this.#started.promise) !== null,
      open: async (text) => (await this.#started.promise)?.open(typeof text === 'string' ? text : ''),
      close: async () => (await this.#started.promise)?.close(),
      toggle: async () => (await this.#started.promise)?.toggle(),
      identify: (visitor) => this.#identify(visitor ?? {}),
      attributes: (values) => this.#setAttributes(values ?? {}),
      locale: (language) => this.#setLanguage(language),
      preview: (look) => this.#preview(look ?? {}),
      reset: () => this.#reset(),
      on: (event, listener) => this.#on(event, listener),
      off: (event, listener) => void this.#listeners.get(event)?.delete(listener),
    });
    if (Object.hasOwn(commands, name)) return commands[name](...args);
    console.warn(`frontdesk: there is no command "${name}"`);
  }

  /** @param {Options} options */
  #boot(options) {
    if (!options?.tenant) {
      console.warn('frontdesk: name a tenant to show its chat');
      return;
    }
    this.#options = options;
    return this.#restart();
  }

  #shutdown() {
    this.#start += 1;
    this.#options = null;
    this.#launcher?.remove();
    this.#launcher = null;
    this.#started = deferred();
  }

  /**
   * Puts the chat on the page, or puts it there anew: another language, another visitor.
   *
   * @param {boolean} [staysOpen]
   */
  async #restart(staysOpen = true) {
    if (!this.#options) return;
    const options = this.#options;
    const started = ++this.#start;
    const opens = staysOpen && this.#launcher?.isOpen;
    if (this.#launcher) this.#started = deferred();
    this.#launcher?.remove();
    this.#launcher = null;
    const emit = (/** @type {string} */ event, /** @type {any} */ detail) => this.#emit(event, detail);
    const isWanted = () => started === this.#start;
    const launcher = await start({ ...options, base: this.#base, site: this.#site, emit, isWanted }).catch((error) => {
      console.warn('frontdesk: the chat is not available', error);
      return null;
    });
    if (!isWanted()) return;
    this.#launcher = launcher;
    this.#started.resolve(launcher);
    if (launcher) this.#emit('ready', {});
    else this.#emit('error', { code: 'unavailable' });
    if (opens) void launcher?.open();
  }

  /** @param {Record<string, unknown>} visitor */
  #identify({ userId, userHash, name, email, phone }) {
    const before = this.#site.identity;
    const isProven = USER_ID.test(String(userId)) && PROOF.test(String(userHash));
    if (userId && !isProven) console.warn('frontdesk: a userId counts only with its userHash');
    this.#site.identity = {
      userId: isProven ? String(userId) : null,
      userHash: isProven ? String(userHash).toLowerCase() : null,
      name: line(name),
      email: line(email),
      phone: line(phone),
    };
    const isAnother = before.userHash !== this.#site.identity.userHash || before.userId !== this.#site.identity.userId;
    return isAnother ? this.#restart() : undefined;
  }

  /** @param {Record<string, unknown>} values `null` takes one away */
  #setAttributes(values) {
    const attributes = { ...this.#site.attributes };
    for (const [name, value] of Object.entries(values)) {
      const text = line(value);
      if (text === null) delete attributes[name];
      else if (ATTRIBUTE_NAME.test(name.trim())) attributes[name] = text;
      else console.warn(`frontdesk: "${name}" is no name for an attribute`);
    }
    const kept = Object.entries(attributes).slice(0, ATTRIBUTES_MAX);
    if (kept.length < Object.keys(attributes).length) console.warn(`frontdesk: ${ATTRIBUTES_MAX} attributes are kept`);
    this.#site.attributes = Object.fromEntries(kept);
  }

  /** @param {string} language */
  #setLanguage(language) {
    if (!this.#options || this.#options.language === language) return;
    this.#options = { ...this.#options, language };
    return this.#restart();
  }

  /**
   * Shows how another look would do, on this page alone.
   *
   * @param {Partial<import('./settings.js').Settings>} look
   */
  #preview(look) {
    if (!this.#options) return;
    this.#options = { ...this.#options, look: { ...this.#options.look, ...look } };
    return this.#restart();
  }

  /** Forgets the visitor on this device, as after signing out. */
  #reset() {
    this.#launcher?.forget();
    this.#site.identity = noIdentity();
    this.#site.attributes = {};
    return this.#restart(false);
  }

  /**
   * @param {string} event
   * @param {Listener} listener
   */
  #on(event, listener) {
    if (typeof listener !== 'function') return;
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event)?.add(listener);
    if (event === 'ready' && this.#launcher) listener({});
  }

  /**
   * @param {string} event
   * @param {any} detail
   */
  #emit(event, detail) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error); // the page's own, and none of the chat's business
      }
    }
    this.#options?.host?.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

/**
 * Makes `<frontdesk-chat tenant="…" language="…" corner="…" button="none">` a home for the chat.
 *
 * @param {Commands} commands
 */
function defineElement(commands) {
  class FrontdeskChat extends HTMLElement {
    static observedAttributes = ['tenant', 'language', 'corner', 'button'];

    connectedCallback() {
      const value = (/** @type {string} */ name) => this.getAttribute(name);
      const tenant = value('tenant');
      if (!tenant) return;
      const [language, corner, button] = ['language', 'corner', 'button'].map(value);
      void commands.run('boot', [{ host: this, tenant, language, corner, button }]);
    }

    disconnectedCallback() {
      // An element that is only moved comes back at once.
      queueMicrotask(() => this.isConnected || commands.run('shutdown', []));
    }

    attributeChangedCallback() {
      if (this.isConnected) this.connectedCallback();
    }

    open() {
      return commands.run('open', []);
    }

    close() {
      return commands.run('close', []);
    }

    toggle() {
      return commands.run('toggle', []);
    }
  }
  if (!customElements.get('frontdesk-chat')) customElements.define('frontdesk-chat', FrontdeskChat);
}

/** @returns {Identity} */
function noIdentity() {
  return { userId: null, userHash: null, name: null, email: null, phone: null };
}

/**
 * @param {unknown} value
 * @returns {string | null} one line within bounds, or nothing
 */
function line(value) {
  const text = value === null || value === undefined ? '' : String(value);
  return [...text.replace(/\p{Cc}+/gu, ' ').trim()].slice(0, TEXT_LENGTH_MAX).join('') || null;
}

/** @returns {{ promise: Promise<Launcher | null>, resolve: (launcher: Launcher | null) => void }} */
function deferred() {
  /** @type {(launcher: Launcher | null) => void} */
  let resolve = () => {};
  const promise = new Promise((/** @type {typeof resolve} */ settle) => (resolve = settle));
  return { promise, resolve };
}
