/** The site and the chat under the rules of axe, in light and dark, with a dark and a bright accent. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { launchBrowser } from './support/browser.mjs';
import { FrontdeskServer } from './support/server.mjs';
import { Visitor } from './support/visitor.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const COLORS = ['', '#facc15'];

describe('accessibility', () => {
  /** @type {FrontdeskServer} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;

  before(async () => {
    server = await FrontdeskServer.start();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const color of COLORS) {
      test(`nothing bars the way, ${colorScheme} with ${color || "the tenant's own colour"}`, async () => {
        // The rules run inside the page, which its content policy would not allow.
        const context = await browser.newContext({ bypassCSP: true, colorScheme, locale: 'en-US', reducedMotion: 'reduce' });
        const visitor = new Visitor(await context.newPage());
        if (color) await paint(visitor.page, color);
        await visitor.arrive(server.url);
        await assertAccessible(visitor, 'the site');
        await visitor.openChat();
        await visitor.write('Is there a menu like https://example.com/menu?');
        await visitor.introduce({ name: 'A', phone: '1' });
        await assertAccessible(visitor, 'the contact form with complaints');
        await visitor.introduce({ name: 'Axel Axe', phone: '(415) 555-0198' });
        await visitor.isAsked(/email/i);
        await visitor.write('axel@example.com');
        await visitor.quickReplies.first().waitFor();
        await assertAccessible(visitor, 'the conversation');
        await visitor.panel.getByRole('button', { name: 'Emoji' }).click();
        await visitor.panel.getByRole('group', { name: 'Emoji' }).waitFor();
        await assertAccessible(visitor, 'the emoji');
        await visitor.page.keyboard.press('Escape');
        await visitor.page.keyboard.press('Escape');
        await say('A **list**:\n- one\n- [two](https://example.com)\n\nand `code`');
        await visitor.page.getByRole('button', { name: /new message/ }).waitFor();
        await assertAccessible(visitor, 'the button with news');
        await visitor.openChat();
        await visitor.panel.locator('.news:visible').waitFor();
        await assertAccessible(visitor, "a colleague's words below the line");
        await context.setOffline(true);
        await visitor.write('Are you there?');
        await visitor.notice.waitFor();
        await assertAccessible(visitor, 'the chat without a network');
        await context.close();
      });
    }
  }

  /** @param {string} text said by a colleague in the newest conversation */
  async function say(text) {
    const { items } = await server.api('/api/v1/conversations');
    await server.post(`/api/v1/conversations/${items[0].id}/messages`, { by: 'Tom', text });
  }

  /**
   * Gives the tenant another colour, for this page.
   *
   * @param {import('playwright-core').Page} page
   * @param {string} color
   */
  async function paint(page, color) {
    await page.route('**/api/v1/public/widget/*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), color } });
    });
  }

  /**
   * @param {Visitor} visitor
   * @param {string} what
   */
  async function assertAccessible(visitor, what) {
    await visitor.page.evaluate(AXE);
    const { violations, passes } = await visitor.page.evaluate(() => /** @type {any} */ (window).axe.run(document));
    const faults = violations.map((/** @type {any} */ { id, nodes }) => ({
      id,
      nodes: nodes.map((/** @type {any} */ { target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    }));
    assert.deepEqual(faults, [], what);
    assert(passes.length > 10, 'the rules were applied');
  }
});
