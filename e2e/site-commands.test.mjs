/** What a site's own scripts may do with the chat. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, beforeEach, describe, test } from 'node:test';
import { withCustomerSite } from './support/customer-site.mjs';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

const STUB = 'window.frontdesk ??= (...args) => new Promise((done) => (frontdesk.queue ??= []).push([args, done]));';
const CATERING = join(import.meta.dirname, '../actors/demo/demo-catering.toml');
const KEY = 'a key of the tests, long enough';

describe('site commands', () => {
  const stage = setStage();
  /** @type {Visitor} */
  let visitor;

  before(async () => {
    const manifest = await readFile(CATERING, 'utf8');
    await stage.server.putTenant('signed', `${manifest}\n[profile.identity]\nkey = "${KEY}"\nrequired = true\n`);
  });
  beforeEach(async () => {
    visitor = new Visitor(await stage.page());
  });

  /** @param {string} attributes */
  const script = (attributes) => `<script src="${stage.server.url}/widget.js" ${attributes} async></script>`;

  /**
   * A page with the chat, and with commands that run before it has loaded.
   *
   * @param {{ commands?: string, tenant?: string }} page
   * @param {(url: string) => Promise<void>} visit
   */
  const withSite = ({ commands = '', tenant = 'demo-catering' }, visit) =>
    withCustomerSite({ head: `<script>${STUB}${commands}</script>${script(`data-tenant="${tenant}"`)}` }, visit);

  /**
   * @param {string} command
   * @param {any[]} args
   */
  const give = (command, ...args) =>
    visitor.page.evaluate(([name, rest]) => /** @type {any} */ (window).frontdesk(name, ...rest), /** @type {const} */ ([command, args]));

  /** What the page heard, as `listenTo` wrote it down. @returns {Promise<any[]>} */
  const heard = () => visitor.page.evaluate(() => /** @type {any} */ (window).heard);
  const listenTo = (/** @type {string[]} */ ...events) =>
    `window.heard = []; for (const event of ${JSON.stringify(events)}) frontdesk('on', event, (detail) => heard.push([event, detail]));`;

  test('commands given before the chat has loaded are done when it has', async () => {
    const commands = `${listenTo('ready', 'open', 'close', 'message', 'unread')}
      window.isReady = frontdesk('ready'); frontdesk('open', 'Is the 14th free?'); frontdesk('frobnicate').then(() => 0);`;
    await withSite({ commands }, async (url) => {
      await visitor.page.goto(url);
      await visitor.composer.waitFor();
      assert.equal(await visitor.page.evaluate(() => /** @type {any} */ (window).isReady), true);
      assert.equal(await visitor.page.evaluate(() => /** @type {any} */ (window).frontdesk.ready), true);
      assert.equal(await visitor.composer.inputValue(), 'Is the 14th free?');
      await visitor.composer.press('Enter');
      await visitor.introduce({ name: 'Cora Command', phone: '(415) 555-0111' });
      await visitor.isAnswered();
      await give('close');
      await visitor.panel.waitFor({ state: 'hidden' });
      await give('toggle');
      await visitor.panel.waitFor();

      const events = await heard();
      const names = events.map(([name]) => name);
      assert.deepEqual(names.filter((name) => name !== 'message'), ['ready', 'open', 'close', 'open']);
      const said = events.filter(([name]) => name === 'message').map(([, { role, seq }]) => [role, seq]);
      assert.deepEqual(said, [
        ['user', 1],
        ['bot', 2],
      ]);
    });
  });

  test('what the site knows of a visitor is not asked for, and goes along', async () => {
    const commands = `frontdesk('identify', { name: 'Ida\\nIdentified', phone: '(415) 555-0112', email: 'ida@example.com' });
      frontdesk('attributes', { plan: 'gold', visits: 7, empty: null, ['x'.repeat(41)]: 'no' });`;
    await withSite({ commands }, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.write('Do you cook for ten?');
      await visitor.isAnswered();
      assert.equal(await visitor.contactForm.isVisible(), false);
      const lead = await leadWith(stage.server, 'ida@example.com');
      assert.equal(lead.name, 'Ida Identified');
      assert.deepEqual(lead.context.attributes, { plan: 'gold', visits: '7' });

      await give('attributes', { plan: 'silver' });
      await visitor.write('And for twelve?');
      await visitor.isAnswered();
      await eventually(async () => {
        assert.deepEqual((await leadWith(stage.server, 'ida@example.com')).context.attributes, { plan: 'silver', visits: '7' });
      });
    });
  });

  test('only the phone is asked for where the site knows the name', async () => {
    await withSite({ commands: "frontdesk('identify', { name: 'Nina Named' });" }, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.write('Hello');
      await visitor.contactForm.waitFor();
      assert.equal(await visitor.contactForm.getByLabel('Your name').isVisible(), false);
      await visitor.contactForm.getByLabel('Phone number').fill('(415) 555-0113');
      await visitor.contactForm.getByRole('button', { name: 'Start chat' }).click();
      await visitor.isAsked(/email/i);
      visitor.assertCalm();
    });
  });

  test('a signed-in visitor has one conversation on every device, and leaves none behind', async () => {
    const userHash = createHmac('sha256', KEY).update('customer-7').digest('hex');
    const commands = `frontdesk('identify', ${JSON.stringify({ userId: 'customer-7', userHash, name: 'Sid Signed', phone: '(415) 555-0114' })});`;
    await withSite({ commands, tenant: 'signed' }, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.write('Written at home');
      await visitor.isAnswered();

      const other = await stage.visitor({}, { at: url });
      await other.openChat();
      await eventually(async () => assert.deepEqual(await other.said(), ['Written at home']));
      other.assertCalm();

      await give('reset');
      await visitor.launcher.waitFor();
      const kept = await visitor.page.evaluate(() => Object.keys(localStorage));
      assert.deepEqual(kept, []);
      await visitor.openChat();
      assert.deepEqual(await visitor.messages(), []);
      visitor.assertCalm();
    });
  });

  test('a proof that is wrong lets nobody in, and is told in words', async () => {
    const commands = `${listenTo('error')} frontdesk('identify', { userId: 'customer-7', userHash: '0'.repeat(64), name: 'Eve', phone: '4155550115' });`;
    await withSite({ commands, tenant: 'signed' }, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.notice.getByText('not available').waitFor();
      assert.deepEqual(await heard(), [['error', { code: 'forbidden' }]]);
    });
  });

  test('the page changes the language, and the open chat and its conversation stay', async () => {
    await withSite({}, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.write('Hello');
      await visitor.introduce({ name: 'Leo Language', phone: '(415) 555-0116' });
      await visitor.isAnswered();
      const before = await visitor.messages();
      await give('locale', 'es');
      await visitor.panel.getByRole('textbox', { name: 'Escribe un mensaje…' }).waitFor();
      await visitor.panel.getByText('¡Hola!').waitFor();
      await eventually(async () => assert.deepEqual(await visitor.messages(), before));
      assert.equal(await visitor.page.locator('#frontdesk-widget').count(), 1);
      visitor.assertCalm();
    });
  });

  test('an element of the page can be the home of the chat', async () => {
    const body = `<frontdesk-chat id="home" tenant="demo-catering" button="none"></frontdesk-chat>`;
    await withCustomerSite({ head: script(''), body }, async (url) => {
      const page = visitor.page;
      await page.goto(url);
      const home = page.locator('#home');
      const panel = home.locator('.panel');
      await page.evaluate(() => customElements.whenDefined('frontdesk-chat'));
      await home.evaluate((element) => {
        element.addEventListener('open', () => (element.dataset.wasOpened = 'yes'));
        return /** @type {any} */ (element).open();
      });
      await panel.getByRole('textbox').waitFor();
      assert.equal(await home.getAttribute('data-was-opened'), 'yes');
      assert.equal(await home.locator('.launcher').isVisible(), false);

      await home.evaluate((element) => element.setAttribute('language', 'es'));
      await panel.getByRole('textbox', { name: 'Escribe un mensaje…' }).waitFor();
      await home.evaluate((element) => document.body.prepend(element)); // moved, not taken away
      await panel.getByRole('textbox', { name: 'Escribe un mensaje…' }).waitFor();
      const orphan = await home.evaluate(async (element) => {
        element.remove();
        await new Promise(requestAnimationFrame);
        return element.shadowRoot?.childElementCount;
      });
      assert.equal(orphan, 0);
      visitor.assertCalm();
    });
  });

  test('a listener that is taken off hears no more, the others do', async () => {
    const commands = `window.heard = [];
      const one = () => heard.push('one'), other = () => heard.push('other');
      for (const listener of [one, other]) frontdesk('on', 'open', listener);
      window.leave = () => frontdesk('off', 'open', one);`;
    await withSite({ commands }, async (url) => {
      await visitor.arrive(url);
      await visitor.openChat();
      await give('close');
      await visitor.page.evaluate(() => /** @type {any} */ (window).leave());
      await give('open');
      await visitor.panel.waitFor();
      assert.deepEqual(await heard(), ['one', 'other', 'other']);
      visitor.assertCalm();
    });
  });

  test("a listener that fails is the page's own trouble", async () => {
    const commands = "frontdesk('on', 'open', () => { throw new Error('the listener is broken'); });";
    await withSite({ commands }, async (url) => {
      /** @type {string[]} */
      const errors = [];
      visitor.page.on('pageerror', (error) => errors.push(error.message));
      await visitor.arrive(url);
      await visitor.openChat();
      assert.deepEqual(errors, ['the listener is broken']);
    });
  });
});
