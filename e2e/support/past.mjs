/** A business with a past: something on every page of the console, and some of it too long. */

import { createHash, randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { textUntilLead } from './phone.mjs';

/** Longer than any column. */
export const LONG_NAME = 'Maximiliana-Alexandrina Wolfeschlegelsteinhausenbergerdorff';
/** Theirs, by text message. */
export const LONG_NAME_PHONE = '+14155550104';
const LONG_TEXT = `${'We would like to come with everybody. '.repeat(20)}${'x'.repeat(240)}`;
const TENANT = 'demo-catering';
/** As many as a conversation may have. */
const TAGS_MAX = 12;
/** More than are right. */
const FORGERIES = 100;

/** @typedef {{ conversation: string, finished: string, contact: string, lead: string, letter: string }} Past ids of what there is */

/**
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./operator.mjs').Operator} olga an administrator of everything
 * @returns {Promise<Past>}
 */
export async function bringPast(stage, olga) {
  const { server } = stage;
  // First of all: the log keeps its end, and the secret stands at its beginning.
  const letter = await keepUnreadable(stage);
  await refuseForeignNews(stage);
  for (const [index, name] of ['Ana Reyes', 'Berta Reyes', 'Carla Reyes'].entries()) {
    await textUntilLead(olga, server, { name, phone: `+1415555011${index}`, email: `reyes${index}@example.com` });
  }
  await textUntilLead(olga, server, { name: LONG_NAME, phone: LONG_NAME_PHONE, email: `${'long'.repeat(15)}@example.com` });
  const conversation = await waitingConversation(stage);
  await workOn(olga, conversation);
  const contacts = (await server.api('/api/v1/contacts?limit=100')).items;
  const named = (/** @type {string} */ name) => {
    const found = contacts.find((/** @type {any} */ contact) => contact.name === name);
    assert(found, `no contact is called ${name}`);
    return found.id;
  };
  await olga.post(`/console/contacts/${named('Ana Reyes')}/merge`, { other: named('Berta Reyes') });
  await olga.post(`/console/contacts/${named('Carla Reyes')}/erase`, { sure: 'yes' });
  await prepareDesk(olga);
  await raiseAlarm(stage);
  const leads = (await server.api('/api/v1/leads?limit=100')).items;
  const lead = leads.find((/** @type {any} */ each) => each.phone === LONG_NAME_PHONE);
  return { conversation, finished: lead.conversation_id, contact: named('Ana Reyes'), lead: lead.id, letter };
}

/** @param {import('./stage.mjs').Stage} stage */
async function waitingConversation(stage) {
  const visitor = await stage.talker(LONG_NAME);
  await visitor.write(LONG_TEXT);
  await visitor.isAnswered();
  await visitor.write('operator please');
  await visitor.isAnswered();
  const { items } = await stage.server.api('/api/v1/conversations?limit=1');
  return items[0].id;
}

/**
 * @param {import('./operator.mjs').Operator} olga
 * @param {string} id of a conversation
 */
async function workOn(olga, id) {
  const act = (/** @type {string} */ what, fields = {}) => olga.post(`/console/conversations/${id}/${what}`, { key: randomUUID(), ...fields });
  for (let index = 1; index <= TAGS_MAX; index += 1) await act('tags', { text: `a rather long tag number ${index}` });
  await act('notes', { text: LONG_TEXT });
  await act('messages', { text: LONG_TEXT });
  await act('assign');
}

/** @param {import('./operator.mjs').Operator} olga */
async function prepareDesk(olga) {
  for (const shortcut of ['hello', 'parking', 'a-very-long-shortcut-of-thirty']) {
    await olga.post('/console/replies', { tenant: TENANT, shortcut, text: LONG_TEXT });
  }
  for (const name of ['Mine', 'The oldest ones of the chat first, all']) {
    await olga.post('/console/views', { name, query: 'view=all&channel=web_chat&order=oldest' });
  }
  await olga.post(`/console/tenants/${TENANT}/keys`, { role: 'viewer', label: 'The office' });
}

/** @param {import('./stage.mjs').Stage} stage */
async function raiseAlarm({ server }) {
  const body = new URLSearchParams({ MessageSid: 'SM1', From: '+14155550199', To: '+14155550100', Body: 'hi' });
  for (let index = 0; index < FORGERIES; index += 1) {
    const headers = { 'x-twilio-signature': createHash('sha1').update(`${index}`).digest('base64') };
    await fetch(`${server.url}/webhooks/twilio/sms`, { method: 'POST', headers, body });
  }
  await eventually(async () => {
    const { items } = await server.api('/api/v1/alarms');
    assert.notEqual(items.length, 0, 'no alarm is raised');
  });
}

/**
 * What a provider says that nobody understands waits among the dead letters.
 *
 * @param {import('./stage.mjs').Stage} stage
 */
async function keepUnreadable(stage) {
  await toldByGupshup(stage, LONG_TEXT);
  return eventually(async () => {
    const { items } = await stage.server.api('/api/v1/dead-letters');
    assert.notEqual(items.length, 0, 'nothing was kept');
    return items[0].id;
  });
}

/**
 * News of a message that another system sent.
 *
 * @param {import('./stage.mjs').Stage} stage
 */
async function refuseForeignNews(stage) {
  const payload = { id: randomUUID(), type: 'sent', destination: '12125550123', payload: { ts: 1_795_222_865 } };
  await toldByGupshup(stage, JSON.stringify({ app: 'DemoApp', timestamp: 1_795_222_865_000, version: 2, type: 'message-event', payload }));
  const { items } = await stage.server.api('/api/v1/ledger/refused');
  assert.equal(items.length, 1, 'it was accepted');
}

/**
 * What a provider tells, as its twin signs it.
 *
 * @param {import('./stage.mjs').Stage} stage whose server has not said much yet: its log keeps the end
 * @param {string} body
 */
export async function toldByGupshup({ server }, body) {
  const key = /gupshup +webhook secret +(\S+)/.exec(server.log)?.[1];
  assert(key, 'the log has no secret of the twin');
  await fetch(`${server.url}/webhooks/gupshup?key=${encodeURIComponent(key)}`, { method: 'POST', body });
}
