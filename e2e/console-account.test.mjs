/** One's own account: signing in with a code of the phone, and the browsers one is signed in with. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { Operator } from './support/operator.mjs';
import { assertNothingCut, assertNothingSticksOut } from './support/overflow.mjs';
import { DESKTOP, PHONE, assertPresentable } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

/** Colleagues by the language they read, with that of their browser. */
const READERS = [
  ['Elena', 'es', 'es-ES'],
  ['Rita', 'ru', 'ru-RU'],
  ['Ulyana', 'uk', 'uk-UA'],
];
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
  const stage = setStage({
    staff: [{ role: 'admin' }, { role: 'admin', name: 'Petra' }, ...READERS.map(([name]) => ({ role: 'viewer', name }))],
  });

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

  for (const [name = '', language = '', locale = ''] of READERS) {
    test(`every text of the second step has room, ${language}`, async () => {
      /** @param {Operator} operator @param {string} what */
      const look = async ({ page }, what) => {
        assert.equal(await page.evaluate(() => document.documentElement.lang), language, what);
        for (const viewport of [DESKTOP, PHONE]) {
          await page.setViewportSize(viewport);
          await assertNothingSticksOut(page, `${what}, ${language}, ${viewport.width}`);
          await assertNothingCut(page, `${what}, ${language}, ${viewport.width}`);
        }
      };
      const reader = await stage.colleague({ name });
      const { page } = reader;
      await reader.post('/console/account', { name, language });
      await reader.open('/console/account');
      await page.locator('form[action="/console/account/second-step"] button').click();
      const key = (await page.locator('.secret').textContent()) ?? '';
      await look(reader, 'set-up');
      await page.locator('.digits').fill('000 000');
      await page.keyboard.press('Enter');
      await page.locator('.fault').waitFor();
      await look(reader, 'set-up with a wrong code');
      await page.locator('.digits').fill(codeOf(key));
      await page.keyboard.press('Enter');
      await page.locator('.secrets').waitFor();
      await look(reader, 'recovery codes');
      await reader.open('/console/account');
      await page.locator('form[action$="/codes"] input[type="password"]').fill('not this one');
      await page.keyboard.press('Enter');
      await page.locator('#second-step-fault').waitFor();
      await look(reader, 'account, a wrong password for new codes');

      const elsewhere = new Operator(await stage.page({ locale }), stage.server.url);
      await elsewhere.open('/console');
      await elsewhere.page.locator('[name="email"]').fill(`${name.toLowerCase()}@example.com`);
      await elsewhere.page.locator('[name="password"]').fill('a password of tests');
      await elsewhere.page.keyboard.press('Enter');
      await elsewhere.page.locator('.digits').waitFor();
      await look(elsewhere, 'code');
      await elsewhere.page.locator('.digits').fill('000 000');
      await elsewhere.page.keyboard.press('Enter');
      await elsewhere.page.getByRole('alert').waitFor();
      await look(elsewhere, 'a wrong code');
    });
  }
});
