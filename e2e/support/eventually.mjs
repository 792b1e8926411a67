/** Waiting for something to become true, with an end. */

import { PATIENCE_MS } from './patience.mjs';

const POLL_EVERY_MS = 40;

/**
 * Repeats a check until it passes; past the deadline its last failure is the result.
 *
 * @template T
 * @param {() => T | Promise<T>} check throws while it is not yet so
 * @param {{ withinMs?: number }} [limit]
 * @returns {Promise<T>}
 */
export async function eventually(check, { withinMs = PATIENCE_MS } = {}) {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
}
