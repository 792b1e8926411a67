/** Where the visitor writes. The draft is kept on the device until it is sent. */

import { element, icon } from './element.js';
import { CONTENT_LENGTH_MAX, cleanContent, contentLength } from './frames.js';
import { ARROW_UP, SMILE } from './icons.js';

/**
 * @typedef {object} ComposerHandlers
 * @property {(text: string) => void} submit a text fit to be sent
 * @property {() => void} typing
 */

export class Composer {
  #storage;
  #texts;
  #handlers;
  #input;
  #send;
  #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  #emojiButton;
  /** @type {HTMLElement | null} */
  #emoji = null;
  node;

  /**
   * @param {import('./panel.js').PanelContext} context
   * @param {ComposerHandlers} handlers
   */
  constructor({ storage, texts }, handlers) {
    this.#storage = storage;
    this.#texts = texts;
    this.#handlers = handlers;
    this.#input = element('textarea', {
      rows: '1',
      dir: 'auto',
      placeholder: texts.writeMessage,
      'aria-label': texts.writeMessage,
      enterkeyhint: 'send',
      autocomplete: 'off',
      input: () => this.#changed(),
      keydown: (event) => this.#key(event),
    });
    this.#emojiButton = element(
      'button',
      { type: 'button', class: 'smile', 'aria-label': texts.emoji, 'aria-expanded': 'false', click: () => this.#toggleEmoji() },
      icon(SMILE),
    );
    this.#send = element('button', { type: 'submit', class: 'send', 'aria-label': texts.send }, icon(ARROW_UP));
    this.node = element(
      'form',
      {
        class: 'composer',
        keydown: (event) => this.#escape(event),
        submit: (event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.#problem,
      element('div', { class: 'field' }, this.#input, this.#emojiButton, this.#send),
    );
    this.text = storage.get('draft') ?? '';
  }

  get text() {
    return this.#input.value;
  }

  set text(text) {
    this.#input.value = text;
    this.#update();
  }

  clear() {
    this.text = '';
    this.#closeEmoji();
  }

  focus() {
    this.#input.focus();
  }

  /** Hands over what is written, when there is something and it is not too long. */
  submit() {
    const text = cleanContent(this.text);
    if (text && contentLength(text) <= CONTENT_LENGTH_MAX) this.#handlers.submit(text);
  }

  #changed() {
    this.#update();
    if (this.text.trim()) this.#handlers.typing();
  }

  #update() {
    const text = cleanContent(this.text);
    const excess = contentLength(text) - CONTENT_LENGTH_MAX;
    this.#send.disabled = text === '' || excess > 0;
    this.#problem.hidden = excess <= 0;
    this.#problem.textContent = excess > 0 ? this.#texts.tooLong.replace('{count}', String(excess)) : '';
    this.fit();
    if (text) this.#storage.set('draft', this.text);
    else this.#storage.remove('draft');
  }

  /** Makes the input as high as its words; what is not on screen has no height to go by. */
  fit() {
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }

  /** @param {Event} event */
  #key(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter') return;
    // While an input method composes a word, Enter belongs to it.
    if (event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  async #toggleEmoji() {
    if (this.#emoji) {
      this.#closeEmoji();
      return;
    }
    const { emojiSheet } = await import('./emoji.js');
    if (this.#emoji) return;
    this.#emoji = emojiSheet(this.#texts.emoji, (emoji) => this.#insert(emoji));
    this.#emojiButton.setAttribute('aria-expanded', 'true');
    this.node.prepend(this.#emoji);
    this.#emoji.querySelector('button')?.focus();
  }

  #closeEmoji() {
    this.#emoji?.remove();
    this.#emoji = null;
    this.#emojiButton.setAttribute('aria-expanded', 'false');
  }

  /** @param {string} emoji */
  #insert(emoji) {
    const { selectionStart, selectionEnd } = this.#input;
    this.#input.setRangeText(emoji, selectionStart, selectionEnd, 'end');
    this.#changed();
  }

  /** @param {Event} event */
  #escape(event) {
    if (!this.#emoji || !(event instanceof KeyboardEvent) || event.key !== 'Escape') return;
    event.stopPropagation();
    this.#closeEmoji();
    this.focus();
  }
}
