/** Where the visitor writes. The draft is kept on the device until it is sent. */

import { element, icon } from './element.js';
import { CONTENT_LENGTH_MAX, cleanContent, contentLength } from './frames.js';
import { ARROW_UP } from './icons.js';

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
  node;

  /**
   * @param {import('./launcher.js').Context} context
   * @param {ComposerHandlers} handlers
   */
  constructor({ storage, texts }, handlers) {
    this.#storage = storage;
    this.#texts = texts;
    this.#handlers = handlers;
    this.#input = element('textarea', {
      rows: '1',
      placeholder: texts.writeMessage,
      'aria-label': texts.writeMessage,
      enterkeyhint: 'send',
      autocomplete: 'off',
      input: () => this.#changed(),
      keydown: (event) => this.#key(event),
    });
    this.#send = element('button', { type: 'submit', class: 'send', 'aria-label': texts.send }, icon(ARROW_UP));
    this.node = element(
      'form',
      {
        class: 'composer',
        submit: (event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.#problem,
      element('div', { class: 'field' }, this.#input, this.#send),
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
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    if (text) this.#storage.set('draft', this.text);
    else this.#storage.remove('draft');
  }

  /** @param {Event} event */
  #key(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter') return;
    // While an input method composes a word, Enter belongs to it.
    if (event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }
}
