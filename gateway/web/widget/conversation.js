/**
 * The visitor's conversation: keeps the transcript, sends the outbox over the connection, resumes.
 *
 * Messages go one at a time: the next one leaves when the one before is acknowledged. So they
 * arrive in the order written, and an `error` frame is known to speak of the message under way.
 */

import { fullJitter } from './backoff.js';
import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { Transcript } from './transcript.js';
import { knownContact, knownVisitor, newVisitor, rememberContact, visitorFields } from './visitor.js';

/** @typedef {import('./frames.js').ErrorFrame} ErrorFrame */
/** @typedef {import('./frames.js').Role} Role */

const ACK_TIMEOUT_MS = 10_000;
const GAP_TIMEOUT_MS = 3_000;
/** Someone who types says so about this often; without it they are taken to have stopped. */
const TYPING_EVERY_MS = 3_000;
const TYPING_LASTS_MS = 6_000;
const PAGE_LENGTH_MAX = 500;

/** Refusals of one message: repeating it would be refused again. */
const MESSAGE_FAULTS = new Set(['bad_frame', 'bad_json', 'too_large', 'empty', 'too_long', 'bad_characters', 'bad_attachment', 'parked']);

export class Conversation {
  #context;
  #storage;
  #outbox;
  #connection;
  #transcript = new Transcript();
  /** @type {() => void} */
  #changed = () => {};
  /** @type {() => void} */
  #heard = () => {};

  /** Number of the last message when the connection was greeted. */
  #expectedSeq = 0;
  #isLoaded = false;
  /** @type {string | null} id of the message that waits for its acknowledgement */
  #underWay = null;
  #refusals = 0;
  /** The server asked for a pause, which a newly written message does not end. */
  #isPaused = false;
  #hasNewIdentity = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sendTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #gapTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;
  #typedAt = 0;

  /** @type {Role | null} who is typing on the other side */
  typing = null;
  /** @type {string | null} code of the last refusal, until something succeeds */
  #fault = null;

  /** @param {import('./launcher.js').Context} context */
  constructor(context) {
    const { base, storage, signal } = context;
    this.#context = context;
    this.#storage = storage;
    this.#outbox = new Outbox(storage);
    const url = new URL('ws/chat', base);
    url.protocol = url.protocol.replace('http', 'ws');
    const handlers = {
      greet: () => this.#hello(),
      receive: (/** @type {import('./frames.js').ServerFrame} */ frame) => this.#receive(frame),
      changed: () => this.#connectionChanged(),
    };
    this.#connection = new Connection(url.href, handlers, signal);
    storage.onChange((key) => this.#otherTabChanged(key), signal);
    signal.addEventListener('abort', () => this.#stop());
  }

  /**
   * Tells of every change from now on.
   *
   * @param {() => void} listener
   */
  onChange(listener) {
    this.#changed = listener;
  }

  /**
   * Tells of every message from the other side that has just been said.
   *
   * @param {() => void} listener
   */
  onWords(listener) {
    this.#heard = listener;
  }

  /** Resumes what was begun earlier. Before the first message there is nothing, and no connection. */
  resume() {
    if (!knownVisitor(this.#storage)) return;
    for (const message of this.#outbox.list()) this.#transcript.wait(message);
    this.#connection.open();
  }

  get entries() {
    return this.#transcript.entries();
  }

  get connectionState() {
    return this.#connection.state;
  }

  /** Whether earlier messages are still on their way after connecting. */
  get isLoading() {
    return this.#connection.state !== 'idle' && !this.#isLoaded;
  }

  /** Whether something is to be asked before the first message: what the site did not tell. */
  get needsContact() {
    const { name, phone } = this.#context.site.identity;
    return knownContact(this.#storage) === null && !(name && phone);
  }

  get fault() {
    return this.#fault;
  }

  get canSend() {
    return !this.#outbox.isFull;
  }

  /** @returns {import('./transcript.js').Entry[]} messages from the other side that were not looked at */
  get unread() {
    const readTo = Number(this.#storage.get('read') ?? 0);
    return this.entries.filter(({ role, seq }) => role !== 'user' && Number(seq) > readTo);
  }

  /** @param {import('./visitor.js').Contact} contact */
  saveContact(contact) {
    rememberContact(this.#storage, contact);
  }

  /**
   * Puts a message in the outbox; it leaves as soon as it can.
   *
   * @param {string} content clean and within bounds
   * @param {import('./frames.js').Attachment[]} [attachments] files that are uploaded
   */
  send(content, attachments = []) {
    this.enter();
    this.#transcript.wait(this.#outbox.add(content, attachments));
    this.#typedAt = 0;
    this.#connection.open();
    this.#sendNext();
    this.#changed();
  }

  /** Makes the visitor's identity, unless there is one. */
  enter() {
    return knownVisitor(this.#storage) ?? newVisitor(this.#storage, this.#context.site.identity);
  }

  /**
   * Sends the words of a refused message once more, as a new one.
   *
   * @param {import('./transcript.js').Entry} entry
   */
  resend({ id, content, attachments }) {
    this.#transcript.discard(id);
    this.send(content, attachments);
  }

  /**
   * Takes a refused message off the screen.
   *
   * @param {string} id
   */
  discard(id) {
    this.#transcript.discard(id);
    this.#changed();
  }

  /** The visitor is typing. */
  tellTyping() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    if (this.#connection.send({ type: 'typing' })) this.#typedAt = Date.now();
  }

  /** The visitor has seen everything that is here. */
  markRead() {
    const seq = this.#transcript.completeTo;
    if (seq <= Number(this.#storage.get('read') ?? 0)) return;
    this.#storage.set('read', seq);
    this.#connection.send({ type: 'read', seq });
  }

  #hello() {
    return { type: 'hello', resumeFrom: this.#transcript.completeTo, ...this.#visitor() };
  }

  /** Who speaks, and what is known of them, in the fields of a frame. */
  #visitor() {
    const { settings, language, site } = this.#context;
    return {
      tenant: settings.tenant,
      ...this.enter(),
      ...visitorFields(this.#storage, site),
      page: pagePath(),
      locale: language,
    };
  }

  /** @param {import('./frames.js').ServerFrame} frame */
  #receive(frame) {
    switch (frame.type) {
      case 'welcome':
        this.#expectedSeq = frame.seq;
        this.#fault = null;
        this.#sendNext();
        break;
      case 'ack':
        this.#tell(this.#transcript.acknowledge(frame.id, frame.seq));
        this.#delivered(frame.id);
        break;
      case 'message':
        this.#tell(this.#transcript.receive(frame));
        if (frame.role === 'user') this.#delivered(frame.id);
        else if (frame.role === this.typing) this.typing = null;
        break;
      case 'typing':
        this.#showTyping(frame.role);
        break;
      case 'error':
        this.#refused(frame);
        break;
      case 'pong':
        return;
    }
    this.#checkComplete();
    this.#changed();
  }

  /**
   * Tells page and panel of a message, unless it is an old one that was fetched again.
   *
   * @param {import('./transcript.js').Entry | null} entry
   */
  #tell(entry) {
    if (!entry || !this.#isLoaded) return;
    const { id, seq, role, name, content, at } = entry;
    this.#context.emit('message', { id, seq, role, name, content, timestamp: new Date(at).toISOString() });
    if (role !== 'user') this.#heard();
  }

  /** @param {string} id */
  #delivered(id) {
    this.#outbox.remove(id);
    if (this.#underWay !== id) return;
    this.#underWay = null;
    this.#refusals = 0;
    this.#fault = null;
    clearTimeout(this.#sendTimer);
    this.#sendNext();
  }

  #sendNext() {
    if (this.#underWay || this.#isPaused || this.#connection.state !== 'online') return;
    const message = this.#outbox.list()[0];
    if (!message) return;
    this.#transcript.wait(message); // another tab may have left it behind
    this.#underWay = message.id;
    this.#connection.send({
      type: 'message',
      id: message.id,
      content: message.content,
      ...(message.attachments?.length && { attachments: message.attachments.map(({ id }) => id) }),
      ...this.#visitor(),
      timestamp: new Date(message.writtenAt).toISOString(),
    });
    clearTimeout(this.#sendTimer);
    this.#sendTimer = setTimeout(() => this.#connection.retry(), ACK_TIMEOUT_MS);
  }

  /** @param {ErrorFrame} error */
  #refused(error) {
    this.#context.emit('error', { code: error.code });
    if (error.retryable && this.#connection.state === 'online') {
      this.#sendLater(error.code);
    } else if (error.retryable) {
      this.#fault = error.code;
      this.#connection.retry();
    } else if (error.code === 'bad_resume' && this.#transcript.completeTo > 0) {
      // The server knows less than we do: what it knows is what counts.
      this.#transcript.restart();
      this.#connection.greetAgain();
    } else if (error.code === 'forbidden' && !this.#hasNewIdentity && !this.#context.site.identity.userHash) {
      this.#hasNewIdentity = true;
      newVisitor(this.#storage, this.#context.site.identity);
      this.#transcript.restart();
      this.#underWay = null;
      this.#connection.greetAgain();
    } else if (error.code === 'unknown_tenant' || error.code === 'forbidden') {
      this.#fault = error.code;
      this.#connection.stop();
    } else if (this.#underWay && MESSAGE_FAULTS.has(error.code)) {
      this.#fault = error.code;
      this.#giveUp(this.#underWay, error.code === 'parked' ? 'kept' : 'failed');
    }
  }

  /** @param {string} reason code of the refusal */
  #sendLater(reason) {
    if (!this.#underWay) return; // it was about a frame nobody waits for
    this.#fault = reason;
    this.#underWay = null;
    clearTimeout(this.#sendTimer);
    this.#isPaused = true;
    this.#sendTimer = setTimeout(() => {
      this.#isPaused = false;
      this.#sendNext();
    }, fullJitter(this.#refusals + 1));
    this.#refusals += 1;
  }

  /**
   * @param {string} id
   * @param {'failed' | 'kept'} how
   */
  #giveUp(id, how) {
    this.#outbox.remove(id);
    this.#transcript.fail(id, how);
    this.#underWay = null;
    clearTimeout(this.#sendTimer);
    this.#sendNext();
  }

  /** Notices a message that got lost on the way, and asks for it again by resuming. */
  #checkComplete() {
    if (this.#connection.state !== 'online') return;
    const isComplete = !this.#transcript.hasGap && this.#transcript.completeTo >= this.#expectedSeq;
    if (isComplete) {
      this.#isLoaded = true;
      this.#connection.settle();
      this.#forgetGap();
    } else {
      this.#gapTimer ??= setTimeout(() => this.#connection.retry(), GAP_TIMEOUT_MS);
    }
  }

  #stop() {
    for (const timer of [this.#sendTimer, this.#gapTimer, this.#typingTimer]) clearTimeout(timer);
    this.#changed = () => {};
  }

  #forgetGap() {
    clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }

  /** @param {Role} role */
  #showTyping(role) {
    this.typing = role;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => {
      this.typing = null;
      this.#changed();
    }, TYPING_LASTS_MS);
  }

  #connectionChanged() {
    if (this.#connection.state !== 'online') {
      this.#underWay = null;
      this.#isPaused = false;
      this.typing = null;
      clearTimeout(this.#sendTimer);
      this.#forgetGap();
    }
    this.#changed();
  }

  /** @param {string} key */
  #otherTabChanged(key) {
    if (key === 'visitor') this.resume();
    if (key === 'read') this.#changed();
  }
}

/** The page the visitor is on, as much of it as a frame takes. Its query may hold secrets and stays here. */
function pagePath() {
  return location.pathname.slice(0, PAGE_LENGTH_MAX);
}
