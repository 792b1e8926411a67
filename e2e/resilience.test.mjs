/** The visitor does not notice: a killed server, a lost network, a closed page. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launchBrowser } from './support/browser.mjs';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { FrontdeskServer } from './support/server.mjs';
import { Visitor } from './support/visitor.mjs';

/** The longest pause of the widget's backoff, and some. */
const RECONNECTED_WITHIN_MS = 45_000;

describe('resilience', () => {
  /** @type {FrontdeskServer} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').BrowserContext} */
  let context;
  /** @type {Visitor} */
  let visitor;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    server = await FrontdeskServer.start();
    context = await browser.newContext({ locale: 'en-US' });
    visitor = new Visitor(await context.newPage());
    await visitor.arrive(server.url);
    await visitor.openChat();
    await visitor.write('We are planning a wedding');
    await visitor.introduce({ name: 'Nora Nobreak', phone: '(415) 555-0183' });
    await visitor.isAsked(/email/i);
  });
  afterEach(async () => {
    await context.close();
    await server.dispose();
  });

  test('a server killed half-way loses nothing and doubles nothing', async () => {
    const before = await visitor.messages();
    await server.kill();
    await visitor.write('nora@example.com');
    assert.equal((await visitor.messages()).at(-1)?.delivery, 'sending');
    await server.run();

    await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'no answers are offered'), {
      withinMs: RECONNECTED_WITHIN_MS,
    });
    await visitor.quickReplies.first().click();
    assert.equal((await leadWith(server, 'nora@example.com')).name, 'Nora Nobreak');

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

    await visitor.page.getByRole('button', { name: /Open chat \(\d+ new messages\)/ }).waitFor();
    await visitor.openChat();
    await visitor.isAnswered();
    await visitor.page.keyboard.press('Escape');
    assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Open chat');
    visitor.assertCalmButForTheConnection();
  });

  test('a message written while the server is away survives the page', async () => {
    await server.kill();
    await visitor.write('nora@example.com');
    await visitor.page.close();
    await server.run();

    const returned = new Visitor(await context.newPage());
    await returned.arrive(server.url);
    await returned.openChat();
    await returned.isAnswered();
    assert.deepEqual(await returned.said(), ['We are planning a wedding', 'nora@example.com']);
    returned.assertCalm();
  });
});
