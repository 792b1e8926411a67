/** Waiting between attempts: exponential with full jitter, so many widgets do not return at once. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt.
 *
 * @param {number} attempt 0 for the first repetition
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} milliseconds, at most half a minute
 */
export function fullJitter(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
}

/**
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
