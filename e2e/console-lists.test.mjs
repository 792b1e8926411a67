/** Work in lists: the columns one wants to see. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CATERER } from './support/phone.mjs';
import { assertPresentable } from './support/presentable.mjs';
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
});
