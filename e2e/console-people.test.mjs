/** Who the business knows, and what needs attention: merged, told apart, handed out, erased, acknowledged. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { bringPast } from './support/past.mjs';
import { setStage } from './support/stage.mjs';

describe('people and alarms', () => {
  const stage = setStage({ staff: [{ role: 'admin' }], settings: { FRONTDESK__ALARMS__EVERY_MS: '200' } });
  /** @type {import('./support/past.mjs').Past} */
  let past;

  before(async () => {
    past = await bringPast(stage, await stage.colleague());
  });

  test('two who were taken for one are told apart, and brought together again', async () => {
    const olga = await stage.colleague({ path: `/console/contacts/${past.contact}` });
    const { page } = olga;
    const known = page.locator('.facts');
    await known.getByText('Berta Reyes').waitFor();
    await page.locator('summary', { hasText: 'Tell apart' }).click();
    await page.getByRole('button', { name: 'Tell apart' }).click();
    await page.getByText(/^told apart: /).waitFor();
    assert.equal(await known.getByText('Berta Reyes').count(), 0);

    await olga.open('/console/contacts');
    const other = new URL((await page.getByRole('link', { name: 'Berta Reyes' }).getAttribute('href')) ?? '', page.url()).href;
    await olga.open(`/console/contacts/${past.contact}`);
    await page.locator('summary', { hasText: 'Somebody else' }).click();
    await page.getByLabel(/Somebody else/).fill(other);
    await page.locator('details[open]').getByRole('button', { name: 'Bring together' }).click();
    await known.getByText('Berta Reyes').waitFor();
    olga.assertCalm();
  });

  test("a person's data is handed out, and erased for good with a proof", async () => {
    const olga = await stage.colleague({ path: `/console/contacts/${past.contact}` });
    const { page } = olga;
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything (JSON)' }).click()]);
    const data = await readFile(await file.path(), 'utf8');
    assert(JSON.parse(data) && data.includes('Ana Reyes'));
    await page.locator('summary', { hasText: 'Erase for good' }).click();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    assert.match(page.url(), new RegExp(past.contact), 'nobody is erased by a slip');
    await page.getByRole('checkbox').last().check();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/console/erasures');
    await page.getByRole('row').nth(2).waitFor();
    await olga.open('/console/contacts');
    assert.equal(await page.getByRole('link', { name: 'Ana Reyes' }).count(), 0);
    olga.assertCalm();
  });

  test('what needs attention stands on the first page, says what to do, and is acknowledged', async () => {
    const olga = await stage.colleague({ path: '/console' });
    await olga.page.getByText('Requests of Twilio are not believed').waitFor();
    await olga.page.getByText(/PUBLIC_URL/).waitFor();
    await olga.page.getByRole('button', { name: 'I know' }).click();
    await olga.open('/console/alarms');
    await olga.page.getByText('Known to Olga').waitFor();
    assert.equal(await olga.page.getByRole('button', { name: 'I know' }).count(), 0);
    olga.assertCalm();
  });

  test('somebody to look at the work of others is made, given more to do, and taken away', async () => {
    const olga = await stage.colleague({ path: '/console/users' });
    const { page } = olga;
    const form = page.locator('form[action="/console/users"]');
    await form.getByRole('textbox', { name: 'Name' }).fill('Vera Viewer');
    await form.getByRole('textbox', { name: 'Email' }).fill('vera@example.com');
    await form.locator('input[type="password"]').fill('a password of tests');
    await form.getByRole('button').click();
    const row = page.getByRole('row', { name: /vera@example\.com/ });
    await row.waitFor();
    await row.getByRole('button', { name: /Remove/ }).click();
    await row.waitFor({ state: 'detached' });
    olga.assertCalm();
  });
});
