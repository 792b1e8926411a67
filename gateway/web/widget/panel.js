/** The chat window: header, messages, composer, and the contact form in front of them. */

import { Composer } from './composer.js';
import { ContactForm } from './contact-form.js';
import { Conversation } from './conversation.js';
import { element, icon } from './element.js';
import { backAt, momentInWords } from './hours.js';
import { CHEVRON_DOWN, SOUND_OFF, SOUND_ON, WARNING } from './icons.js';
import { MessageLog } from './message-log.js';
import { picture } from './message-view.js';
import { chime } from './sound.js';

/** @typedef {import('./launcher.js').Context & { texts: import('./texts/en.js').Texts }} PanelContext */

/**
 * @typedef {object} PanelHandlers
 * @property {() => void} close the visitor wants the window gone
 * @property {(count: number) => void} unreadChanged
 */

export class Panel {
  #context;
  #handlers;
  #conversation;
  #log;
  #composer;
  #contactForm;
  #status = element('p', { class: 'status', role: 'status' });
  #notice = element('p', { class: 'notice', role: 'alert', hidden: true });
  #sound = element('button', { type: 'button', class: 'tool', click: () => this.#toggleSound() });
  #body;
  /** @type {number | null} */
  #frame = null;
  /** @type {string | null} id of the first message that came while the visitor was not looking */
  #newFrom = null;
  /** The window itself, to be put on the page. */
  node;

  /**
   * @param {PanelContext} context
   * @param {PanelHandlers} handlers
   */
  constructor(context, handlers) {
    const { settings, signal } = context;
    this.#context = context;
    this.#handlers = handlers;
    this.#conversation = new Conversation(context);
    this.#log = new MessageLog(context, {
      reply: (text) => this.#reply(text),
      edit: (entry) => this.#edit(entry),
      resend: (entry) => this.#conversation.resend(entry),
      seen: () => this.#conversation.unread.length > 0 && this.#schedule(),
    });
    this.#composer = new Composer(context, {
      submit: (text, files) => this.#submit(text, files),
      enter: () => this.#conversation.enter(),
      typing: () => this.#conversation.tellTyping(),
    });
    this.#contactForm = new ContactForm(context, {
      save: (contact) => this.#saveContact(contact),
      dismiss: () => this.#hideContactForm(),
    });
    this.#body = element(
      'div',
      { class: 'body', ...(settings.files && this.#dropTarget()) },
      this.#log.node,
      this.#notice,
      this.#composer.node,
    );
    this.node = element(
      'section',
      { class: 'panel', role: 'dialog', 'aria-label': settings.name, hidden: true, keydown: (event) => this.#escape(event) },
      this.#header(),
      element('div', { class: 'stage' }, this.#body, this.#contactForm.node),
    );
    this.#conversation.onChange(() => this.#schedule());
    this.#conversation.onWords(() => this.#ring());
    for (const event of ['online', 'offline']) addEventListener(event, () => this.#schedule(), { signal });
    document.addEventListener('visibilitychange', () => this.#schedule(), { signal });
    this.#followKeyboard(signal);
    this.#conversation.resume();
    this.#render();
  }

  /**
   * Brings the window up and puts the cursor where the visitor writes.
   *
   * @param {string} [text] put there, unless something is there
   */
  show(text) {
    this.node.hidden = false;
    this.#newFrom = this.#conversation.unread[0]?.id ?? null;
    // Whoever signed in may have written from another device.
    if (this.#context.site.identity.userHash) {
      this.#conversation.enter();
      this.#conversation.resume();
    }
    if (text && !this.#composer.text) this.#composer.text = text;
    this.#composer.fit();
    this.#render();
    this.#log.scrollToNews();
    this.#schedule();
    if (this.#contactForm.isOpen) this.#contactForm.focus();
    else this.#composer.focus();
  }

  hide() {
    this.node.hidden = true;
    this.#render();
  }

  get #isWatched() {
    return !this.node.hidden && document.visibilityState === 'visible';
  }

  #header() {
    const { settings, texts } = this.#context;
    this.#showSound();
    return element(
      'div',
      { class: 'header' },
      picture('bot', settings, 'large'),
      element('div', { class: 'title' }, element('h2', { dir: 'auto' }, settings.name), this.#status),
      this.#sound,
      element(
        'button',
        { type: 'button', class: 'tool', 'aria-label': texts.closeChat, click: () => this.#handlers.close() },
        icon(CHEVRON_DOWN),
      ),
    );
  }

  /** @param {string} text of a button, which goes away with the focus on it */
  #reply(text) {
    this.#submit(text, []);
    // Not on a phone: its keyboard would come up.
    if (matchMedia('(pointer: fine)').matches) this.#composer.focus();
  }

  /**
   * @param {string} text clean and within bounds
   * @param {import('./frames.js').Attachment[]} files
   */
  #submit(text, files) {
    if (this.#conversation.needsContact) {
      this.#composer.text = text;
      this.#body.inert = true;
      this.#contactForm.open();
    } else if (this.#conversation.canSend) {
      this.#newFrom = null;
      this.#conversation.send(text, files);
      this.#composer.clear(files);
      this.#render();
      this.#log.scrollToEnd();
    } else {
      this.#showNotice(this.#context.texts.outboxFull);
    }
  }

  /** @param {import('./visitor.js').Contact} contact */
  #saveContact(contact) {
    this.#conversation.saveContact(contact);
    this.#hideContactForm();
    this.#composer.submit();
  }

  #hideContactForm() {
    this.#contactForm.close();
    this.#body.inert = false;
    this.#composer.focus();
  }

  /** @param {import('./transcript.js').Entry} entry */
  #edit(entry) {
    this.#conversation.discard(entry.id);
    this.#composer.text = entry.content;
    void this.#composer.putBack(entry.attachments);
    this.#composer.focus();
  }

  /** @param {Event} event */
  #escape(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    if (this.#contactForm.isOpen) this.#hideContactForm();
    else this.#handlers.close();
  }

  /** Listens for files that are dropped on the window. */
  #dropTarget() {
    const drag = (/** @type {Event} */ event) => {
      if (!(event instanceof DragEvent) || !event.dataTransfer?.types.includes('Files')) return null;
      event.preventDefault();
      return event.dataTransfer;
    };
    /** @type {Record<string, EventListener>} */
    const target = {
      dragover: (event) => drag(event) && this.#body.classList.add('dropping'),
      dragleave: (event) => {
        const to = event instanceof DragEvent ? event.relatedTarget : null;
        if (!(to instanceof Node && this.#body.contains(to))) this.#body.classList.remove('dropping');
      },
      drop: (event) => {
        this.#body.classList.remove('dropping');
        const files = drag(event)?.files;
        if (files?.length) void this.#composer.addFiles(files);
      },
    };
    return target;
  }

  #toggleSound() {
    const { storage } = this.#context;
    if (storage.get('sound')) storage.remove('sound');
    else storage.set('sound', true);
    this.#showSound();
    this.#ring();
  }

  #showSound() {
    const { storage, texts } = this.#context;
    const isOn = storage.get('sound') === true;
    this.#sound.setAttribute('aria-label', texts.sound);
    this.#sound.setAttribute('aria-pressed', String(isOn));
    this.#sound.replaceChildren(icon(isOn ? SOUND_ON : SOUND_OFF));
  }

  #ring() {
    if (this.#context.storage.get('sound') === true) chime();
  }

  /** Many frames may arrive at once; the window is drawn once for them. */
  #schedule() {
    if (document.visibilityState === 'hidden') this.#render(); // no frames are drawn in the background
    else this.#frame ??= requestAnimationFrame(() => this.#render());
  }

  #render() {
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (this.#context.signal.aborted) return;
    const conversation = this.#conversation;
    const isRead = this.#isWatched && this.#log.isNearEnd;
    const unread = conversation.unread;
    // While somebody reads along nothing is new to them.
    if (!isRead) this.#newFrom ??= unread[0]?.id ?? null;
    this.#log.render(conversation.entries, {
      typing: conversation.typing,
      isLoading: conversation.isLoading,
      newFrom: this.#newFrom,
      away: this.#away(),
    });
    this.#renderStatus();
    if (isRead) conversation.markRead();
    this.#handlers.unreadChanged(isRead ? 0 : unread.length);
  }

  #away() {
    const { settings, texts, language } = this.#context;
    const now = Date.now();
    const at = backAt(settings.openings, now);
    return at === null ? '' : texts.away.replace('{when}', momentInWords(at, now, language, texts));
  }

  #renderStatus() {
    const { texts } = this.#context;
    const { connectionState: state, isLoading, fault } = this.#conversation;
    const isOffline = navigator.onLine === false;
    const isWaiting = state === 'waiting' || state === 'connecting';
    const reconnecting = isLoading ? texts.connecting : texts.reconnecting;
    this.#status.textContent = isWaiting ? reconnecting : texts.online;
    this.#status.dataset.state = isOffline || isWaiting ? 'waiting' : 'online';
    const faults = /** @type {Record<string, string>} */ (texts.faults);
    if (isOffline) this.#showNotice(texts.offline);
    else if (fault) this.#showNotice(faults[fault] ?? texts.faults.other);
    else this.#notice.hidden = true;
  }

  /** @param {string} text */
  #showNotice(text) {
    this.#notice.hidden = false;
    // An alert is read out when it changes: the same words are not put in twice.
    if (this.#notice.textContent !== text) this.#notice.replaceChildren(icon(WARNING), text);
  }

  /**
   * Keeps the composer above a phone's keyboard, which covers the page instead of shrinking it.
   *
   * @param {AbortSignal} signal
   */
  #followKeyboard(signal) {
    const viewport = window.visualViewport;
    const follow = () => {
      if (!viewport || viewport.scale !== 1) return; // the visitor is looking closer
      this.node.style.setProperty('--viewport-height', `${viewport.height}px`);
      this.node.style.setProperty('--viewport-top', `${viewport.offsetTop}px`);
    };
    for (const event of ['resize', 'scroll']) viewport?.addEventListener(event, follow, { signal });
  }
}
