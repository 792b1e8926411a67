/** The visitor does not notice: a killed server, a lost network, a closed page. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

/** The longest pause of the widget's backoff, and some. */
const RECONNECTED_WITHIN_MS = 45_000;

describe('resilience', () => {
  const stage = setStage({ perTest: true });
  /** @type {import('playwright-core').BrowserContext} */
  let context;
  /** @type {Visitor} */
  let visitor;

  beforeEach(async () => {
    visitor = await stage.visitor();
    context = visitor.page.context();
    await visitor.begin({ words: 'We are planning a wedding', name: 'Nora Nobreak', phone: stage.phone() });
  });

  test('a server killed half-way loses nothing and doubles nothing', async () => {
    const before = await visitor.messages();
    await stage.server.kill();
    await visitor.write('nora@example.com');
    assert.equal((await visitor.messages()).at(-1)?.delivery, 'sending');
    await stage.server.run();

    await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'no answers are offered'), {
      withinMs: RECONNECTED_WITHIN_MS,
    });
    await visitor.quickReplies.first().click();
    assert.equal((await leadWith(stage.server, 'nora@example.com')).name, 'Nora Nobreak');

    await visitor.isAnswered();
    const seen = await visitor.messages();
    assert.deepEqual(seen.slice(0, before.length), before);
    await visitor.reload();
    await eventually(async () => assert.deepEqual(await visitor.messages(), seen, 'the server remembers otherwise'));
    visitor.assertCalmButForTheConnection();
  });

  test('messages written without a network wait, in order, and are sent when it is back', async () => {
    await context.setOffline(true);
    await visitor.notice.getByText('You are offline').waitFor();
    await visitor.write('One moment, I have to look it up');
    await visitor.write('nora@example.com');
    const waiting = (await visitor.messages()).filter(({ delivery }) => delivery === 'sending');
    assert.equal(waiting.length, 2);

    await context.setOffline(false);
    await visitor.isAnswered();
    assert.deepEqual(await visitor.said(), [
      'We are planning a wedding',
      'One moment, I have to look it up',
      'nora@example.com',
    ]);
    assert.equal(await visitor.notice.isVisible(), false);
    visitor.assertCalmButForTheConnection();
  });

  test('an answer to a closed chat is counted on the button until it is read', async () => {
    await context.setOffline(true);
    await visitor.notice.getByText('You are offline').waitFor();
    await visitor.write('nora@example.com');
    await visitor.page.keyboard.press('Escape');
    await context.setOffline(false);

    await visitor.page.getByRole('button', { name: /Open chat \(new messages: \d+\)/ }).waitFor();
    await visitor.openChat();
    await visitor.isAnswered();
    await visitor.page.keyboard.press('Escape');
    assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Open chat');
    visitor.assertCalmButForTheConnection();
  });

  test('a message written while the server is away survives the page', async () => {
    await stage.server.kill();
    await visitor.write('nora@example.com');
    await visitor.page.close();
    await stage.server.run();

    const returned = new Visitor(await context.newPage());
    await returned.arrive(stage.server.url);
    await returned.openChat();
    await returned.isAnswered();
    assert.deepEqual(await returned.said(), ['We are planning a wedding', 'nora@example.com']);
    returned.assertCalm();
  });
});
