/** The demo site shows each demo business, under a strict content policy. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setStage } from './support/stage.mjs';

const TENANTS = ['demo-catering', 'demo-restaurant', 'demo-academy', 'demo-leads', 'demo-services'];

describe('demo site', () => {
  const stage = setStage();


  test('every demo business has its name on the page and its chat behind the button', async () => {
    for (const tenant of TENANTS) {
      const { name, greeting } = await settingsOf(tenant);
      const visitor = await stage.visitor({}, { at: `${stage.server.url}/?tenant=${tenant}` });
      await visitor.page.getByRole('link', { name, exact: true }).waitFor();
      await visitor.page.locator('[data-open-chat]').last().click();
      await visitor.panel.getByRole('heading', { name }).waitFor();
      await visitor.panel.getByText(greeting).waitFor();
      visitor.assertCalm();
    }
  });

  /** @param {string} tenant */
  async function settingsOf(tenant) {
    const address = `${stage.server.url}/api/v1/public/widget/${tenant}`;
    const response = await fetch(address, { headers: { 'accept-language': 'en-US' } });
    return response.json();
  }

  test('an unknown business is told in words and has no chat', async () => {
    const page = await stage.page();
    await page.goto(`${stage.server.url}/?tenant=nobody`, { waitUntil: 'networkidle' });
    await page.getByText('There is no such business').waitFor();
    assert.equal(await page.locator('#frontdesk-widget').count(), 0);
  });

  test('the page forbids inline scripts and styles', async () => {
    const response = await fetch(stage.server.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
  });
});
