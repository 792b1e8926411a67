/**
 * One chat socket that is there when it can be: greets, listens for silence, comes back with
 * backoff. It knows nothing of messages.
 *
 *     idle ──open──► connecting ──welcome──► online
 *                        ▲    │                │
 *                        └── waiting ◄── closed, silent, refused ──┘
 */

import { fullJitter } from './backoff.js';
import { parseFrame } from './frames.js';

/** @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'stopped'} ConnectionState */

/**
 * @typedef {object} Handlers
 * @property {() => object} greet makes the `hello` frame
 * @property {(frame: import('./frames.js').ServerFrame) => void} receive
 * @property {() => void} changed the state is another one
 */

const WELCOME_TIMEOUT_MS = 10_000;
const PING_AFTER_MS = 25_000;
const PONG_TIMEOUT_MS = 10_000;

export class Connection {
  #url;
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = 'idle';
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} url
   * @param {Handlers} handlers
   * @param {AbortSignal} signal ends it for good
   */
  constructor(url, handlers, signal) {
    this.#url = url;
    this.#handlers = handlers;
    addEventListener('online', () => this.#hurry(), { signal });
    addEventListener('offline', () => this.retry(), { signal });
    addEventListener('pageshow', () => this.#hurry(), { signal });
    const seen = () => document.visibilityState === 'visible' && this.#hurry();
    document.addEventListener('visibilitychange', seen, { signal });
    signal.addEventListener('abort', () => this.stop());
  }

  get state() {
    return this.#state;
  }

  /** Connects, unless it has begun already. */
  open() {
    if (this.#state === 'idle') this.#connect();
  }

  /** Ends for good: the server said that it will not have us. */
  stop() {
    this.#enter('stopped');
    this.#dropSocket();
  }

  /** Drops the socket and comes back with backoff. */
  retry() {
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    this.#dropSocket();
    const delay = fullJitter(this.#attempt);
    this.#attempt += 1;
    this.#enter('waiting');
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  /** All is well: the next failure starts with a short wait again. */
  settle() {
    this.#attempt = 0;
  }

  /** Says hello again on the same socket, after the server refused the first one. */
  greetAgain() {
    this.#enter('connecting');
    this.#greet();
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it was handed to the socket
   */
  send(frame) {
    if (this.#state !== 'online' || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    if (navigator.onLine === false) {
      // The browser knows that there is no network, and tells when there is.
      this.#enter('waiting');
      return;
    }
    this.#enter('connecting');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => this.retry();
    this.#expectWithin(WELCOME_TIMEOUT_MS);
  }

  #greet() {
    this.#socket?.send(JSON.stringify(this.#handlers.greet()));
    this.#expectWithin(WELCOME_TIMEOUT_MS);
  }

  /** @param {unknown} data */
  #hear(data) {
    const frame = parseFrame(data);
    if (frame?.type === 'welcome') this.#enter('online');
    if (this.#state === 'online') this.#listen();
    if (frame) this.#handlers.receive(frame);
  }

  /** Waits for the next frame; after a silence asks, and without an answer gives the socket up. */
  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.send({ type: 'ping' });
      this.#expectWithin(PONG_TIMEOUT_MS);
    }, PING_AFTER_MS);
  }

  /** @param {number} milliseconds */
  #expectWithin(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.retry(), milliseconds);
  }

  /** The world changed for the better: does not wait for the rest of the backoff. */
  #hurry() {
    if (this.#state === 'waiting') this.#connect();
  }

  #dropSocket() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  /** @param {ConnectionState} state */
  #enter(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#handlers.changed();
  }
}
