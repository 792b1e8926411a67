/**
 * Without any credentials: somebody who has just started the server brings in a complete lead over each channel,
 * by playing the customer, while the provider is broken on purpose.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { setStage } from './support/stage.mjs';

/**
 * How a customer becomes a lead over one channel: an answer at a time, each after a reply.
 *
 * @typedef {object} Way
 * @property {string} to the account that is written to, as the page names it
 * @property {string} source where the lead comes from, in the report
 * @property {(who: { name: string, phone: string, email: string }) => string[]} says
 * @property {string} [knownAs] the name that the channel itself tells
 * @property {boolean} [tellsPhone] the channel itself tells the number
 * @property {boolean} [asksNewsletter]
 */

/** What the report calls the sources. @type {Record<string, string>} */
const TITLES = {
  SMS: 'SMS',
  FACEBOOK: 'Messenger',
  INSTAGRAM: 'Instagram',
  WHATSAPP: 'WhatsApp',
  MARKETPLACE: 'Marketplace',
  CHAT: 'Web chat',
  WEB_QUOTE: 'Quote form',
  BOOKING: 'Booking form',
};
const SURNAMES = ['Artemova', 'Brown', 'Castro', 'Dunn', 'Evans', 'Ford', 'Gomez', 'Hart'];
const REQUEST = 'Hi, a party for 10 people';

/** @type {Way['says']} */
const byNumber = ({ name, email }) => [REQUEST, `My name is ${name}`, email, 'yes please'];
/** @type {Way['says']} */
const byProfile = ({ name, phone, email }) => [REQUEST, name, phone, email, 'yes please'];

/** @type {Way[]} */
const WAYS = [
  { to: 'twilio_sms:+14155550100', source: 'SMS', says: byNumber, tellsPhone: true, asksNewsletter: true },
  { to: 'textmagic:+447624800501', source: 'SMS', says: byNumber, tellsPhone: true, asksNewsletter: true },
  { to: 'ringcentral:+16573900100', source: 'SMS', says: byNumber, tellsPhone: true, asksNewsletter: true },
  { to: 'messenger:104020918399999', source: 'FACEBOOK', says: byProfile, asksNewsletter: true },
  { to: 'instagram:17841405822304914', source: 'INSTAGRAM', says: byProfile, asksNewsletter: true },
  { to: 'whatsapp_cloud:106540352242922', source: 'WHATSAPP', says: byNumber, tellsPhone: true, asksNewsletter: true },
  {
    to: 'gupshup:DemoApp',
    source: 'WHATSAPP',
    says: ({ name, email }) => ['Здравствуйте, хочу узнать про курс', 'Новая профессия', '10 часов', name, email, 'да'],
    tellsPhone: true,
    asksNewsletter: true,
  },
  {
    to: 'yelp:SoVHhx7Hel_XX0DKCLp72Q',
    source: 'MARKETPLACE',
    says: ({ phone, email }) => ['My bathtub drains slowly', 'as soon as possible', '94107', phone, email],
    knownAs: 'Austin D',
  },
];

describe('every channel', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });

  /**
   * @param {string} email
   * @returns {Promise<any>} the subscription of this address
   */
  const subscription = (email) =>
    eventually(async () => {
      const { items } = await stage.server.api('/api/v1/newsletter?limit=100');
      const found = items.find((/** @type {any} */ item) => item.email === email);
      assert(found?.email_consent, `${email} gets no newsletter`);
      return found;
    });

  for (const [index, { to, source, says, knownAs, tellsPhone, asksNewsletter }] of WAYS.entries()) {
    const [provider = ''] = to.split(':');
    const who = {
      name: `Lena ${SURNAMES[index]}`,
      phone: `+1415555${2_000 + index}`,
      email: `lena@${provider.replace('_', '-')}.example.com`,
    };

    test(`${provider}: a complete lead, with its provider in trouble`, async () => {
      const olga = await stage.colleague({ path: '/console/leads' });
      const from = tellsPhone ? `&from=${encodeURIComponent(who.phone)}` : '';
      await olga.open(`/console/try?to=${encodeURIComponent(to)}${from}`);
      const screen = olga.page.locator('#screen');
      const replies = screen.locator('.said:not(.own)');
      for (const [place, words] of says(who).entries()) {
        // In the midst of it the provider fails, and what it has taken it tells twice.
        if (place === 1) {
          await olga.page.getByRole('button', { name: 'Server error × 1' }).click();
          await olga.page.getByRole('button', { name: 'Webhook comes twice × 1' }).click();
          await olga.page.locator('#troubles .tag').nth(1).waitFor();
        }
        await olga.page.getByRole('textbox', { name: 'Write a message…' }).fill(words);
        await olga.page.keyboard.press('Enter');
        await replies.nth(place).waitFor();
      }
      assert.equal(await replies.count(), says(who).length, 'each answer once');
      assert.equal(await screen.locator('.said.own').count(), says(who).length, 'everything said is there once');
      await replies.last().locator('[data-status="read"], [data-status="delivered"]').waitFor();
      await olga.page.locator('#troubles .tag').first().waitFor({ state: 'detached' });

      const lead = await leadWith(stage.server, who.email);
      assert.deepEqual([lead.name, lead.phone, lead.source], [knownAs ?? who.name, who.phone, source]);
      if (asksNewsletter) await subscription(who.email);
      await olga.page.getByRole('link', { name: 'See it in the inbox' }).click();
      await olga.log.getByText(says(who)[0] ?? '', { exact: true }).first().waitFor();
      olga.assertCalm();
    });
  }

  test('the chat on a site: a complete lead', async () => {
    const visitor = await stage.visitor();
    await visitor.begin({ words: REQUEST, name: 'Lena Chatova', phone: '(415) 555-2100' });
    await visitor.write('lena@chat.example.com');
    await visitor.isAsked(/newsletter|email list/i);
    await visitor.write('yes please');
    await visitor.isAnswered();
    const lead = await leadWith(stage.server, 'lena@chat.example.com');
    assert.deepEqual([lead.name, lead.phone, lead.source], ['Lena Chatova', '+14155552100', 'CHAT']);
    await subscription('lena@chat.example.com');
    visitor.assertCalm();
  });

  test('a form: a complete lead', async () => {
    const page = await stage.page({ bypassCSP: true });
    await page.goto(`${stage.server.url}/?tenant=demo-catering`);
    const form = page.locator('frontdesk-form[kind="quote"]');
    await form.getByLabel('Full name').fill('Lena Formova');
    await form.getByLabel('Phone number').fill('(415) 555-2200');
    await form.getByRole('textbox', { name: 'Email' }).fill('lena@form.example.com');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.getByRole('heading', { name: 'Thank you! We have it.' }).waitFor();
    const lead = await leadWith(stage.server, 'lena@form.example.com');
    assert.deepEqual([lead.name, lead.phone, lead.source], ['Lena Formova', '+14155552200', 'WEB_QUOTE']);
    await subscription('lena@form.example.com');
  });

  test('the report of sources has all of them, and the ledger balances', async () => {
    const { is_balanced } = await stage.server.api('/api/v1/ledger');
    assert(is_balanced, 'everything that came in was dealt with');
    const olga = await stage.colleague({ path: '/console/sources?days=1' });
    const { items } = await stage.server.api('/api/v1/leads?limit=100');
    const complete = items.filter((/** @type {any} */ { name, phone, email }) => name && phone && email);
    assert.equal(complete.length, WAYS.length + 2, 'every lead is complete');
    for (const source of new Set(items.map((/** @type {any} */ item) => item.source))) {
      assert(source in TITLES, `${source} has no title here`);
      await olga.page.getByRole('row').filter({ hasText: TITLES[source] }).first().waitFor();
    }
    olga.assertCalm();
  });
});
