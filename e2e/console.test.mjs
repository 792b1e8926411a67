/** Visitor and colleague side by side: the queue, a conversation, take over, reply, give back. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { launchBrowser } from './support/browser.mjs';
import { eventually } from './support/eventually.mjs';
import { Operator } from './support/operator.mjs';
import { FrontdeskServer } from './support/server.mjs';
import { Visitor } from './support/visitor.mjs';

const PHONE = { width: 390, height: 844 };

describe('the console', () => {
  /** @type {FrontdeskServer} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;
  let lastPhone = 10;

  before(async () => {
    server = await FrontdeskServer.start();
    await server.command(Operator.args({ role: 'admin' }));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  /** @param {import('playwright-core').BrowserContextOptions} [options] */
  async function operator(options = {}) {
    const context = await browser.newContext({ locale: 'en-US', ...options });
    const operator = new Operator(await context.newPage(), server.url);
    await operator.open('/console/inbox');
    await operator.signIn();
    // A key that is pressed before the page's scripts are there is nobody's.
    await operator.page.locator('html[data-live]').waitFor();
    return operator;
  }

  /** @param {string} name */
  async function visitorWhoWaits(name) {
    const visitor = new Visitor(await (await browser.newContext({ locale: 'en-US' })).newPage());
    await visitor.arrive(server.url);
    await visitor.openChat();
    await visitor.write('Hello');
    // One phone is one person, so each has one of their own.
    await visitor.introduce({ name, phone: `(415) 555-01${++lastPhone}` });
    await visitor.isAsked(/email/i);
    await visitor.write('operator please');
    await visitor.isAnswered();
    return visitor;
  }

  test('a colleague takes over, answers, and hands back, without a reload', async () => {
    const olga = await operator();
    const before = await olga.rows.count();
    const visitor = await visitorWhoWaits('Ana Waiting');
    await eventually(async () => assert.equal(await olga.rows.count(), before + 1));
    await olga.rows.filter({ hasText: 'Ana Waiting' }).click();
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
    const visitor = await visitorWhoWaits('Tom Typing');
    const olga = await operator();
    await olga.rows.filter({ hasText: 'Tom Typing' }).click();
    await olga.isLive();
    await visitor.composer.pressSequentially('hello');
    await olga.page.getByText('Tom Typing is typing…').waitFor();
    await olga.reply.pressSequentially('hi');
    await visitor.panel.locator('.typing').first().waitFor();
    olga.assertCalm();
  });

  test('everything is done by keyboard', async () => {
    await visitorWhoWaits('Kay Board');
    const olga = await operator();
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
    const visitor = await visitorWhoWaits('Zoe Search');
    const olga = await operator();
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
    await visitorWhoWaits('Dora Draft');
    const olga = await operator();
    await olga.rows.filter({ hasText: 'Dora Draft' }).click();
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
    const visitor = await visitorWhoWaits('Rita Restart');
    const olga = await operator();
    await olga.rows.filter({ hasText: 'Rita Restart' }).click();
    await olga.isLive();
    await server.kill();
    await olga.page.getByText('Connection lost').waitFor();
    await server.run();
    await visitor.write('Still there?');
    await olga.hears('Still there?');
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of [undefined, PHONE]) {
      test(`nothing bars the way, ${colorScheme}, ${viewport ? 'phone' : 'desktop'}`, async () => {
        await visitorWhoWaits('Axel Axe');
        const context = { bypassCSP: true, colorScheme, reducedMotion: /** @type {const} */ ('reduce') };
        const guest = await browser.newContext({ ...context, locale: 'en-US' });
        const signIn = new Operator(await guest.newPage(), server.url);
        await signIn.open('/console/sign-in');
        await assertAccessible(signIn.page, 'the sign-in');
        const olga = await operator(viewport ? { ...context, viewport } : context);
        for (const path of ['/console', '/console/inbox', '/console/account', '/console/audit']) {
          await olga.open(path);
          await assertAccessible(olga.page, path);
        }
        await olga.open('/console/inbox?view=all');
        await olga.rows.filter({ hasText: 'Axel Axe' }).first().click();
        await olga.log.waitFor();
        await olga.page.locator('.why summary').first().click();
        await assertAccessible(olga.page, 'a conversation');
        const isWide = await olga.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert(!isWide, 'nothing sticks out sideways');
        olga.assertCalm();
      });
    }
  }
});
