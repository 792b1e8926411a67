/** The chat window: header, messages, composer, and the contact form in front of them. */

import { Composer } from './composer.js';
import { ContactForm } from './contact-form.js';
import { Conversation } from './conversation.js';
import { element, icon } from './element.js';
import { CHEVRON_DOWN, WARNING } from './icons.js';
import { MessageLog } from './message-log.js';

/** @typedef {import('./launcher.js').Context} Context */

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
  #body;
  /** @type {number | null} */
  #frame = null;
  /** The window itself, to be put on the page. */
  node;

  /**
   * @param {Context} context
   * @param {PanelHandlers} handlers
   */
  constructor(context, handlers) {
    const { base, settings, storage, language } = context;
    this.#context = context;
    this.#handlers = handlers;
    this.#conversation = new Conversation({ base, tenant: settings.tenant, storage, locale: language });
    this.#log = new MessageLog(context, {
      reply: (text) => this.#submit(text),
      edit: (entry) => this.#edit(entry),
    });
    this.#composer = new Composer(context, {
      submit: (text) => this.#submit(text),
      typing: () => this.#conversation.tellTyping(),
    });
    this.#contactForm = new ContactForm(context, {
      save: (contact) => this.#saveContact(contact),
      dismiss: () => this.#hideContactForm(),
    });
    this.#body = element('div', { class: 'body' }, this.#log.node, this.#notice, this.#composer.node);
    this.node = element(
      'section',
      { class: 'panel', role: 'dialog', 'aria-label': settings.name, hidden: true, keydown: (event) => this.#escape(event) },
      this.#header(),
      element('div', { class: 'stage' }, this.#body, this.#contactForm.node),
    );
    this.#conversation.onChange(() => this.#schedule());
    for (const event of ['online', 'offline']) addEventListener(event, () => this.#schedule());
    document.addEventListener('visibilitychange', () => this.#schedule());
    this.#followKeyboard();
    this.#conversation.resume();
    this.#render();
  }

  /** Brings the window up and puts the cursor where the visitor writes. */
  show() {
    this.node.hidden = false;
    this.#render();
    this.#log.scrollToEnd();
    if (this.#contactForm.isOpen) this.#contactForm.focus();
    else this.#composer.focus();
  }

  hide() {
    this.node.hidden = true;
    this.#render();
  }

  #header() {
    const { settings, texts } = this.#context;
    return element(
      'div',
      { class: 'header' },
      avatar(settings),
      element('div', { class: 'title' }, element('h2', {}, settings.name), this.#status),
      element(
        'button',
        { type: 'button', class: 'close', 'aria-label': texts.closeChat, click: () => this.#handlers.close() },
        icon(CHEVRON_DOWN),
      ),
    );
  }

  /** @param {string} text clean and within bounds */
  #submit(text) {
    if (this.#conversation.needsContact) {
      this.#composer.text = text;
      this.#body.inert = true;
      this.#contactForm.open();
    } else if (this.#conversation.canSend) {
      this.#composer.clear();
      this.#conversation.send(text);
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
    this.#composer.focus();
  }

  /** @param {Event} event */
  #escape(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    if (this.#contactForm.isOpen) this.#hideContactForm();
    else this.#handlers.close();
  }

  /** Many frames may arrive at once; the window is drawn once for them. */
  #schedule() {
    if (document.visibilityState === 'hidden') this.#render(); // no frames are drawn in the background
    else this.#frame ??= requestAnimationFrame(() => this.#render());
  }

  #render() {
    if (this.#frame) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const conversation = this.#conversation;
    const isSeen = !this.node.hidden && document.visibilityState === 'visible';
    this.#log.render(conversation.entries, { typing: conversation.typing, isLoading: conversation.isLoading });
    this.#renderStatus();
    if (isSeen) conversation.markRead();
    this.#handlers.unreadChanged(conversation.unread);
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

  /** Keeps the composer above a phone's keyboard, which covers the page instead of shrinking it. */
  #followKeyboard() {
    const viewport = window.visualViewport;
    viewport?.addEventListener('resize', () => {
      if (viewport.scale !== 1) return; // the visitor is looking closer
      this.node.style.setProperty('--viewport-height', `${viewport.height}px`);
    });
  }
}

/** @param {import('./settings.js').Settings} settings */
function avatar({ avatarUrl, name }) {
  const initial = [...name][0] ?? '';
  return element(
    'span',
    { class: 'avatar', 'aria-hidden': 'true' },
    avatarUrl ? element('img', { src: avatarUrl, alt: '' }) : initial,
  );
}
