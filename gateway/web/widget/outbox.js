/**
 * Messages the visitor wrote and the server has not acknowledged.
 *
 * One storage key per message: two tabs that write at the same moment cannot overwrite each other,
 * and whichever tab connects first delivers (the server counts an id once).
 */

import { randomId } from './visitor.js';

/** @typedef {import('./storage.js').Storage} Storage */

/**
 * @typedef {object} OutgoingMessage
 * @property {string} id
 * @property {string} content empty only beside files
 * @property {import('./frames.js').Attachment[]} [attachments] files that are uploaded already
 * @property {number} writtenAt milliseconds since 1970; also the order of sending
 */

const KEY = 'outbox/';
/** Beyond this many a visitor writes into a hole, and is told so. */
const LENGTH_MAX = 50;

export class Outbox {
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {boolean} */
  get isFull() {
    return this.#storage.keys(KEY).length >= LENGTH_MAX;
  }

  /** @returns {OutgoingMessage[]} oldest first */
  list() {
    return this.#storage
      .keys(KEY)
      .map((key) => this.#storage.get(key))
      .filter((message) => typeof message?.id === 'string' && typeof message?.content === 'string')
      .sort((left, right) => left.writtenAt - right.writtenAt);
  }

  /**
   * @param {string} content
   * @param {import('./frames.js').Attachment[]} attachments
   * @returns {OutgoingMessage}
   */
  add(content, attachments) {
    // Later than everything waiting, also when the device's clock was set back.
    const last = this.list().at(-1)?.writtenAt ?? 0;
    const message = { id: randomId(), content, attachments, writtenAt: Math.max(Date.now(), last + 1) };
    this.#storage.set(KEY + message.id, message);
    return message;
  }

  /** @param {string} id */
  remove(id) {
    this.#storage.remove(KEY + id);
  }
}
