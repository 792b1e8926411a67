/** A customer's phone on the console's page for trying things out. */

import { eventually } from './eventually.mjs';
import assert from 'node:assert/strict';

/** The demo caterer's number. */
export const CATERER = 'twilio_sms:+14155550100';

/**
 * A customer texts until the lead is there, without anybody looking on.
 *
 * @param {import('./operator.mjs').Operator} operator
 * @param {import('./server.mjs').FrontdeskServer} server
 * @param {{ name: string, phone: string, email: string }} customer
 */
export async function textUntilLead(operator, server, { name, phone, email }) {
  const words = ['Hi, a party for 10 people', name, email, 'yes please'];
  for (const [index, text] of words.entries()) {
    await operator.post('/console/try/messages', { to: CATERER, from: phone, text });
    await eventually(async () => {
      const screen = await operator.part(`/console/try?to=${encodeURIComponent(CATERER)}&from=${encodeURIComponent(phone)}`);
      const replies = screen.match(/class="said"|class="said /g)?.length ?? 0;
      assert(replies > 2 * index, `${replies} texts on the phone after “${text}”`);
    });
  }
  await eventually(async () => {
    const { items } = await server.api('/api/v1/leads?limit=100');
    assert(items.some((/** @type {any} */ lead) => lead.email === email), `no lead of ${email}`);
  });
}
