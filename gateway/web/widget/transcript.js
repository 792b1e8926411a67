/**
 * The messages of one conversation as this device knows them: what the server numbered, in its
 * order, then what still waits to be sent.
 */

/** @typedef {import('./frames.js').MessageFrame} MessageFrame */
/** @typedef {import('./outbox.js').OutgoingMessage} OutgoingMessage */

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {number | null} seq null until the server acknowledged it
 * @property {import('./frames.js').Role} role
 * @property {string | null} name of a colleague
 * @property {string} content
 * @property {import('./frames.js').QuickReply[]} quickReplies
 * @property {import('./frames.js').Card[]} cards
 * @property {import('./frames.js').Attachment[]} attachments
 * @property {number} at milliseconds since 1970
 * @property {'sending' | 'delivered' | 'failed' | 'kept'} delivery `kept`: not processed, but not lost either
 */

export class Transcript {
  /** @type {Map<number, Entry>} */
  #numbered = new Map();
  /** @type {Map<string, Entry>} */
  #waiting = new Map();
  #completeTo = 0;

  /** Last sequence number before the first gap: where to resume. 0 for nothing. */
  get completeTo() {
    return this.#completeTo;
  }

  /** Whether a later message is here while an earlier one is not. */
  get hasGap() {
    return this.#numbered.size > this.#completeTo;
  }

  /** @returns {Entry[]} numbered ones by number, then waiting ones in the order written */
  entries() {
    const numbered = [...this.#numbered.values()].sort((a, b) => Number(a.seq) - Number(b.seq));
    return [...numbered, ...this.#waiting.values()];
  }

  /**
   * Takes a message from the server. A number that is already here changes nothing.
   *
   * @param {MessageFrame} frame
   * @returns {Entry | null} null when it is not new
   */
  receive(frame) {
    if (this.#numbered.has(frame.seq)) return null;
    const own = this.#waiting.get(frame.id);
    this.#waiting.delete(frame.id);
    return this.#place(frame.seq, {
      id: frame.id,
      seq: frame.seq,
      role: frame.role,
      name: frame.name ?? null,
      content: frame.content,
      quickReplies: frame.quickReplies ?? [],
      cards: frame.cards ?? [],
      attachments: frame.attachments ?? [],
      at: Date.parse(frame.timestamp) || own?.at || Date.now(),
      delivery: 'delivered',
    });
  }

  /**
   * Shows a message that waits in the outbox.
   *
   * @param {OutgoingMessage} message
   */
  wait(message) {
    const isKnown = this.#waiting.has(message.id) || [...this.#numbered.values()].some(({ id }) => id === message.id);
    if (isKnown) return;
    this.#waiting.set(message.id, {
      id: message.id,
      seq: null,
      role: 'user',
      name: null,
      content: message.content,
      quickReplies: [],
      cards: [],
      attachments: message.attachments ?? [],
      at: message.writtenAt,
      delivery: 'sending',
    });
  }

  /**
   * Numbers a waiting message: the server has it.
   *
   * @param {string} id
   * @param {number} seq
   * @returns {Entry | null} null when it is here already
   */
  acknowledge(id, seq) {
    const own = this.#waiting.get(id);
    this.#waiting.delete(id);
    // A resumed connection may have brought it back already.
    return own && !this.#numbered.has(seq) ? this.#place(seq, { ...own, seq, delivery: 'delivered' }) : null;
  }

  /**
   * Marks a waiting message as refused.
   *
   * @param {string} id
   * @param {'failed' | 'kept'} how
   */
  fail(id, how) {
    const own = this.#waiting.get(id);
    if (own) this.#waiting.set(id, { ...own, delivery: how });
  }

  /**
   * Takes a waiting message away.
   *
   * @param {string} id
   */
  discard(id) {
    this.#waiting.delete(id);
  }

  /** Forgets what the server numbered; what waits stays. */
  restart() {
    this.#numbered.clear();
    this.#completeTo = 0;
  }

  /**
   * @param {number} seq
   * @param {Entry} entry
   */
  #place(seq, entry) {
    this.#numbered.set(seq, entry);
    while (this.#numbered.has(this.#completeTo + 1)) this.#completeTo += 1;
    return entry;
  }
}
