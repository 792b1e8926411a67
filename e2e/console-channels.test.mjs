/** Whether people get through: a test in both directions, and approved texts where nothing else leaves. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { CATERER } from './support/phone.mjs';
import { assertPresentable } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

const CHANNELS = '/console/tenants/demo-catering/channels';
/** The demo caterer's number on WhatsApp. */
const WHATSAPP = 'whatsapp_cloud:106540352242922';

describe('channels of a business', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });

  /** @param {import('./support/operator.mjs').Operator} olga @param {string} channel */
  const cardOf = (olga, channel) => olga.page.locator(`#${channel}`);

  /**
   * Sends a test from a channel's card, and stays on the page that comes.
   *
   * @param {import('./support/operator.mjs').Operator} olga
   * @param {string} channel
   * @param {string} to
   */
  async function sendTest(olga, channel, to) {
    const card = cardOf(olga, channel);
    await card.getByLabel('Send a test to this number').fill(to);
    await card.getByRole('button', { name: 'Send a test' }).click();
  }

  /** Leaves a mark that a reload wipes out. @param {import('./support/operator.mjs').Operator} olga */
  async function mark(olga) {
    await olga.page.evaluate(() => (document.documentElement.dataset.mark = 'here'));
    return async () => assert.equal(await olga.page.evaluate(() => document.documentElement.dataset.mark), 'here', 'the page was reloaded');
  }

  test('a test is followed on its way until it is delivered, without a reload', async () => {
    const olga = await stage.colleague({ path: CHANNELS, bypassCSP: true });
    await sendTest(olga, 'sms', '555 0142 x');
    await cardOf(olga, 'sms').getByText('Nobody can be reached at this number.').waitFor();
    assert.equal(await cardOf(olga, 'sms').getByLabel('Send a test to this number').inputValue(), '555 0142 x');
    await assertPresentable(olga.page, 'channels, a number that is none');

    // The provider fails once: the test is still on its way when its page opens.
    await olga.post('/console/try/faults', { to: CATERER, from: '+14155550142', kind: 'server_error', count: '1' });
    await sendTest(olga, 'sms', '+1 (415) 555-0142');
    const trial = cardOf(olga, 'sms').locator('#trial');
    await trial.waitFor();
    assert.doesNotMatch(await trial.innerText(), /Delivered/, 'it is not there yet');
    const isStillHere = await mark(olga);
    await trial.getByText('Delivered').waitFor();
    await isStillHere();
    await eventually(async () => assert.equal(await trial.getAttribute('data-poll'), null, 'nobody asks any more'));
    await assertPresentable(olga.page, 'channels, a test that was delivered');
    await trial.getByRole('link', { name: 'Open' }).click();
    await olga.isLive();
    await olga.log.getByText('This is a test of Ember & Oak Hibachi. It works.').waitFor();
    assert.equal(await olga.page.getByRole('button', { name: 'Take over' }).count(), 1, 'nobody took it over');
  });

  test('a test message is waited for, and shows by itself once somebody writes', async () => {
    const olga = await stage.colleague({ path: CHANNELS, bypassCSP: true });
    await cardOf(olga, 'sms').getByRole('link', { name: 'Wait for a test message' }).click();
    const trial = cardOf(olga, 'sms').locator('#trial');
    await trial.getByText('Waiting. Write something here now').waitFor();
    const isStillHere = await mark(olga);
    await assertPresentable(olga.page, 'channels, waiting for a test message');
    await olga.post('/console/try/messages', { to: CATERER, from: '+14155550143', text: 'Can you read this?' });
    await trial.getByText('It arrived.').waitFor();
    await isStillHere();
    assert.equal(await trial.getAttribute('data-poll'), null, 'nobody waits any more');
    await trial.getByRole('link', { name: 'Open' }).click();
    await olga.isLive();
    await olga.hears('Can you read this?');
    olga.assertCalm();
  });

  test('outside of the window an approved text is chosen by keyboard, and leaves as one', async () => {
    const from = '+14155550144';
    const olga = await stage.colleague({ path: CHANNELS, bypassCSP: true });
    await sendTest(olga, 'whatsapp', from);
    await cardOf(olga, 'whatsapp').locator('#trial').getByRole('link', { name: 'Open' }).click();
    await olga.isLive();
    const { page } = olga;
    await page.getByText('only a text that WhatsApp has approved can be sent').waitFor();
    assert.equal(await olga.reply.count(), 0, 'free words would be refused');
    const unfit = page.getByRole('radio', { name: /Something it says is not known/ });
    assert(await unfit.isDisabled(), 'a text with a blank cannot be chosen');
    await assertPresentable(page, 'conversation outside of the window');

    const words = 'Hi there, this is Ember & Oak Hibachi. Shall we go on with your booking?';
    await page.getByRole('radio', { name: words }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const said = olga.log.locator('.message.operator', { hasText: words });
    await said.locator('.way').getByText('Read').waitFor();
    await olga.banner.getByText('The bot is silent').waitFor();
    await assertPresentable(page, 'conversation, an approved text was sent');

    // They answer: the window opens, and the composer with it, without a reload.
    const isStillHere = await mark(olga);
    await olga.post('/console/try/messages', { to: WHATSAPP, from, text: 'Yes, please' });
    await olga.hears('Yes, please');
    await olga.reply.fill('How many of you will come?');
    await olga.reply.press('Enter');
    await olga.hears('How many of you will come?');
    await isStillHere();
    await olga.open(`/console/try?to=${encodeURIComponent(WHATSAPP)}&from=${encodeURIComponent(from)}`);
    const phone = page.locator('#screen .said', { hasText: words });
    await phone.waitFor();
    assert.equal(await page.locator('#screen .said', { hasText: 'This is a test' }).count(), 0, 'free words did not leave');
    olga.assertCalm();
  });
});
