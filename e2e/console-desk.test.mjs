/** Visitor and colleagues side by side at the desk: tags, ready replies, timers, handing on, ticks, a lost network. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { CATERER } from './support/phone.mjs';
import { setStage } from './support/stage.mjs';

const PHONE = { width: 390, height: 844 };

describe('the desk', () => {
  const stage = setStage({ staff: [{ role: 'admin' }, { role: 'operator', name: 'Tom', tenant: 'demo-catering' }] });

  /** @param {string} who waits, and is looked at */
  async function meet(who) {
    const visitor = await stage.waiter(who);
    const olga = await stage.colleague();
    await olga.openConversation(who);
    return { visitor, olga };
  }

  test('a colleague who writes a reply is seen by the other one, and is not overtaken unseen', async () => {
    const { visitor, olga } = await meet('Dora Double');
    const tom = await stage.colleague({ name: 'Tom' });
    await tom.openConversation('Dora Double');
    await tom.reply.pressSequentially('I am here');
    await olga.page.getByText('Tom is writing a reply…').waitFor();
    await tom.reply.press('Enter');
    await olga.hears('I am here');
    await eventually(async () => assert.equal((await visitor.messages()).at(-1)?.text, 'I am here'));
    for (const person of [visitor, olga, tom]) person.assertCalm();
  });

  test('tags are put on, lead to a filter that is kept, and are taken off', async () => {
    const { olga } = await meet('Tia Tagged');
    for (const tag of ['wedding', '<i>vip</i>']) {
      await olga.page.getByRole('combobox', { name: 'Add tag' }).fill(tag);
      await olga.page.getByRole('button', { name: 'Add tag' }).click();
      await olga.page.getByRole('button', { name: `Remove: ${tag}` }).waitFor();
    }
    await olga.open('/console/inbox?view=all');
    await olga.page.getByText('Filter', { exact: true }).click();
    await olga.page.locator('select[name="tag"]').selectOption('wedding');
    await olga.page.getByRole('button', { name: 'Apply' }).click();
    await eventually(async () => assert.deepEqual(await olga.rows.locator('.who').allInnerTexts(), ['Tia Tagged']));
    await olga.page.getByText('Filter', { exact: true }).click();
    await olga.page.getByLabel('Name of the filter').fill('Weddings');
    await olga.page.getByRole('button', { name: 'Save this filter' }).click();
    await olga.open('/console/inbox');
    await olga.page.getByRole('link', { name: 'Weddings' }).click();
    await olga.openConversation('Tia Tagged');
    await olga.page.getByRole('button', { name: 'Remove: wedding', exact: true }).click();
    await olga.page.getByRole('button', { name: 'Remove: wedding', exact: true }).waitFor({ state: 'detached' });
    await olga.page.getByRole('button', { name: 'Remove: <i>vip</i>' }).waitFor();
    await olga.page.getByRole('button', { name: 'Remove: Weddings' }).click();
    await olga.page.getByRole('link', { name: 'Weddings' }).waitFor({ state: 'detached' });
    olga.assertCalm();
  });

  test('a ready reply is written once, found by a few letters, and filled in', async () => {
    const { visitor, olga } = await meet('Rea Ready');
    await olga.page.getByRole('link', { name: 'Ready replies' }).click();
    await olga.page.getByLabel('Shortcut').first().fill('parking');
    await olga.page.getByLabel('Text').first().fill('Hello {name}, you can park behind {business}.');
    await olga.page.getByRole('button', { name: 'Save' }).first().click();
    await olga.page.getByRole('heading', { name: '/parking' }).waitFor();
    await olga.open('/console/inbox?view=all');
    await olga.openConversation('Rea Ready');
    await olga.reply.pressSequentially('/par');
    await olga.page.getByRole('option', { name: '/parking' }).waitFor();
    await olga.page.keyboard.press('Enter');
    const words = 'Hello Rea Ready, you can park behind Ember & Oak Hibachi.';
    assert.equal(await olga.reply.inputValue(), words);
    await olga.page.keyboard.press('Enter');
    await eventually(async () => assert.equal((await visitor.messages()).at(-1)?.text, words));
    olga.assertCalm();
  });

  test('on a phone the details are a press away, and out of the way again', async () => {
    const visitor = await stage.waiter('Pia Phone');
    const olga = await stage.colleague({ viewport: PHONE, hasTouch: true, isMobile: true });
    await olga.openConversation('Pia Phone');
    const details = olga.page.getByRole('complementary', { name: 'Details' });
    await olga.page.getByRole('link', { name: 'Details' }).tap();
    await details.getByText('Pia Phone').waitFor();
    const box = await details.boundingBox();
    assert(box && box.width >= 300 && box.x >= 0, JSON.stringify(box));
    await details.getByRole('textbox', { name: 'Write a note…' }).fill('Calls from a phone');
    await details.getByRole('button', { name: 'Add note' }).tap();
    await details.getByText('Calls from a phone').waitFor();
    await details.getByRole('link', { name: 'Close' }).tap();
    await details.waitFor({ state: 'hidden' });
    await olga.page.getByRole('button', { name: 'Take over' }).tap();
    await olga.reply.fill('Written with a thumb');
    await olga.page.getByRole('button', { name: 'Send' }).tap();
    await eventually(async () => assert.equal((await visitor.messages()).at(-1)?.text, 'Written with a thumb'));
    await olga.page.getByRole('link', { name: 'Back' }).tap();
    await olga.page.getByRole('heading', { name: 'Inbox' }).waitFor();
    olga.assertCalm();
  });

  test('a conversation is handed to a colleague, who finds it among their own', async () => {
    const { olga } = await meet('Hal Handed');
    await olga.page.getByRole('combobox', { name: 'Hand to' }).selectOption('Tom');
    await olga.page.getByRole('button', { name: 'Hand over' }).click();
    await olga.page.locator('.assignee').getByText('Tom').waitFor();
    const tom = await stage.colleague({ name: 'Tom', path: '/console/inbox?view=all&assignee=me' });
    await eventually(async () => assert.deepEqual(await tom.rows.locator('.who').allInnerTexts(), ['Hal Handed']));
    await tom.openConversation('Hal Handed');
    await tom.page.getByRole('button', { name: 'Release' }).click();
    await olga.page.locator('.assignee').getByText('Nobody').waitFor();
    olga.assertCalm();
    tom.assertCalm();
  });

  test('a timer is not waited for, and another one is called off', async () => {
    const olga = await stage.colleague({ path: '/console/try' });
    const academy = olga.page.locator('optgroup[label="Академия «Вершина»"] option', { hasText: 'WhatsApp' }).first();
    const to = (await academy.getAttribute('value')) ?? '';
    await olga.open(`/console/try?to=${encodeURIComponent(to)}`);
    await olga.page.getByRole('textbox', { name: 'Write a message…' }).fill('Hello, I would like to learn');
    await olga.page.keyboard.press('Enter');
    await olga.page.getByRole('link', { name: 'See it in the inbox' }).click();
    await olga.isLive();
    const said = olga.log.locator('.message.bot');
    const timers = olga.page.locator('.timers li').filter({ hasText: 'Reminder' });
    await timers.getByRole('button', { name: 'Now' }).waitFor();
    const before = await said.count();
    await timers.getByRole('button', { name: 'Now' }).click();
    await olga.log.getByText('Olga did not wait for a timer').waitFor();
    await eventually(async () => assert.equal(await said.count(), before + 1, 'the reminder is sent'));
    await timers.getByRole('button', { name: 'Cancel' }).click();
    await olga.log.getByText('Olga cancelled a timer').waitFor();
    await timers.waitFor({ state: 'detached' });
    assert.equal(await said.count(), before + 1);
    olga.assertCalm();
  });

  test('ticks follow a message on its way, and what cannot be sent is said in words', async () => {
    const olga = await stage.colleague();
    const from = '+14155550177';
    const text = (/** @type {string} */ words) => olga.post('/console/try/messages', { to: CATERER, from, text: words });
    await text('A party for 10 people');
    await olga.open('/console/inbox?view=all&channel=sms');
    await olga.openConversation(from);
    const way = (/** @type {string} */ words) => olga.log.locator('.message', { hasText: words }).locator('.way');
    await olga.reply.fill('This one arrives.');
    await olga.reply.press('Enter');
    await way('This one arrives.').getByText('Delivered').waitFor();

    // The provider refuses our account: the message is not lost, and why it waits is told.
    await olga.post('/console/try/faults', { to: CATERER, from, kind: 'expired_token', count: '1' });
    await olga.reply.fill('And this one?');
    await olga.reply.press('Enter');
    await eventually(async () => assert.match(await way('And this one?').innerText(), /: ./));

    await text('STOP');
    await olga.page.locator('.refusal').waitFor();
    await olga.banner.getByText(/opted out|no more messages/i).waitFor();
    assert.equal(await olga.reply.count(), 0);
    olga.assertCalm();
  });

  test('a colleague whose network is cut is told, and misses nothing', async () => {
    const { visitor, olga } = await meet('Nick Network');
    await olga.page.getByRole('button', { name: 'Take over' }).click();
    await olga.banner.getByText('The bot is silent').waitFor();
    const network = olga.page.context();
    await network.setOffline(true);
    await olga.reply.fill('Written in a tunnel');
    await olga.reply.press('Enter');
    await eventually(async () => assert.notEqual(await olga.page.locator('#toast').innerText(), ''));
    assert.equal(await olga.reply.inputValue(), 'Written in a tunnel');
    await visitor.write('Are you still there?');
    await network.setOffline(false);
    await olga.hears('Are you still there?');
    await olga.reply.press('Enter');
    await eventually(async () => assert.equal((await visitor.messages()).at(-1)?.text, 'Written in a tunnel'));
    const said = (await visitor.messages()).filter(({ text }) => text === 'Written in a tunnel');
    assert.equal(said.length, 1);
    olga.assertCalmButForTheConnection();
  });
});
