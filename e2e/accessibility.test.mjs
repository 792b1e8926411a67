/** The site and the chat under the rules of axe, in light and dark, with a dark and a bright accent. */

import { describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { setStage } from './support/stage.mjs';

const COLORS = ['', '#facc15'];

describe('accessibility', () => {
  const stage = setStage();


  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const color of COLORS) {
      test(`nothing bars the way, ${colorScheme} with ${color || "the tenant's own colour"}`, async () => {
        // The rules run inside the page, which its content policy would not allow.
        const prepare = color ? (/** @type {import('playwright-core').Page} */ page) => paint(page, color) : undefined;
        const visitor = await stage.visitor({ bypassCSP: true, colorScheme }, { prepare });
        await assertAccessible(visitor.page, 'the site');
        await visitor.openChat();
        await visitor.write('Is there a menu like https://example.com/menu?');
        await visitor.introduce({ name: 'A', phone: '1' });
        await assertAccessible(visitor.page, 'the contact form with complaints');
        await visitor.introduce({ name: 'Axel Axe', phone: '(415) 555-0198' });
        await visitor.isAsked(/email/i);
        await visitor.write('axel@example.com');
        await visitor.quickReplies.first().waitFor();
        await assertAccessible(visitor.page, 'the conversation');
        await visitor.panel.getByRole('button', { name: 'Emoji' }).click();
        await visitor.panel.getByRole('group', { name: 'Emoji' }).waitFor();
        await assertAccessible(visitor.page, 'the emoji');
        await visitor.page.keyboard.press('Escape');
        await visitor.page.keyboard.press('Escape');
        await stage.colleagueSays('A **list**:\n- one\n- [two](https://example.com)\n\nand `code`');
        await visitor.page.getByRole('button', { name: /new message/ }).waitFor();
        await assertAccessible(visitor.page, 'the button with news');
        await visitor.openChat();
        await visitor.panel.locator('.news:visible').waitFor();
        await assertAccessible(visitor.page, "a colleague's words below the line");
        await visitor.page.context().setOffline(true);
        await visitor.write('Are you there?');
        await visitor.notice.waitFor();
        await assertAccessible(visitor.page, 'the chat without a network');
      });
    }
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
});
