/**
 * Files on their way into a message: chosen, dropped or pasted, uploaded one after the other, tried
 * again when the connection breaks. Loaded with the first file.
 *
 * What is uploaded is remembered on the device until the message is sent. A browser lets nobody keep
 * what is not: after a reload such a file is shown as lost, to be chosen again.
 */

import { fullJitter } from './backoff.js';
import { element, icon } from './element.js';
import { addressOf, fileIcon, sizeInWords, visitorHeaders } from './file-card.js';
import { CLIP, CLOSE } from './icons.js';
import { randomId } from './visitor.js';

/** @typedef {import('./frames.js').Attachment} Attachment */

/**
 * @typedef {object} Item
 * @property {string} key of the upload: trying again is the same file
 * @property {string} name
 * @property {number} bytes
 * @property {number} at milliseconds since 1970
 * @property {'waiting' | 'uploading' | 'done' | 'failed'} state
 * @property {string} problem why it failed, in words
 * @property {File | null} file null when only its name is left
 * @property {Attachment | null} attachment once it is uploaded
 * @property {number} tries
 * @property {{ node: HTMLElement, progress: HTMLProgressElement, about: HTMLElement, retry: HTMLElement }} view
 */

/**
 * @typedef {object} TrayHandlers
 * @property {() => import('./visitor.js').Visitor} enter makes the visitor's identity, unless there is one
 * @property {() => void} changed
 */

const FILES_MAX = 10;
const TRIES_MAX = 5;
/** An upload that does not move for so long has lost its connection. */
const STALLED_MS = 20_000;
/** The server forgets after a day what no message came for. */
const REMEMBERED_MS = 20 * 3_600_000;
const KEY = 'files';

export class FileTray {
  #context;
  #handlers;
  #files;
  /** @type {Item[]} */
  #items = [];
  #list = element('ul', { class: 'files', 'aria-live': 'polite' });
  #input;
  #hint;
  /** @type {XMLHttpRequest | null} */
  #request = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  node;

  /**
   * @param {import('./panel.js').PanelContext} context
   * @param {NonNullable<import('./settings.js').Settings['files']>} files
   * @param {TrayHandlers} handlers
   */
  constructor(context, files, handlers) {
    const { texts, storage, signal } = context;
    this.#context = context;
    this.#handlers = handlers;
    this.#files = files;
    this.#input = element('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      accept: files.accept,
      change: () => this.#chosen(),
    });
    this.#hint = element(
      'div',
      { class: 'files-hint', hidden: true },
      element('p', { id: 'files-hint' }, filesHint(context, files)),
      element(
        'button',
        { type: 'button', class: 'choose', 'aria-describedby': 'files-hint', click: () => this.#input.click() },
        icon(CLIP),
        texts.chooseFiles,
      ),
    );
    this.node = element('div', { class: 'tray' }, this.#hint, this.#list, this.#input);
    addEventListener('online', () => this.#uploadNext(), { signal });
    addEventListener('offline', () => this.#wait(), { signal });
    signal.addEventListener('abort', () => this.#stop());
    for (const saved of storage.get(KEY) ?? []) this.#restore(saved);
  }

  /** Says what may be sent and offers to choose; once more to hide it. */
  toggle() {
    this.#hint.hidden = !this.#hint.hidden;
    if (!this.#hint.hidden) this.#hint.querySelector('button')?.focus();
  }

  get isOpen() {
    return !this.#hint.hidden;
  }

  get isEmpty() {
    return this.#items.length === 0;
  }

  /** Whether everything can go. */
  get isReady() {
    return this.#items.every(({ state }) => state === 'done');
  }

  /** @returns {Attachment[]} what is uploaded */
  get attachments() {
    return this.#items.flatMap(({ attachment }) => attachment ?? []);
  }

  /**
   * Takes files the visitor chose, dropped or pasted.
   *
   * @param {Iterable<File>} files
   */
  add(files) {
    const { texts } = this.#context;
    for (const file of files) {
      const item = this.#item({ key: randomId(), name: file.name, bytes: file.size, at: Date.now() }, file);
      if (this.#items.length > FILES_MAX) this.#fail(item, texts.fileFaults.files_conversation_full);
      else if (file.size > this.#files.bytesMax) this.#fail(item, texts.fileFaults.file_too_large);
      else if (file.size === 0) this.#fail(item, texts.fileFaults.file_empty);
      else this.#show(item);
    }
    this.#hint.hidden = true;
    this.#list.lastElementChild?.scrollIntoView({ block: 'nearest' });
    this.#changed();
    this.#uploadNext();
  }

  /**
   * Puts files of a message back that could not be sent.
   *
   * @param {Attachment[]} attachments
   */
  putBack(attachments) {
    for (const attachment of attachments) this.#restore({ key: attachment.id, at: Date.now(), ...attachment, attachment });
    this.#changed();
  }

  /**
   * Forgets what went with a message.
   *
   * @param {Attachment[]} sent
   */
  sent(sent) {
    for (const item of [...this.#items]) if (item.attachment && sent.includes(item.attachment)) this.#drop(item);
    this.#hint.hidden = true;
    this.#changed();
  }

  #chosen() {
    this.add([...(this.#input.files ?? [])]);
    this.#input.value = ''; // the same file may be chosen again
  }

  /**
   * @param {{ key: string, name: string, bytes: number, at: number }} what
   * @param {File | null} file
   * @returns {Item}
   */
  #item({ key, name, bytes, at }, file) {
    const { texts } = this.#context;
    const progress = element('progress', { max: String(Math.max(bytes, 1)), value: '0', 'aria-label': name });
    const about = element('span', { class: 'about' });
    const retry = element('button', { type: 'button', class: 'action', click: () => this.#again(item) }, texts.tryAgain);
    const remove = element(
      'button',
      { type: 'button', class: 'remove', 'aria-label': `${texts.remove} ${name}`, click: () => this.#remove(item) },
      icon(CLOSE),
    );
    const title = element('bdi', { class: 'name' }, name);
    const node = element('li', {}, fileIcon(), element('div', {}, title, progress, about), retry, remove);
    /** @type {Item} */
    const item = {
      ...{ key, name, bytes, at, file },
      ...{ state: 'waiting', problem: '', attachment: null, tries: 0, view: { node, progress, about, retry } },
    };
    this.#items.push(item);
    this.#list.append(node);
    return item;
  }

  /** @param {any} saved */
  #restore(saved) {
    if (typeof saved?.name !== 'string' || !(Date.now() - saved.at < REMEMBERED_MS)) return;
    const item = this.#item(saved, null);
    if (!saved.attachment) {
      this.#fail(item, this.#context.texts.fileFaults.lost);
      return;
    }
    item.attachment = saved.attachment;
    item.state = 'done';
    this.#show(item);
  }

  #save() {
    const { storage } = this.#context;
    const saved = this.#items
      .filter(({ state, file }) => state !== 'failed' || file === null)
      .map(({ key, name, bytes, at, attachment }) => ({ key, name, bytes, at, attachment }));
    if (saved.length > 0) storage.set(KEY, saved);
    else storage.remove(KEY);
  }

  #changed() {
    this.#save();
    this.#handlers.changed();
  }

  /** @param {Item} item */
  #show(item) {
    const { node, progress, about, retry } = item.view;
    node.dataset.state = item.state;
    progress.hidden = item.state !== 'uploading';
    retry.hidden = item.state !== 'failed' || item.file === null || item.tries === 0;
    about.textContent = item.state === 'failed' ? item.problem : sizeInWords(item.bytes, this.#context.language);
  }

  /**
   * @param {Item} item
   * @param {string} problem
   */
  #fail(item, problem) {
    item.state = 'failed';
    item.problem = problem;
    this.#show(item);
  }

  /** @param {Item} item */
  #again(item) {
    item.state = 'waiting';
    item.tries = 0;
    this.#show(item);
    this.#changed();
    this.#uploadNext();
  }

  /** @param {Item} item */
  #drop(item) {
    item.view.node.remove();
    this.#items = this.#items.filter((other) => other !== item);
  }

  /** @param {Item} item */
  #remove(item) {
    if (item.state === 'uploading') this.#stop();
    if (item.attachment) void this.#withdraw(item.attachment);
    this.#drop(item);
    this.#changed();
    this.#uploadNext();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
  }

  /** @param {Attachment} attachment */
  async #withdraw({ id }) {
    // Where that fails, the server removes it by itself some day.
    await fetch(addressOf(this.#context, id), { method: 'DELETE', headers: this.#who(), credentials: 'omit' }).catch(() => null);
  }

  #who() {
    return visitorHeaders(this.#handlers.enter(), this.#context.site.identity);
  }

  #uploadNext() {
    if (this.#request || navigator.onLine === false) return;
    const item = this.#items.find(({ state }) => state === 'waiting');
    if (item?.file) this.#upload(item, item.file);
  }

  /**
   * @param {Item} item
   * @param {File} file
   */
  #upload(item, file) {
    const request = new XMLHttpRequest();
    this.#request = request;
    item.state = 'uploading';
    item.tries += 1;
    this.#show(item);
    const stalled = () => {
      request.abort();
      this.#broke(item);
    };
    const moves = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(stalled, STALLED_MS);
    };
    request.upload.onprogress = ({ loaded }) => {
      item.view.progress.value = loaded;
      moves();
    };
    request.onload = () => this.#answered(item, request);
    request.onerror = () => this.#broke(item);
    request.open('POST', addressOf(this.#context));
    const headers = {
      ...this.#who(),
      'x-file-name': encodeURIComponent(item.name),
      'idempotency-key': item.key,
      'content-type': 'application/octet-stream',
    };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
    moves();
  }

  /**
   * @param {Item} item
   * @param {XMLHttpRequest} request
   */
  #answered(item, { status, responseText }) {
    if ([400, 408, 429, 503].includes(status)) {
      this.#broke(item);
      return;
    }
    clearTimeout(this.#timer);
    this.#request = null;
    if (status === 201) {
      item.attachment = JSON.parse(responseText);
      item.state = 'done';
      this.#show(item);
    } else {
      const faults = /** @type {Record<string, string>} */ (this.#context.texts.fileFaults);
      item.tries = 0; // refused for good: trying again is no use
      this.#fail(item, faults[codeOf(responseText)] ?? faults.other);
    }
    this.#changed();
    this.#uploadNext();
  }

  /** There is no network: what was under way waits for it. */
  #wait() {
    const item = this.#items.find(({ state }) => state === 'uploading');
    if (!item) return;
    this.#stop();
    item.tries -= 1;
    item.state = 'waiting';
    this.#show(item);
  }

  /**
   * The connection broke: tries again by itself, a few times.
   *
   * @param {Item} item
   */
  #broke(item) {
    clearTimeout(this.#timer);
    this.#request = null;
    if (item.tries >= TRIES_MAX) {
      this.#fail(item, this.#context.texts.fileFaults.other);
      this.#changed();
      this.#uploadNext();
      return;
    }
    item.state = 'waiting';
    item.view.progress.value = 0;
    this.#show(item);
    this.#timer = setTimeout(() => this.#uploadNext(), fullJitter(item.tries));
  }
}

/**
 * What may be sent, in a sentence.
 *
 * @param {import('./panel.js').PanelContext} context
 * @param {NonNullable<import('./settings.js').Settings['files']>} files
 */
function filesHint({ texts, language }, { kinds, bytesMax }) {
  const names = /** @type {Record<string, string>} */ (texts.fileKinds);
  const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(kinds.map((kind) => names[kind] ?? kind));
  return texts.filesHint.replace('{kinds}', list).replace('{size}', sizeInWords(bytesMax, language));
}

/** @param {string} problem the body of a refusal */
function codeOf(problem) {
  try {
    return String(JSON.parse(problem).code);
  } catch {
    return 'other';
  }
}
