/** The demo site shows each demo business, under a strict content policy. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launchBrowser } from './support/browser.mjs';
import { FrontdeskServer } from './support/server.mjs';
import { Visitor } from './support/visitor.mjs';

const TENANTS = ['demo-catering', 'demo-restaurant', 'demo-academy', 'demo-leads', 'demo-services'];

describe('demo site', () => {
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

  test('every demo business has its name on the page and its chat behind the button', async () => {
    for (const tenant of TENANTS) {
      const { name, greeting } = await settingsOf(tenant);
      const visitor = new Visitor(await browser.newPage({ locale: 'en-US' }));
      await visitor.arrive(`${server.url}/?tenant=${tenant}`);
      await visitor.page.getByRole('link', { name, exact: true }).waitFor();
      await visitor.page.locator('[data-open-chat]').last().click();
      await visitor.panel.getByRole('heading', { name }).waitFor();
      await visitor.panel.getByText(greeting).waitFor();
      visitor.assertCalm();
      await visitor.page.close();
    }
  });

  /** @param {string} tenant */
  async function settingsOf(tenant) {
    const address = `${server.url}/api/v1/public/widget/${tenant}`;
    const response = await fetch(address, { headers: { 'accept-language': 'en-US' } });
    return response.json();
  }

  test('an unknown business is told in words and has no chat', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/?tenant=nobody`, { waitUntil: 'networkidle' });
    await page.getByText('There is no such business').waitFor();
    assert.equal(await page.locator('#frontdesk-widget').count(), 0);
    await page.close();
  });

  test('the page forbids inline scripts and styles', async () => {
    const response = await fetch(server.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
  });
});
