/** Where the visitor writes. The draft is kept on the device until it is sent. */

import { element, icon } from './element.js';
import { CONTENT_LENGTH_MAX, cleanContent, contentLength } from './frames.js';
import { ARROW_UP, CLIP, SMILE } from './icons.js';

/**
 * @typedef {object} ComposerHandlers
 * @property {(text: string, files: import('./frames.js').Attachment[]) => void} submit what is fit to be sent
 * @property {() => import('./visitor.js').Visitor} enter makes the visitor's identity, unless there is one
 * @property {() => void} typing
 */

export class Composer {
  #context;
  #storage;
  #texts;
  #handlers;
  #input;
  #send;
  #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  #emojiButton;
  /** @type {HTMLElement | null} */
  #emoji = null;
  /** @type {HTMLElement | null} */
  #clip = null;
  /** @type {import('./file-tray.js').FileTray | null} */
  #tray = null;
  /** @type {Promise<import('./file-tray.js').FileTray | null> | null} */
  #loading = null;
  #field;
  node;

  /**
   * @param {import('./panel.js').PanelContext} context
   * @param {ComposerHandlers} handlers
   */
  constructor(context, handlers) {
    const { settings, storage, texts } = context;
    this.#context = context;
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
      paste: (event) => this.#paste(event),
    });
    if (settings.files) {
      this.#clip = element(
        'button',
        { type: 'button', class: 'clip', 'aria-label': texts.attach, 'aria-expanded': 'false', click: () => this.#toggleTray() },
        icon(CLIP),
      );
    }
    this.#emojiButton = element(
      'button',
      { type: 'button', class: 'smile', 'aria-label': texts.emoji, 'aria-expanded': 'false', click: () => this.#toggleEmoji() },
      icon(SMILE),
    );
    this.#send = element('button', { type: 'submit', class: 'send', 'aria-label': texts.send }, icon(ARROW_UP));
    this.#field = element('div', { class: 'field' }, this.#clip, this.#input, this.#emojiButton, this.#send);
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
      this.#field,
    );
    this.text = storage.get('draft') ?? '';
    if (settings.files && storage.get('files')) void this.#load();
  }

  get text() {
    return this.#input.value;
  }

  set text(text) {
    this.#input.value = text;
    this.#update();
  }

  /** @param {import('./frames.js').Attachment[]} sent files that went with the words */
  clear(sent) {
    this.text = '';
    this.#tray?.sent(sent);
    this.#closeEmoji();
  }

  /**
   * Takes what the visitor chose, dropped or pasted.
   *
   * @param {Iterable<File>} files
   */
  async addFiles(files) {
    const kept = [...files]; // a drop's list does not outlive the drop
    (await this.#load())?.add(kept);
  }

  /**
   * Puts files back that could not be sent.
   *
   * @param {import('./frames.js').Attachment[]} files
   */
  async putBack(files) {
    if (files.length > 0) (await this.#load())?.putBack(files);
  }

  focus() {
    this.#input.focus();
  }

  /** Hands over what is written, when there is something and it is not too long. */
  submit() {
    const text = cleanContent(this.text);
    if (!this.#send.disabled) this.#handlers.submit(text, this.#tray?.attachments ?? []);
  }

  #changed() {
    this.#update();
    if (this.text.trim()) this.#handlers.typing();
  }

  #update() {
    const text = cleanContent(this.text);
    const excess = contentLength(text) - CONTENT_LENGTH_MAX;
    const hasFiles = this.#tray !== null && !this.#tray.isEmpty;
    this.#send.disabled = (text === '' && !hasFiles) || excess > 0 || (hasFiles && !this.#tray?.isReady);
    this.#problem.hidden = excess <= 0;
    this.#problem.textContent = excess > 0 ? this.#texts.tooLong.replace('{count}', String(excess)) : '';
    this.#clip?.setAttribute('aria-expanded', String(this.#tray?.isOpen ?? false));
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

  /** Loads what handles files, with the first one. Where that fails, the next press tries anew. */
  #load() {
    this.#loading ??= import('./file-tray.js')
      .then(({ FileTray }) => {
        const { files } = this.#context.settings;
        if (!files) return null;
        const changed = () => this.#update();
        this.#tray = new FileTray(this.#context, files, { enter: this.#handlers.enter, changed });
        this.#field.before(this.#tray.node);
        this.#update();
        return this.#tray;
      })
      .catch(() => {
        this.#loading = null;
        this.#problem.hidden = false;
        this.#problem.textContent = this.#texts.fileFaults.other;
        return null;
      });
    return this.#loading;
  }

  async #toggleTray() {
    this.#closeEmoji();
    (await this.#load())?.toggle();
    this.#update();
  }

  /** @param {Event} event */
  #paste(event) {
    const files = event instanceof ClipboardEvent ? event.clipboardData?.files : null;
    if (!files?.length || !this.#clip) return;
    event.preventDefault();
    void this.addFiles(files);
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
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape' || !(this.#emoji || this.#tray?.isOpen)) return;
    event.stopPropagation();
    if (this.#tray?.isOpen) void this.#toggleTray();
    this.#closeEmoji();
    this.focus();
  }
}
