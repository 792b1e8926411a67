/** Every page of the console in every state, by eye and by rule: light and dark, desktop and phone, four languages. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { Operator } from './support/operator.mjs';
import { assertNothingCut, assertNothingSticksOut } from './support/overflow.mjs';
import { LONG_NAME_PHONE, bringPast } from './support/past.mjs';
import { CATERER } from './support/phone.mjs';
import { picture } from './support/picture.mjs';
import { DESKTOP, PHONE, assertPresentable } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

/** @typedef {import('./support/past.mjs').Past} Past */

const ROUTES = join(import.meta.dirname, '../gateway/src/console/routes.rs');
const LANGUAGES = ['es', 'ru', 'uk'];
const CATERING = '/console/tenants/demo-catering';
/** What answers a GET and is no page, or a page that is looked at where its key is (`console-account.test.mjs`). */
const NO_PAGE = /\.(csv|xlsx)$|\/events$|\/export$|\/files\/|welcome|second-step|sign-in\/code|\/heard$|\/sent$/;

/** Every page, and the states that look different; what opens first, where something is closed. @type {[string, string | ((past: Past) => string), string?][]} */
const PAGES = [
  ['home', '/console'],
  ['inbox', '/console/inbox'],
  ['inbox of everybody', '/console/inbox?view=all'],
  ['inbox with nobody in it', '/console/inbox?view=done'],
  ['inbox, nobody found', '/console/inbox?q=nobody-of-this-name'],
  ['inbox, filtered and saved', '/console/inbox?view=all&channel=web_chat&order=oldest', '.sieve summary'],
  ['ready replies', '/console/replies?tenant=demo-catering'],
  ['ready replies, none yet', '/console/replies?tenant=demo-leads'],
  ['conversation with a person', ({ conversation }) => `/console/conversations/${conversation}`],
  ['conversation with the bot', ({ finished }) => `/console/conversations/${finished}`],
  ['conversation with its details', ({ conversation }) => `/console/conversations/${conversation}#details`],
  ['conversation, what was understood', ({ finished }) => `/console/conversations/${finished}`, '.why summary'],
  ['account', '/console/account'],
  ['audit log', '/console/audit'],
  ['leads', '/console/leads'],
  ['leads, none found', '/console/leads?q=nobody'],
  ['bookings', '/console/leads?source=BOOKING'],
  ['calls', '/console/leads?source=PHONE'],
  ['lead', ({ lead }) => `/console/leads/${lead}`],
  ['contacts', '/console/contacts'],
  ['contact', ({ contact }) => `/console/contacts/${contact}`],
  ['contact, to be erased', ({ contact }) => `/console/contacts/${contact}`, '.sure summary >> nth=-1'],
  ['erasures', '/console/erasures'],
  ['newsletter', '/console/newsletter'],
  ['consents', '/console/consents'],
  ['messages', '/console/messages'],
  ['messages in trouble', '/console/messages?status=troubled'],
  ['channels', '/console/channels'],
  ['dead letters', '/console/dead-letters'],
  ['dead letter', ({ letter }) => `/console/dead-letters/${letter}`],
  ['alarms', '/console/alarms'],
  ['sources', '/console/sources'],
  ['ledger', '/console/ledger'],
  ['refused', '/console/refused'],
  ['try it on the web', '/console/try'],
  ['try it by text message', `/console/try?to=${encodeURIComponent(CATERER)}&from=${encodeURIComponent(LONG_NAME_PHONE)}`],
  ['businesses', '/console/tenants'],
  ['new business', '/console/tenants/new'],
  ['business', CATERING],
  ...['business', 'chat', 'questions', 'answers', 'words'].map(
    (sheet) => /** @type {[string, string]} */ ([`settings of ${sheet}`, `${CATERING}/settings/${sheet}`]),
  ),
  ['manifest', `${CATERING}/text`],
  ['history', `${CATERING}/history`],
  ['comparison', `${CATERING}/history/1`],
  ['channels of a business', `${CATERING}/channels`],
  ['access', `${CATERING}/access`],
  ['accounts', `${CATERING}/accounts`],
  ['users', '/console/users'],
];
/** Lists that are empty in the beginning. */
const EMPTY = [
  '/console',
  ...['inbox', 'leads', 'contacts', 'newsletter', 'consents', 'dead-letters', 'alarms', 'sources', 'ledger', 'refused', 'erasures'].map(
    (list) => `/console/${list}`,
  ),
];
const NOT_THERE = '/console/leads/0190a5f0-0000-7000-8000-000000000000';

describe('pages of the console', () => {
  const stage = setStage({ staff: [{ role: 'admin' }, { role: 'admin', name: 'Lara' }], settings: { FRONTDESK__ALARMS__EVERY_MS: '200' } });
  /** @type {Past} */
  let past;

  before(async () => {
    past = await bringPast(stage, await stage.colleague());
  });

  const addressOf = (/** @type {(typeof PAGES)[number][1]} */ address) => (typeof address === 'string' ? address : address(past));

  test('no page is left out', async () => {
    const source = await readFile(ROUTES, 'utf8');
    const paths = [...source.matchAll(/\bshow\(\s*"([^"]+)"/g)].map(([, path]) => path).filter((path) => !NO_PAGE.test(path));
    assert(paths.length > 20, 'the table of routes was read');
    const addresses = [...PAGES.map(([, address]) => addressOf(address)), '/console/sign-in'].map((address) => address.split(/[?#]/)[0]);
    const left = paths.filter((path) => {
      const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
      return !addresses.some((address) => pattern.test(address));
    });
    assert.deepEqual(left, [], 'a page needs its line in PAGES');
  });

  test('whoever is not signed in sees presentable pages, too', async () => {
    const stranger = new Operator(await stage.page({ bypassCSP: true }), stage.server.url);
    await stranger.open('/console/sign-in');
    await assertPresentable(stranger.page, 'sign-in');
    await stranger.page.getByLabel('Email').fill('olga@example.com');
    await stranger.page.getByLabel('Password').fill('not this one');
    await stranger.page.getByRole('button', { name: 'Sign in' }).click();
    await stranger.page.getByRole('alert').waitFor();
    await assertPresentable(stranger.page, 'sign-in that failed');
  });

  /**
   * Opens one page after the other, and tells in the end what was wrong with any of them.
   *
   * @param {Operator} olga
   * @param {(what: string) => Promise<void>} look
   */
  async function walk(olga, look) {
    /** @type {string[]} */
    const faults = [];
    for (const [what, address, closed] of PAGES) {
      await olga.open(addressOf(address));
      await olga.page.setViewportSize(DESKTOP);
      if (closed) await olga.page.locator(closed).first().click();
      await look(what).catch((error) => faults.push(error.message));
    }
    assert.deepEqual(faults, []);
    olga.assertCalm();
  }

  test('every page is presentable', async () => {
    const olga = await stage.colleague({ bypassCSP: true });
    await walk(olga, (what) => assertPresentable(olga.page, what));
    await olga.open(NOT_THERE);
    await assertPresentable(olga.page, 'nothing there');
  });

  for (const language of LANGUAGES) {
    test(`every text has room, ${language}`, async () => {
      const lara = await stage.colleague({ name: 'Lara' });
      await lara.post('/console/account', { name: 'Lara', language });
      await walk(lara, async (what) => {
        assert.equal(await lara.page.evaluate(() => document.documentElement.lang), language);
        for (const viewport of [DESKTOP, PHONE]) {
          await lara.page.setViewportSize(viewport);
          const look = `${what}, ${language}, ${viewport.width}`;
          await assertNothingSticksOut(lara.page, look);
          await assertNothingCut(lara.page, look);
        }
      });
    });
  }
});

describe('the way around on a phone', () => {
  const stage = setStage({ staff: [{ role: 'admin' }, { role: 'viewer', name: 'Vic' }] });

  test('every section is in the bar or behind its last button, whole, in every language', async () => {
    const olga = await stage.colleague({ bypassCSP: true, viewport: PHONE });
    const { page } = olga;
    for (const language of ['en', ...LANGUAGES]) {
      await olga.post('/console/account', { name: 'Olga', language });
      await olga.open('/console/audit');
      assert.deepEqual(await cutOff(page), [], language);
      await page.locator('.more').focus();
      await page.keyboard.press('Enter');
      await page.locator('#more').waitFor();
      assert.deepEqual(await cutOff(page), [], `${language}, opened`);
      assert.equal(await page.locator('.side a:visible').count(), 9, 'all sections and the account');
    }
    await page.keyboard.press('Escape');
    await page.locator('#more').waitFor({ state: 'hidden' });
    assert(await page.locator('.more').evaluate((node) => node === document.activeElement), 'the focus is back');
    await page.locator('.more').click();
    await page.locator('#more a[href="/console/users"]').click();
    await page.waitForURL(/users/);
    const save = await page.getByRole('main').locator('.inline button').boundingBox();
    assert(save && save.height < 60, 'a button for a role keeps its word whole');
    await page.locator('#more').waitFor({ state: 'hidden' });
    await page.locator('.more').click();
    await assertAccessible(page, 'the further sections');
    await picture(page, 'further sections on a phone');
    await page.setViewportSize(DESKTOP);
    await olga.open('/console');
    assert(!(await page.locator('.more').isVisible()), 'with room nothing is behind a button');
    assert.equal(await page.locator('.side li a:visible').count(), 8);
    olga.assertCalm();
  });

  test('where there are no popovers the further sections open all the same', async () => {
    const olga = await stage.colleague({ bypassCSP: true, viewport: PHONE });
    const { page } = olga;
    await olga.post('/console/account', { name: 'Olga', language: 'en' });
    await page.addInitScript(() => Reflect.deleteProperty(HTMLElement.prototype, 'showPopover'));
    await page.route('**/console', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('popovertarget="more"', '').replace('id="more" popover', 'id="more"');
      await route.fulfill({ response, body });
    });
    await olga.open('/console');
    await olga.isReady();
    const menu = page.locator('#more');
    assert(!(await menu.isVisible()), 'it is closed');
    await page.locator('.more').click();
    await menu.waitFor();
    assert.equal(await page.locator('.side a:visible').count(), 9, 'all sections and the account');
    assert.deepEqual(await cutOff(page), []);
    await assertAccessible(page, 'the further sections without popovers');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    assert(await page.locator('.more').evaluate((node) => node === document.activeElement), 'the focus is back');
    await page.locator('.more').click();
    await page.getByRole('heading', { level: 1 }).click();
    await menu.waitFor({ state: 'hidden' });
    await page.setViewportSize(DESKTOP);
    assert.equal(await page.locator('.side li a:visible').count(), 8, 'with room all of it is there');
    olga.assertCalm();
  });

  test('whoever may only look finds the way out', async () => {
    const vic = await stage.colleague({ name: 'Vic', bypassCSP: true, viewport: PHONE });
    await vic.page.locator('.more').click();
    await assertAccessible(vic.page, 'the further sections of a viewer');
    await vic.page.getByRole('button', { name: 'Sign out' }).click();
    await vic.page.getByLabel('Password').waitFor();
    vic.assertCalm();
  });

  /**
   * What of the bar is not wholly on the screen, or has no room for its words.
   *
   * @param {import('playwright-core').Page} page
   */
  function cutOff(page) {
    return page.locator('.side a:visible, .side button:visible').evaluateAll((nodes) =>
      nodes
        .filter((node) => {
          const { left, right, top, bottom } = node.getBoundingClientRect();
          return left < 0 || right > innerWidth || top < 0 || bottom > innerHeight || node.scrollWidth > node.clientWidth + 1;
        })
        .map((node) => node.textContent?.trim()),
    );
  }
});

describe('the console of a business that begins', () => {
  const stage = setStage();

  test('the first colleague makes an account by the link of the log, and every page says what will be there', async () => {
    const link = /\S+\/console\/welcome\/\S+/.exec(stage.server.log)?.[0];
    assert(link, 'the log has no link for the first colleague');
    const olga = new Operator(await stage.page({ bypassCSP: true }), stage.server.url);
    const { page } = olga;
    await page.goto(link);
    await assertPresentable(page, 'welcome');
    await page.getByLabel('Name').fill('Olga');
    await page.getByLabel('Email').fill('olga@example.com');
    await page.getByLabel(/Password/).fill('a password of tests');
    await page.locator('form .primary').click();
    await page.locator('nav.side').waitFor();
    for (const path of EMPTY) {
      await olga.open(path);
      await assertPresentable(page, `${path} with nothing`);
    }
    olga.assertCalm();
  });
});
