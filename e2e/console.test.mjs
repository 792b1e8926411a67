/** Visitor and colleague side by side: the queue, a conversation, take over, reply, give back. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { setStage } from './support/stage.mjs';

describe('the console', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });


  test('a colleague takes over, answers, and hands back, without a reload', async () => {
    const olga = await stage.colleague();
    const before = await olga.rows.count();
    const visitor = await stage.waiter('Ana Waiting');
    await eventually(async () => assert.equal(await olga.rows.count(), before + 1));
    await olga.openConversation('Ana Waiting');
    await olga.banner.getByText('waiting for a person').waitFor();

    await olga.page.getByRole('button', { name: 'Take over' }).click();
    await olga.banner.getByText('The bot is silent').waitFor();
    await visitor.write('Are you a robot?');
    await olga.hears('Are you a robot?');
    await olga.reply.fill('No, I am Olga.');
    await olga.reply.press('Enter');
    await olga.hears('No, I am Olga.');
    assert.equal(await olga.reply.inputValue(), '');
    await eventually(async () => {
      const last = (await visitor.messages()).at(-1);
      assert.deepEqual([last?.role, last?.text], ['operator', 'No, I am Olga.']);
    });

    await olga.page.getByRole('button', { name: 'Give back' }).click();
    await visitor.isAsked(/email/i);
    await eventually(async () => assert.equal(await olga.banner.innerText(), ''));
    olga.assertCalm();
    visitor.assertCalm();
  });

  test('each sees the other type', async () => {
    const visitor = await stage.waiter('Tom Typing');
    const olga = await stage.colleague();
    await olga.openConversation('Tom Typing');
    await visitor.composer.pressSequentially('hello');
    const line = olga.page.getByText('Tom Typing is typing…');
    await line.waitFor();
    await olga.reply.pressSequentially('hi');
    const dots = visitor.panel.locator('.typing').first();
    await dots.waitFor();
    // Whoever stops without sending anything is not said to type for ever.
    await line.waitFor({ state: 'hidden' });
    await dots.waitFor({ state: 'hidden' });
    olga.assertCalm();
  });

  test('everything is done by keyboard', async () => {
    await stage.waiter('Kay Board');
    const olga = await stage.colleague();
    await olga.rows.first().waitFor();
    await olga.page.keyboard.press('j');
    await olga.page.keyboard.press('Enter');
    await olga.isLive();
    await olga.page.keyboard.press('t');
    await olga.banner.getByText('The bot is silent').waitFor();
    await olga.page.keyboard.press('Escape');
    await olga.page.keyboard.press('r');
    await olga.page.keyboard.type('By keyboard.');
    await olga.page.keyboard.press('Enter');
    await olga.hears('By keyboard.');
    await olga.page.keyboard.press('Escape');
    await olga.page.keyboard.press('b');
    await olga.page.getByRole('button', { name: 'Take over' }).waitFor();
    olga.assertCalm();
  });

  test('somebody is found, taken, and a note is left for colleagues', async () => {
    const visitor = await stage.waiter('Zoe Search');
    const olga = await stage.colleague();
    await olga.page.keyboard.press('/');
    await olga.page.keyboard.type('zoe');
    await olga.page.keyboard.press('Enter');
    await eventually(async () => assert.deepEqual(await olga.rows.locator('.who').allInnerTexts(), ['Zoe Search']));
    await olga.rows.click();
    await olga.isLive();
    await olga.page.getByRole('button', { name: 'Assign to me' }).click();
    await olga.page.getByRole('button', { name: 'Release' }).waitFor();
    await olga.page.getByRole('textbox', { name: 'Write a note…' }).fill('Calls back <b>tomorrow</b>.');
    await olga.page.getByRole('button', { name: 'Add note' }).click();
    await olga.page.locator('.notes').getByText('Calls back <b>tomorrow</b>.').waitFor();
    assert.doesNotMatch(await visitor.panel.innerText(), /tomorrow/);
    olga.assertCalm();
  });

  test('a draft outlives a reload and a sign-in that has ended', async () => {
    await stage.waiter('Dora Draft');
    const olga = await stage.colleague();
    await olga.openConversation('Dora Draft');
    await olga.reply.fill('Not sent yet');
    await olga.page.reload();
    await eventually(async () => assert.equal(await olga.reply.inputValue(), 'Not sent yet'));
    await olga.page.context().clearCookies();
    await olga.reply.press('Enter');
    await olga.signIn();
    await eventually(async () => assert.equal(await olga.reply.inputValue(), 'Not sent yet'));
    await olga.reply.press('Enter');
    await olga.hears('Not sent yet');
    await olga.page.reload();
    assert.equal(await olga.reply.inputValue(), '');
  });

  test('a restart of the server is noticed and got over', async () => {
    const visitor = await stage.waiter('Rita Restart');
    const olga = await stage.colleague();
    await olga.openConversation('Rita Restart');
    await stage.server.kill();
    await olga.page.getByText('Connection lost').waitFor();
    await stage.server.run();
    await visitor.write('Still there?');
    await olga.hears('Still there?');
  });
});
