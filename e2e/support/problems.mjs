/** What goes wrong in a page without anybody seeing it: errors, warnings, violations of its policy, dialogs. */

import assert from 'node:assert/strict';

/** What a browser writes on its console by itself when a server or the network is away. */
const CONNECTION_TROUBLE = /WebSocket connection to .* failed|net::ERR_/;

export class Problems {
  /** @type {string[]} */
  #found = [];

  /** @param {import('playwright-core').Page} page listened to from now on */
  constructor(page) {
    page.on('pageerror', (error) => this.#found.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#found.push(`${message.type()}: ${message.text()}`);
    });
  }

  /** @param {string} problem seen by somebody else */
  add(problem) {
    this.#found.push(problem);
  }

  /**
   * There were none.
   *
   * @param {RegExp} [expected] but for those that the test provokes
   */
  assertNone(expected = /^$/) {
    assert.deepEqual(
      this.#found.filter((problem) => !expected.test(problem)),
      [],
    );
  }

  /** There were none, but a server or network that was away may have been noticed by the browser. */
  assertConnectionOnly() {
    this.assertNone(CONNECTION_TROUBLE);
  }
}
