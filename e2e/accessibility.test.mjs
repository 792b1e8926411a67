/** The chat in every state, by eye and by rule: light and dark, desktop and phone, four languages, two colours. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { texts as en } from '../gateway/web/widget/texts/en.js';
import { texts as es } from '../gateway/web/widget/texts/es.js';
import { texts as ru } from '../gateway/web/widget/texts/ru.js';
import { texts as uk } from '../gateway/web/widget/texts/uk.js';
import { assertAccessible } from './support/axe.mjs';
import { assertNothingCut, assertNothingSticksOut } from './support/overflow.mjs';
import { picture } from './support/picture.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

/** @typedef {{ colorScheme: 'light' | 'dark', size: 'desktop' | 'phone', language?: 'en' | 'es' | 'ru' | 'uk', color?: string }} Look */

const WORDS = { en, es, ru, uk };
const BRIGHT = '#facc15';
const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true },
};
/** @type {Look[]} */
const LOOKS = [
  { colorScheme: 'light', size: 'desktop' },
  { colorScheme: 'dark', size: 'desktop' },
  { colorScheme: 'light', size: 'desktop', color: BRIGHT },
  { colorScheme: 'dark', size: 'desktop', color: BRIGHT },
  { colorScheme: 'light', size: 'phone' },
  { colorScheme: 'dark', size: 'phone', language: 'es' },
  { colorScheme: 'light', size: 'phone', language: 'ru' },
  { colorScheme: 'dark', size: 'phone', language: 'uk' },
];

describe('the chat', () => {
  const stage = setStage();

  for (const { colorScheme, size, language = 'en', color } of LOOKS) {
    test(`is presentable, ${colorScheme}, ${size}, ${language}${color ? `, ${color}` : ''}`, async () => {
      // The rules run inside the page, which its content policy would not allow.
      const page = await stage.page({ bypassCSP: true, colorScheme, locale: language, ...SIZES[size] });
      const words = WORDS[language];
      const visitor = new Visitor(page, words);
      await paint(page, color ? { color } : {});
      const look = async (/** @type {string} */ what) => {
        const name = `chat ${what}, ${colorScheme}, ${size}, ${language}${color ?? ''}`;
        await picture(page, name);
        await assertAccessible(page, name);
        await assertNothingSticksOut(page, name);
        await assertNothingCut(page, name);
      };
      await visitor.arrive(stage.server.url);
      await look('button');
      await visitor.openChat();
      await look('opened');
      await visitor.panel.getByRole('button', { name: words.attach }).click();
      await look('files');
      await visitor.panel.getByRole('button', { name: words.attach }).click();
      await visitor.write('Is there a menu like https://example.com/menu?');
      await visitor.introduce({ name: 'A', phone: '1' });
      await look('contact form with complaints');
      await visitor.introduce({ name: 'Axel Axe', phone: stage.phone() });
      await visitor.isAnswered();
      await visitor.write('axel@example.com');
      await visitor.quickReplies.first().waitFor();
      await look('conversation');
      if (size === 'desktop') {
        // Phones have emoji of their own.
        await visitor.panel.getByRole('button', { name: words.emoji }).click();
        await visitor.panel.getByRole('group', { name: words.emoji }).waitFor();
        await look('emoji');
        await page.keyboard.press('Escape');
      }
      await page.keyboard.press('Escape');
      await stage.colleagueSays(`A **list**:\n- one\n- [two](https://example.com)\n\nand \`code\`, and ${'long'.repeat(60)}`);
      await page.locator('#frontdesk-widget .launcher[data-count], #frontdesk-widget [data-count="1"]').first().waitFor();
      await look('button with news');
      await visitor.openChat();
      await visitor.panel.locator('.news:visible').waitFor();
      await look("colleague's words below the line");
      await visitor.write(`${'A long text of a visitor. '.repeat(40)}${'x'.repeat(200)}`);
      await page.context().setOffline(true);
      await visitor.write('Are you there?');
      await visitor.notice.waitFor();
      await look('without a network');
      assert.equal(await visitor.notice.innerText(), words.offline);
    });
  }

  /**
   * Has the tenant speak every language, and gives it another colour, for this page.
   *
   * @param {import('playwright-core').Page} page
   * @param {{ color?: string }} other
   */
  async function paint(page, other) {
    await page.route('**/api/v1/public/widget/*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), languages: Object.keys(WORDS), ...other } });
    });
  }
});
