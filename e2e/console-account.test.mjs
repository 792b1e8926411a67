/** One's own account: signing in with a code of the phone, and the browsers one is signed in with. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { Operator } from './support/operator.mjs';
import { assertPresentable } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * What an authenticator app shows for a key, some half minutes from now.
 *
 * @param {string} key
 * @param {number} later
 */
function codeOf(key, later = 0) {
  const bits = [...key.replaceAll(' ', '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', secret).update(number).digest();
  const at = (hash[19] ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('my account', () => {
  const stage = setStage({ staff: [{ role: 'admin' }, { role: 'admin', name: 'Petra' }] });

  test('a code of the phone is set up, asked for, and lost', async () => {
    const olga = await stage.colleague({ bypassCSP: true });
    const { page } = olga;
    await olga.open('/console/account');
    await assertPresentable(page, 'account');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('heading', { name: 'Two-step sign-in' }).waitFor();
    await assertPresentable(page, 'set-up');
    const key = (await page.locator('.secret').textContent()) ?? '';
    await page.getByRole('textbox', { name: 'Code' }).fill('000 000');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('This code does not count.').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(key));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    const codes = await page.locator('.secret').allTextContents();
    assert.equal(codes.length, 10);
    await assertPresentable(page, 'recovery-codes');
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.getByText('Recovery codes left: 10').waitFor();
    await assertPresentable(page, 'account-with-second-step');

    const elsewhere = new Operator(await stage.page({ bypassCSP: true, viewport: { width: 390, height: 844 } }), stage.server.url);
    await elsewhere.open('/console/leads');
    await elsewhere.page.getByLabel('Email').fill('olga@example.com');
    await elsewhere.page.getByLabel('Password').fill('a password of tests');
    await elsewhere.page.keyboard.press('Enter');
    await elsewhere.page.getByRole('textbox', { name: 'Code' }).waitFor();
    await assertPresentable(elsewhere.page, 'code');
    await elsewhere.page.getByRole('textbox', { name: 'Code' }).fill(codes[0]?.toLowerCase() ?? '');
    await elsewhere.page.keyboard.press('Enter');
    await elsewhere.page.getByRole('heading', { name: 'Leads' }).waitFor();

    await olga.open('/console/account');
    await assertPresentable(page, 'account-with-devices');
    await page.getByRole('button', { name: 'Sign out: Chrome, Linux' }).click();
    await page.getByText('Signed out there.').waitFor();
    await elsewhere.open('/console/account');
    await elsewhere.page.getByRole('heading', { name: 'Sign in' }).waitFor();

    const petra = await stage.colleague({ name: 'Petra', bypassCSP: true });
    await petra.open('/console/users');
    await assertPresentable(petra.page, 'users');
    await petra.page.getByRole('button', { name: 'Reset 2 steps: olga@example.com' }).click();
    await petra.page.getByRole('button', { name: 'Reset 2 steps' }).waitFor({ state: 'detached' });
    await olga.open('/console/account');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    // Olga's browser has noticed the code that does not count.
    for (const operator of [elsewhere, petra]) operator.assertCalm();
  });
});
