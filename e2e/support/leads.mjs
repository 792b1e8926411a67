/** Looking for a lead on the API. */

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/**
 * Waits until exactly one lead carries this email address.
 *
 * @param {import('./server.mjs').FrontdeskServer} server
 * @param {string} email
 * @returns {Promise<any>}
 */
export function leadWith(server, email) {
  return eventually(async () => {
    const { items } = await server.api('/api/v1/leads');
    const found = items.filter((/** @type {any} */ lead) => lead.email === email);
    assert.equal(found.length, 1, `${found.length} leads of ${items.length} carry ${email}`);
    return found[0];
  });
}
