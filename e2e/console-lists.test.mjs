/** Work in lists: the columns one wants to see, filters on a phone, several rows at once, what happened to one. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { CATERER, textUntilLead } from './support/phone.mjs';
import { DESKTOP, PHONE, assertPresentable } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

describe('lists', () => {
  const stage = setStage({ staff: [{ role: 'admin' }, { role: 'operator', name: 'Tom' }] });

  test('columns are chosen by whoever looks, for themselves, and the filter stays', async () => {
    const olga = await stage.colleague({ path: '/console/contacts', bypassCSP: true });
    const { page } = olga;
    await olga.post('/console/try/messages', { to: CATERER, from: '+14155550151', text: 'A party for 10 people' });
    await olga.open('/console/messages?direction=in');
    const heads = () => page.getByRole('columnheader').allInnerTexts();
    const before = await heads();
    assert(before.includes('Channel'), `${before}`);
    await page.getByText('Columns', { exact: true }).click();
    const choice = page.locator('details.columns');
    assert(await choice.getByRole('checkbox', { name: 'Channel' }).isChecked());
    await assertPresentable(page, 'messages, columns to choose');
    await choice.getByRole('checkbox', { name: 'Channel' }).focus();
    await page.keyboard.press('Space');
    await choice.getByRole('button', { name: 'Show these' }).click();
    await page.waitForURL(/direction=in/);
    assert.deepEqual(await heads(), before.filter((title) => title !== 'Channel'));
    assert.equal(await page.getByRole('row').nth(1).getByRole('cell').count(), before.length - 1, 'its cells are gone, too');

    await olga.open('/console/messages');
    assert(!(await heads()).includes('Channel'), 'it is kept');
    const tom = await stage.colleague({ name: 'Tom', path: '/console/messages' });
    assert((await tom.page.getByRole('columnheader').allInnerTexts()).includes('Channel'), "another one's list is as it was");

    // Nobody is left with a list of nothing.
    await page.getByText('Columns', { exact: true }).click();
    for (const box of await choice.getByRole('checkbox').all()) await box.uncheck();
    await choice.getByRole('button', { name: 'Show these' }).click();
    await page.locator('details.columns:not([open])').waitFor();
    assert.deepEqual(await heads(), before);
    for (const colleague of [olga, tom]) colleague.assertCalm();
  });

  test('channels are found by how they stand, who serves them and their number, and taken along', async () => {
    const olga = await stage.colleague({ path: '/console/channels', bypassCSP: true });
    const { page } = olga;
    const rows = page.locator('tbody tr');
    const all = await rows.count();
    assert(all > 10, `${all} channels`);
    assert.equal(await page.locator('input[type="date"]').count(), 0, 'channels are of no day');
    const show = () => page.getByRole('button', { name: 'Show', exact: true }).click();

    await page.getByRole('combobox', { name: 'Provider' }).selectOption('Twilio');
    await show();
    await page.waitForURL(/source=twilio/);
    const served = await rows.count();
    assert(served > 0 && served < all, `${served} of ${all}`);
    for (const row of await rows.all()) assert.match(await row.innerText(), /Twilio/);
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('SMS');
    await page.getByRole('searchbox').fill('4155550100');
    await show();
    await page.waitForURL(/q=4155550100/);
    assert.equal(await rows.count(), 1);
    await assertPresentable(page, 'channels, one found');
    await page.setViewportSize(DESKTOP);

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 2, `${lines}`);
    assert.match(lines[1], /^"demo-catering","sms",.*\+14155550100/);

    await page.getByText('Columns', { exact: true }).click();
    const choice = page.locator('details.columns');
    await choice.getByRole('checkbox', { name: 'Last out' }).uncheck();
    await choice.getByRole('button', { name: 'Show these' }).click();
    await page.locator('details.columns:not([open])').waitFor();
    assert(!(await page.getByRole('columnheader').allInnerTexts()).includes('Last out'));
    assert.match(page.url(), /q=4155550100/, 'the filter stays');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Unusually silent');
    await show();
    await page.getByText('No channel is like this.').waitFor();
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.waitForURL(/channels$/);
    assert.equal(await rows.count(), all);
    await rows.first().getByRole('link').first().click();
    await page.waitForURL(/\/console\/tenants\/[^/]+\/channels/);
    const tom = await stage.colleague({ name: 'Tom', path: '/console/channels' });
    assert.equal(await tom.page.locator('tbody a[href*="/tenants/"]').count(), 0, 'who may not set up is led nowhere');
    for (const colleague of [olga, tom]) colleague.assertCalm();
  });

  test('on a phone the filters are a press away, and say how many are on', async () => {
    const olga = await stage.colleague({ path: '/console/leads', bypassCSP: true, viewport: PHONE });
    const { page } = olga;
    const search = page.getByRole('searchbox');
    assert(!(await search.isVisible()), 'the filters are folded');
    const fold = page.locator('.fold summary');
    await fold.focus();
    await page.keyboard.press('Enter');
    await search.waitFor();
    await assertPresentable(page, 'leads, filters open');
    await page.setViewportSize(PHONE);
    await search.fill('nobody');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=nobody/);
    assert.match(await fold.innerText(), /^Filter\s*1$/);
    const empty = await page.locator('.empty').boundingBox();
    assert(empty && empty.y + empty.height < PHONE.height, 'what is found begins on the first screen');
    await assertPresentable(page, 'leads, filters folded');
    await page.setViewportSize(DESKTOP);
    await search.waitFor();
    assert(!(await fold.isVisible()), 'with room they are there by themselves');
    olga.assertCalm();
  });

  test('ticked people are taken along, brought together and unsubscribed; a lead tells what happened to it', async () => {
    const olga = await stage.colleague({ path: '/console/leads', bypassCSP: true });
    const { page } = olga;
    for (const [index, name] of ['Vera Vane', 'Wilma Vane'].entries()) {
      await textUntilLead(olga, stage.server, { name, phone: `+1415555016${index}`, email: `vane${index}@example.com` });
    }
    const row = (/** @type {string} */ name) => page.getByRole('row', { name: new RegExp(name) });
    const tick = (/** @type {string} */ name) => row(name).getByRole('checkbox').check();

    await olga.open('/console/leads');
    await tick('Vera Vane');
    await page.getByRole('button', { name: 'Mark as handled' }).click();
    await row('Vera Vane').getByText('Handled').waitFor();
    await page.getByRole('status').getByText('Marked as handled: 1.').waitFor();
    await page.getByRole('button', { name: 'Mark as handled' }).click();
    await page.getByRole('status').getByText('No row is ticked.').waitFor();
    await assertPresentable(page, 'leads, none of them ticked');
    await page.setViewportSize(DESKTOP);
    await page.getByRole('link', { name: 'Vera Vane' }).click();
    const history = page.getByRole('list', { name: 'History' });
    await history.getByText('Marked as handled').waitFor();
    await history.getByText('The lead came in').waitFor();
    assert.match(await history.innerText(), /Olga/);
    await assertPresentable(page, 'lead with its history');

    await page.setViewportSize(DESKTOP);
    await olga.open('/console/newsletter');
    await tick('vane1@example.com');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()]);
    const lines = await readFile(await file.path(), 'utf8');
    assert(lines.includes('vane1@example.com') && !lines.includes('vane0@example.com'), lines);
    await assertPresentable(page, 'newsletter, a row ticked');
    await page.setViewportSize(DESKTOP);
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await row('vane1@example.com').getByText('Left', { exact: true }).waitFor();

    await olga.open('/console/contacts');
    await tick('Vera Vane');
    await tick('Wilma Vane');
    await page.getByRole('button', { name: 'Bring together' }).click();
    await page.getByRole('heading', { name: 'Bring these people together?' }).waitFor();
    await assertPresentable(page, 'contacts to be brought together');
    await page.setViewportSize(DESKTOP);
    await page.getByRole('link', { name: 'Back' }).click();
    await row('Wilma Vane').waitFor();
    await tick('Vera Vane');
    await tick('Wilma Vane');
    await page.getByRole('button', { name: 'Bring together' }).click();
    assert.match(await page.getByRole('listitem').filter({ hasText: 'stays' }).innerText(), /Vera Vane/, 'the one known longest');
    await page.getByRole('main').getByRole('button', { name: 'Bring together' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('They are one person now.').waitFor();
    await page.locator('summary', { hasText: 'Tell apart' }).waitFor();
    await olga.open('/console/contacts');
    await row('Vera Vane').waitFor();
    await row('Wilma Vane').waitFor({ state: 'detached' });
    olga.assertCalm();
  });

  test('ticked people are tagged with the keyboard alone, found by the tag, and freed of it on their page', async () => {
    const olga = await stage.colleague({ path: '/console/leads', bypassCSP: true });
    const { page } = olga;
    for (const [index, name] of ['Xenia Young', 'Yara Young'].entries()) {
      await textUntilLead(olga, stage.server, { name, phone: `+1415555018${index}`, email: `young${index}@example.com` });
    }
    await olga.open('/console/contacts?q=young');
    for (const name of ['Xenia Young', 'Yara Young']) {
      await page.getByRole('row', { name }).getByRole('checkbox').focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('combobox', { name: 'Tag' }).and(page.locator('input')).focus();
    await page.keyboard.type('  Regular   guest ');
    // Enter adds the tag; nobody is brought together.
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: 'Yara Young' }).getByText('Regular guest').waitFor();
    assert.match(page.url(), /q=young/, 'one is where one was');
    assert.equal(await page.getByRole('row', { name: /Young/ }).count(), 2);
    await olga.open('/console/contacts');
    await page.getByRole('combobox', { name: 'Tag' }).and(page.locator('select')).selectOption('Regular guest');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/tag=Regular/);
    assert.equal(await page.getByRole('row').count(), 3, 'the head and both of them');
    await assertPresentable(page, 'contacts with a tag');
    await page.setViewportSize(DESKTOP);
    await page.getByRole('link', { name: 'Xenia Young' }).click();
    await page.getByRole('button', { name: 'Remove: Regular guest' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('No tags yet.').waitFor();
    await page.getByRole('combobox', { name: 'Add tag' }).fill('A word of thirty characters it');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove: A word of thirty characters it' }).waitFor();
    await assertPresentable(page, 'contact with a tag');
    await olga.open('/console/contacts?tag=Regular+guest');
    assert.equal(await page.getByRole('row').count(), 2);
    olga.assertCalm();
  });

  test('everyday lengths have room at the width of a laptop', async () => {
    const olga = await stage.colleague({ path: '/console/leads', viewport: DESKTOP });
    await textUntilLead(olga, stage.server, { name: 'Bartholomew Featherstone', phone: '+14155550169', email: 'bartholomew.featherstone@example.com' });
    for (const [list, name] of [['leads', 'Leads'], ['contacts', 'Contacts'], ['newsletter', 'Newsletter'], ['messages', 'Messages'], ['channels', 'Channels'], ['tenants', 'Businesses']]) {
      await olga.open(`/console/${list}`);
      const table = olga.page.getByRole('region', { name });
      const { inside, outside } = await table.evaluate((node) => ({ inside: node.scrollWidth, outside: node.clientWidth }));
      assert(inside <= outside, `${name}: ${inside} px do not fit into ${outside} px`);
    }
    // An address that is too long for its column breaks before the sign, where people would break it.
    await olga.page.setViewportSize({ width: 1440, height: 900 });
    await olga.open('/console/contacts');
    const email = olga.page.locator('[data-column="email"] div', { hasText: 'bartholomew' }).first();
    const lines = await email.evaluate((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    });
    assert(lines <= 2, `an address of everyday length takes ${lines} lines`);
    olga.assertCalm();
  });
});
