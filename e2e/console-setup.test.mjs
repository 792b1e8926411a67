/** Playing the customer, setting a business up, and the lists: what people do there, on desktop and phone. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { eventually } from './support/eventually.mjs';
import { CATERER } from './support/phone.mjs';
import { picture } from './support/picture.mjs';
import { setStage } from './support/stage.mjs';

const TWILIO = `/console/try?to=${encodeURIComponent(CATERER)}`;

describe('setting up and trying out', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });

  /**
   * Brings a lead in over the phone on screen.
   *
   * @param {import('./support/operator.mjs').Operator} olga
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
    const olga = await stage.colleague({ path: '/console/leads' });
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
    const olga = await stage.colleague({ path: '/console/leads' });
    await olga.open(TWILIO);
    await olga.page.getByRole('button', { name: 'Server error × 1' }).click();
    await olga.page.getByText('1 to come').waitFor();
    await olga.page.getByRole('textbox', { name: 'Write a message…' }).fill('A party for 12 people');
    await olga.page.keyboard.press('Enter');
    await olga.page.locator('#screen .said:not(.own)').first().waitFor();
    await olga.page.getByText('1 to come').waitFor({ state: 'detached' });
    olga.assertCalm();
  });

  test('a question is changed, tried, published and brought back, without a manual', async () => {
    const olga = await stage.colleague({ path: '/console/leads' });
    await olga.open('/console/tenants');
    await olga.page.getByRole('link', { name: 'Ember & Oak Hibachi' }).click();
    await olga.page.getByRole('link', { name: 'Questions' }).click();
    const question = olga.page.getByLabel('Question · English').first();
    const before = await question.inputValue();
    await question.fill('{{ nobody }}?');
    await olga.page.getByRole('button', { name: 'Try it' }).click();
    const faults = olga.page.getByRole('list', { name: 'Faults' });
    await faults.getByRole('link', { name: 'Question · English' }).click();
    assert.equal(await question.getAttribute('aria-invalid'), 'true');
    assert(await question.evaluate((field) => field === document.activeElement), 'the fault leads to its field');

    await question.fill('And what may I call you?');
    await olga.page.getByRole('textbox', { name: 'The customer says' }).fill('Hi, a party for 10 people');
    await olga.page.getByRole('button', { name: 'Try it' }).click();
    await olga.page.getByRole('list', { name: 'Rehearsal' }).getByText('And what may I call you?').waitFor();
    await faults.waitFor({ state: 'detached' });
    assert.equal(await question.getAttribute('aria-invalid'), null);
    await olga.page.getByRole('button', { name: 'Publish' }).click();
    await olga.page.getByText('this is live now').waitFor();
    assert.equal(await question.inputValue(), 'And what may I call you?');

    await olga.page.getByRole('link', { name: 'History' }).click();
    await olga.page.getByRole('link', { name: 'Open: What is different, Version 1' }).click();
    await olga.page.getByText('And what may I call you?').waitFor();
    await assertAccessible(olga.page, 'a comparison');
    await picture(olga.page, 'comparison of two versions');
    await olga.page.getByRole('button', { name: 'Roll back to this version' }).click();
    await olga.page.getByRole('link', { name: 'Questions' }).click();
    assert.equal(await question.inputValue(), before);
    olga.assertCalm();
  });

  test('questions change places by keyboard, are tried in their new order, and asked in it', async () => {
    const olga = await stage.colleague({ path: '/console/tenants/demo-catering/settings/questions' });
    const { page } = olga;
    const titles = async () => (await page.locator('.place h2').allInnerTexts()).map((title) => title.replace(/^\d+\.\s*/, ''));
    const [first, second, ...others] = await titles();
    assert(first && second && others.length > 0, 'there are questions to move');
    assert(await page.getByRole('button', { name: `Move up: ${first}` }).isDisabled(), 'the first one stays the first');
    assert(await page.getByRole('button', { name: `Move down: ${others.at(-1)}` }).isDisabled(), 'the last one stays the last');

    const up = page.getByRole('button', { name: `Move up: ${second}` });
    await up.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await titles(), [second, first, ...others]);
    assert.deepEqual(await page.locator('.place h2 span').allInnerTexts(), [second, first, ...others].map((_, index) => `${index + 1}`));
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    assert.match(focused ?? '', new RegExp(`Move down: ${second}`), 'the caret stays on the question that moves');
    const answer = page.getByRole('list', { name: 'Rehearsal' }).locator('.bot').last();
    await page.getByRole('textbox', { name: 'The customer says' }).fill('Hi, a party for 10 people');
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('Messenger');
    await page.getByRole('button', { name: 'Try it' }).click();
    await answer.getByText(/best phone number/).waitFor();

    // The chat has an order of its own, and says so.
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('Web chat');
    await page.getByRole('button', { name: 'Try it' }).click();
    await answer.getByText(/your full name/).waitFor();
    const own = page.getByRole('textbox', { name: 'Web chat' });
    assert.equal(await own.inputValue(), 'name\nphone\nemail\nnewsletter');
    await own.fill('');
    await page.getByRole('button', { name: 'Try it' }).click();
    await answer.getByText(/best phone number/).waitFor();

    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('this is live now').waitFor();
    assert.deepEqual(await titles(), [second, first, ...others]);
    await page.getByRole('button', { name: `Move down: ${second}` }).click();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('this is live now').waitFor();
    assert.deepEqual(await titles(), [first, second, ...others]);
    olga.assertCalm();
  });

  test('whoever publishes second sees what the first one did, and loses nothing of their own', async () => {
    const path = '/console/tenants/demo-catering/settings/questions';
    const [olga, other] = [await stage.colleague({ path }), await stage.colleague({ path })];
    const questions = (/** @type {typeof olga} */ colleague) => colleague.page.getByLabel('Question · Español').filter({ visible: true });
    await questions(olga).nth(0).fill('Asked by the first one?');
    await questions(other).nth(1).fill('Asked by the second one?');
    await olga.page.getByRole('button', { name: 'Publish' }).click();
    await olga.page.getByText('this is live now').waitFor();
    await other.page.getByRole('button', { name: 'Publish' }).click();
    await other.page.getByText('Not published yet: Olga').waitFor();
    assert.equal(await questions(other).nth(0).inputValue(), 'Asked by the first one?');
    assert.equal(await questions(other).nth(1).inputValue(), 'Asked by the second one?');
    await other.page.getByRole('button', { name: 'Publish' }).click();
    await other.page.getByText('this is live now').waitFor();
    await olga.open(path);
    assert.equal(await questions(olga).nth(1).inputValue(), 'Asked by the second one?');
    olga.assertCalm();
  });

  test('the look is seen while it is changed, in the real chat', async () => {
    const olga = await stage.colleague({ path: '/console/leads' });
    await olga.open('/console/tenants/demo-catering/settings/chat');
    const panel = olga.page.frameLocator('#preview').locator('#frontdesk-widget .panel');
    await panel.getByText('Planning a hibachi party?').waitFor();
    await olga.page.getByLabel('Greeting · English').fill('Welcome to the grill!');
    await panel.getByText('Welcome to the grill!').waitFor();
    await olga.page.getByLabel('Colour').fill('#00695c');
    await eventually(async () => {
      const accent = await panel.evaluate((node) => getComputedStyle(node).getPropertyValue('--accent').trim());
      assert.equal(accent, '#00695c');
    });
    assert.equal(await olga.page.evaluate(() => document.activeElement?.tagName), 'INPUT', 'the caret stays in the form');
    olga.page.on('dialog', (dialog) => void dialog.accept());
    olga.assertCalm();
  });

  test('leads are marked, several at once, and the day is taken along', async () => {
    const olga = await stage.colleague({ path: '/console/leads' });
    await play(olga, 'Marta Mark');
    await olga.open('/console/leads');
    const [file] = await Promise.all([
      olga.page.waitForEvent('download'),
      olga.page.getByRole('link', { name: "Today's leads (Excel)" }).click(),
    ]);
    assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK');
    await olga.page.getByRole('checkbox', { name: 'Tick all of this page' }).check();
    await olga.page.getByRole('button', { name: 'Mark as handled' }).click();
    const row = olga.page.getByRole('row', { name: /Marta Mark/ });
    await row.getByText('Handled').waitFor();
    await olga.page.getByLabel('Only new ones').check();
    await olga.page.getByRole('button', { name: 'Show' }).click();
    await row.waitFor({ state: 'detached' });
    olga.assertCalm();
  });

  test('a fault is a click away, a rehearsal shows what comes of a change, publishing makes it so', async () => {
    const olga = await stage.colleague({ path: '/console/leads' });
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
});
