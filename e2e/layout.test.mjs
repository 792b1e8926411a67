/** The chat on a phone, in the dark, by keyboard and in other languages. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setStage } from './support/stage.mjs';
/** @typedef {import('./support/visitor.mjs').Visitor} Visitor */

const PHONE = { width: 390, height: 844 };
const TARGET_MIN_PX = 44;

describe('layout', () => {
  const stage = setStage();


  /**
   * Runs with a visitor whose browser is set up in a certain way.
   *
   * @param {import('playwright-core').BrowserContextOptions} options
   * @param {(visitor: Visitor) => Promise<void>} run
   */
  async function withVisitor(options, run) {
    const visitor = await stage.visitor(options);
    await run(visitor);
    visitor.assertCalm();
  }

  test('on a phone the chat fills the screen and every button is large enough for a thumb', async () => {
    await withVisitor({ viewport: PHONE, hasTouch: true, isMobile: true }, async (visitor) => {
      await visitor.openChat();
      assert.deepEqual(await visitor.panel.boundingBox(), { x: 0, y: 0, ...PHONE });
      await visitor.write('Hello');
      await visitor.contactForm.waitFor();
      await assertLargeTargets(visitor);
      await visitor.introduce({ name: 'Paula Phone', phone: '4155550184' });
      await visitor.isAsked(/email/i);
      await visitor.write('paula@example.com');
      await visitor.quickReplies.first().waitFor();
      await assertLargeTargets(visitor);
      const overflow = await visitor.panel.evaluate((panel) => panel.scrollWidth - panel.clientWidth);
      assert.equal(overflow, 0, 'nothing hangs over the edge');
      await visitor.panel.getByRole('button', { name: 'Close chat' }).tap();
      await visitor.launcher.waitFor();
    });
  });

  test('the chat follows the system into the dark', async () => {
    const background = (/** @type {Visitor} */ visitor) => visitor.panel.evaluate((panel) => getComputedStyle(panel).backgroundColor);
    let light = '';
    let dark = '';
    await withVisitor({ colorScheme: 'light' }, async (visitor) => {
      await visitor.openChat();
      light = await background(visitor);
    });
    await withVisitor({ colorScheme: 'dark' }, async (visitor) => {
      await visitor.openChat();
      dark = await background(visitor);
    });
    assert.equal(light, 'rgb(255, 255, 255)');
    assert.notEqual(dark, light);
  });

  test('the keyboard opens, writes, leaves, and comes back to the button', async () => {
    await withVisitor({}, async (visitor) => {
      await visitor.launcher.focus();
      await visitor.page.keyboard.press('Enter');
      await visitor.composer.waitFor();
      await visitor.page.keyboard.type('Hello by keyboard');
      await visitor.page.keyboard.press('Enter');
      await visitor.contactForm.waitFor();
      await visitor.page.keyboard.type('Kay Board');
      await visitor.page.keyboard.press('Tab');
      await visitor.page.keyboard.type('4155550185');
      await visitor.page.keyboard.press('Enter');
      await visitor.isAnswered();

      await visitor.page.keyboard.press('Escape');
      assert.equal(await visitor.panel.isVisible(), false);
      assert.equal(await visitor.launcher.evaluate((button) => button.matches(':focus')), true);
      assert.equal(await visitor.launcher.getAttribute('aria-expanded'), 'false');
    });
  });

  test('Tab leads through the chat, shows where one is, and leads out again', async () => {
    await withVisitor({}, async (visitor) => {
      await visitor.openChat();
      /** Where the keyboard is, and whether that is seen. */
      const place = () =>
        visitor.page.evaluate(() => {
          const inside = document.activeElement?.shadowRoot?.activeElement;
          if (!inside) return null;
          const field = inside.closest('.field') ?? inside;
          const isShown = [inside, field].some((node) => {
            const { outlineStyle, boxShadow } = getComputedStyle(node);
            return outlineStyle !== 'none' || boxShadow !== 'none';
          });
          return { what: inside.getAttribute('aria-label') ?? inside.textContent, isShown };
        });
      const stops = [];
      for (let at = await place(); at && stops.length < 20; at = await place()) {
        stops.push(at);
        await visitor.page.keyboard.press('Tab');
      }
      assert(stops.length < 20, `no way out of ${stops.map(({ what }) => what).join(', ')}`);
      assert(stops.length >= 2, 'there is more than one stop');
      assert.deepEqual(stops.filter(({ isShown }) => !isShown), []);
    });
  });

  test('messages are announced politely and what is loaded is complete', async () => {
    await withVisitor({}, async (visitor) => {
      await visitor.openChat();
      const log = visitor.panel.getByRole('log');
      assert.equal(await log.getAttribute('aria-live'), 'polite');
      await visitor.write('Hello');
      await visitor.introduce({ name: 'Lou Listener', phone: '4155550186' });
      await visitor.isAnswered();
      assert.equal(await log.getAttribute('aria-busy'), 'false');
    });
  });

  test("the chat speaks the visitor's language where the tenant does", async () => {
    const { languages } = await (await fetch(`${stage.server.url}/api/v1/public/widget/demo-catering`)).json();
    const words = { en: 'Open chat', es: 'Abrir el chat', ru: 'Открыть чат', uk: 'Відкрити чат' };
    for (const [language, label] of Object.entries(words)) {
      await withVisitor({ locale: language }, async (visitor) => {
        const shown = await visitor.launcher.getAttribute('aria-label');
        assert.equal(shown, languages.includes(language) ? label : words.en);
      });
    }
  });

  /** @param {Visitor} visitor */
  async function assertLargeTargets(visitor) {
    const sizes = await visitor.panel.locator('button:visible, textarea:visible, label:visible:has(input)').evaluateAll((nodes) =>
      nodes.map((node) => {
        const { width, height } = node.getBoundingClientRect();
        return { what: node.getAttribute('aria-label') ?? node.textContent, size: Math.min(width, height) };
      }),
    );
    assert.notEqual(sizes.length, 0);
    assert.deepEqual(sizes.filter(({ size }) => size < TARGET_MIN_PX), []);
  }
});
