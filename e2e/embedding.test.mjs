/** The chat on a customer's own site: another origin, strict policies, hostile styles, pages that change. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withCustomerSite } from './support/customer-site.mjs';
import { eventually } from './support/eventually.mjs';
import { setStage } from './support/stage.mjs';

describe('embedding', () => {
  const stage = setStage();


  /** @param {string} [attributes] */
  const script = (attributes = 'data-tenant="demo-catering"') => `<script src="${stage.server.url}/widget.js" ${attributes} async></script>`;

  /**
   * @param {import('./support/customer-site.mjs').Page} page
   * @param {(visitor: import('./support/visitor.mjs').Visitor) => Promise<void>} visit
   */
  async function withVisitor(page, visit) {
    await withCustomerSite(page, async (url) => {
      const visitor = await stage.visitor({}, { at: url });
      await visit(visitor);
      visitor.assertCalm();
    });
  }

  test('a site that allows no styles, images or frames embeds the chat with one line', async () => {
    const policy = [
      "default-src 'none'",
      'img-src data:',
      `script-src ${stage.server.url}`,
      `connect-src ${stage.server.url} ${stage.server.url.replace('http', 'ws')}`,
      "require-trusted-types-for 'script'",
    ].join('; ');
    await withVisitor({ head: script(), policy }, async (visitor) => {
      await visitor.openChat();
      await visitor.write('Hello from elsewhere');
      await visitor.introduce({ name: 'Olga Origin', phone: '(415) 555-0195' });
      await visitor.isAnswered();
      const position = await visitor.launcher.evaluate((button) => getComputedStyle(button).position);
      assert.equal(position, 'fixed', 'the widget brought its own styles');
    });
  });

  test('a nonce on its line is all the chat needs to be trusted', async () => {
    const policy = [
      "default-src 'none'",
      'img-src data:',
      "script-src 'nonce-cGFnZQ' 'strict-dynamic'",
      `connect-src ${stage.server.url} ${stage.server.url.replace('http', 'ws')}`,
    ].join('; ');
    await withVisitor({ head: script('data-tenant="demo-catering" nonce="cGFnZQ"'), policy }, async (visitor) => {
      await visitor.openChat();
      await visitor.panel.getByRole('button', { name: 'Emoji' }).click();
      await visitor.panel.getByRole('group', { name: 'Emoji' }).waitFor();
    });
  });

  test("a page's styles, names and elements do not reach the chat", async () => {
    const head = `<style>
        * { display: none !important; all: unset !important; font: 40px cursive !important; direction: rtl !important; }
        html, body { display: block !important; }
        div, button, #frontdesk-widget { display: none !important; visibility: hidden !important; opacity: 0 !important;
          transform: scale(3) !important; --accent: red !important; color: red !important; }
      </style>`;
    const body = `<p id="frontdesk">An element of the same name</p>${script()}`;
    await withVisitor({ head, body }, async (visitor) => {
      const box = await visitor.launcher.boundingBox();
      assert.deepEqual([box?.width, box?.height], [60, 60]);
      await visitor.openChat();
      const look = await visitor.composer.evaluate((input) => {
        const { fontSize, direction, visibility, fontFamily } = getComputedStyle(input);
        return { fontSize, direction, visibility, isOwnFont: fontFamily.startsWith('system-ui') };
      });
      assert.deepEqual(look, { fontSize: '16px', direction: 'ltr', visibility: 'visible', isOwnFont: true });
      const accent = await visitor.launcher.evaluate((button) => getComputedStyle(button).getPropertyValue('--accent'));
      assert.equal(accent.trim(), '#b4431f');
      const opacity = await visitor.page.locator('#frontdesk-widget').evaluate((host) => getComputedStyle(host).opacity);
      assert.equal(opacity, '1');
    });
  });

  test('in a page that reads from right to left every text keeps its own direction', async () => {
    await withVisitor({ head: script(), attributes: 'lang="he" dir="rtl"' }, async (visitor) => {
      await visitor.openChat();
      await visitor.write('שלום, יש לכם מקום ביום שישי?');
      await visitor.introduce({ name: 'Ruth Right', phone: '(415) 555-0196' });
      await visitor.isAnswered();
      const directions = await visitor.bubbles.evaluateAll((bubbles) => bubbles.map((bubble) => getComputedStyle(bubble).direction));
      assert.deepEqual(directions.slice(0, 2), ['ltr', 'rtl']);
      const [panel, width] = [await visitor.panel.boundingBox(), await visitor.page.evaluate(() => innerWidth)];
      assert(panel && panel.x >= 0 && panel.x + panel.width <= width, 'the chat is on screen');
    });
  });

  test('a page that replaces all of itself keeps chat and conversation, and each message tells its page', async () => {
    await withVisitor({ head: script() }, async (visitor) => {
      await visitor.openChat();
      await visitor.write('Written on the first page');
      await visitor.introduce({ name: 'Sam Single', phone: '(415) 555-0197' });
      await visitor.isAsked(/email/i);
      await visitor.page.evaluate(() => {
        history.pushState({}, '', '/second/page?secret=1');
        const body = document.createElement('body');
        body.innerHTML = '<h1>The second page</h1>';
        document.body.replaceWith(body);
      });
      await visitor.panel.waitFor();
      await visitor.write('sam@example.com');
      await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'the conversation goes on'));
      // A page may also throw out single elements, again and again.
      await visitor.page.evaluate(() => document.body.replaceChildren());
      await visitor.panel.waitFor();

      const { items } = await stage.server.api('/api/v1/conversations');
      const turns = await stage.server.api(`/api/v1/conversations/${items[0].id}/turns`);
      const pages = turns.items.map((/** @type {any} */ turn) => turn.record.event.page).filter(Boolean);
      assert.deepEqual(new Set(pages), new Set(['/', '/second/page']));
    });
  });

  test('an unknown tenant is asked for once, and told on the console in one line', async () => {
    await withCustomerSite({ head: script('data-tenant="nobody"') }, async (url) => {
      const page = await stage.page();
      let asked = 0;
      /** @type {string[]} */
      const warnings = [];
      page.on('request', (request) => (asked += Number(request.url().includes('/public/widget/nobody'))));
      page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
      await page.goto(url);
      const isReady = await page.evaluate(async () => {
        while (!(/** @type {any} */ (window).frontdesk?.ready)) await new Promise(requestAnimationFrame);
        return /** @type {any} */ (window).frontdesk.ready;
      });
      assert.equal(isReady, false);
      assert.equal(asked, 1);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0], /unknown tenant nobody/);
    });
  });

  test('the button sits in the corner that the site or its tenant names', async () => {
    await withVisitor({ head: script('data-tenant="demo-catering" data-corner="left"') }, async (visitor) => {
      assert.equal((await visitor.launcher.boundingBox())?.x, 20);
      await visitor.openChat();
      assert.equal((await visitor.panel.boundingBox())?.x, 20);
    });
  });
});
