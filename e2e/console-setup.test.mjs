/** Playing the customer, setting a business up, and the lists: what people do there, on desktop and phone. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { launchBrowser } from './support/browser.mjs';
import { Operator } from './support/operator.mjs';
import { FrontdeskServer } from './support/server.mjs';

const PHONE = { width: 390, height: 844 };
const TWILIO = '/console/try?to=twilio_sms:%2B14155550100';
const PAGES = [
  '/console/leads',
  '/console/contacts',
  '/console/newsletter',
  '/console/consents',
  '/console/dead-letters',
  '/console/sources',
  '/console/ledger',
  TWILIO,
  '/console/tenants',
  '/console/tenants/demo-catering',
  '/console/tenants/demo-catering/settings/chat',
  '/console/tenants/demo-catering/settings/questions',
  '/console/tenants/demo-catering/settings/answers',
  '/console/tenants/demo-catering/settings/words',
  '/console/tenants/demo-catering/history',
  '/console/tenants/demo-catering/text',
  '/console/tenants/demo-catering/access',
  '/console/tenants/new',
  '/console/users',
];

describe('setting up and trying out', () => {
  /** @type {FrontdeskServer} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;

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
  async function admin(options = {}) {
    const context = await browser.newContext({ locale: 'en-US', ...options });
    const olga = new Operator(await context.newPage(), server.url);
    await olga.open('/console/leads');
    await olga.signIn();
    return olga;
  }

  /**
   * For eyes: a picture of the page, in the directory FRONTDESK_PICTURES where that is set.
   *
   * @param {Operator} olga
   * @param {string} name
   */
  async function picture(olga, name) {
    const pictures = process.env.FRONTDESK_PICTURES;
    if (pictures) await olga.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }

  /**
   * Brings a lead in over the phone on screen.
   *
   * @param {Operator} olga
   * @param {string} name
   */
  async function play(olga, name) {
    await olga.open(TWILIO);
    const screen = olga.page.locator('#screen');
    for (const [words, replies] of /** @type {[string, number][]} */ ([
      ['Hi, a party for 10 people', 1],
      [name, 2],
      [`${name.split(' ')[0]?.toLowerCase()}@example.com`, 3],
      ['yes please', 4],
    ])) {
      await olga.page.getByRole('textbox', { name: 'Write a message…' }).fill(words);
      await olga.page.keyboard.press('Enter');
      await screen.getByText(words, { exact: true }).waitFor();
      await screen.locator('.said:not(.own)').nth(replies - 1).waitFor();
    }
    return screen;
  }

  test('a lead is brought in by playing the customer, and taken along as a file', async () => {
    const olga = await admin();
    const screen = await play(olga, 'Lena Lopez');
    await screen.locator('.said:not(.own) [data-status="delivered"]').first().waitFor();
    await olga.page.getByRole('link', { name: 'See it in the inbox' }).waitFor();

    await olga.open('/console/leads');
    await olga.page.getByRole('cell', { name: 'Lena Lopez' }).waitFor();
    const [file] = await Promise.all([
      olga.page.waitForEvent('download'),
      olga.page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    assert.match(text, /"Lena Lopez","\+1212\d{7}","lena@example\.com"/);
    await olga.open('/console/sources?days=1');
    await olga.page.getByRole('row', { name: /SMS/ }).first().waitFor();
    olga.assertCalm();
  });

  test('a provider that fails is shown, and nothing is lost', async () => {
    const olga = await admin();
    await olga.open(TWILIO);
    await olga.page.getByRole('button', { name: 'Server error × 1' }).click();
    await olga.page.getByText('1 to come').waitFor();
    await olga.page.getByRole('textbox', { name: 'Write a message…' }).fill('A party for 12 people');
    await olga.page.keyboard.press('Enter');
    await olga.page.locator('#screen .said:not(.own)').first().waitFor();
    await olga.page.getByText('1 to come').waitFor({ state: 'detached' });
    olga.assertCalm();
  });

  test('a fault is a click away, a rehearsal shows what comes of a change, publishing makes it so', async () => {
    const olga = await admin();
    await olga.open('/console/tenants/demo-catering/text');
    const manifest = olga.page.getByLabel('Manifest', { exact: true });
    const before = await manifest.inputValue();
    await manifest.fill(before.replace('version = 1', 'version = 1\nnonsense = 1'));
    await olga.page.getByRole('button', { name: 'Check' }).click();
    const fault = olga.page.getByRole('list', { name: 'Faults' }).getByRole('button').first();
    await fault.click();
    const selected = await manifest.evaluate((field) => {
      const text = /** @type {HTMLTextAreaElement} */ (field);
      return text.value.slice(text.selectionStart, text.selectionEnd);
    });
    assert.match(selected, /nonsense/);

    await manifest.fill(before.replace(/^name = .*$/m, 'name = "Changed Kitchen"'));
    await olga.page.getByRole('textbox', { name: 'The customer says' }).fill('Hi, a party for 10 people');
    await olga.page.getByRole('button', { name: '+26h' }).click();
    await olga.page.getByText('No faults.').waitFor();
    const rehearsal = olga.page.getByRole('list', { name: 'Rehearsal' });
    await rehearsal.locator('.bot').first().waitFor();
    assert.match(await olga.page.getByRole('textbox', { name: 'The customer says' }).inputValue(), /\+26h/);

    await olga.page.getByRole('button', { name: 'Publish' }).click();
    await olga.open('/console/tenants');
    await olga.page.getByRole('link', { name: 'Changed Kitchen' }).waitFor();
    olga.assertCalm();
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of [undefined, PHONE]) {
      const look = `${colorScheme}-${viewport ? 'phone' : 'desktop'}`;
      test(`nothing bars the way, ${look}`, async () => {
        const context = { bypassCSP: true, colorScheme, reducedMotion: /** @type {const} */ ('reduce') };
        const olga = await admin(viewport ? { ...context, viewport } : context);
        await play(olga, 'Axel Axe');
        await assertAccessible(olga.page, `a conversation on the phone, ${look}`);
        await picture(olga, `${look}-played`);
        for (const path of PAGES) {
          await olga.open(path);
          await assertAccessible(olga.page, `${path}, ${look}`);
          const isWide = await olga.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert(!isWide, `nothing sticks out sideways: ${path}`);
          await picture(olga, `${look}${path.replace(/\?.*/, '').replaceAll('/', '-')}`);
        }
        await olga.open('/console/leads');
        await olga.page.getByRole('link', { name: 'Axel Axe' }).first().click();
        await olga.page.getByRole('heading', { name: 'Axel Axe' }).waitFor();
        await assertAccessible(olga.page, `a lead, ${look}`);
        await picture(olga, `${look}-lead`);
        olga.assertCalm();
      });
    }
  }
});
