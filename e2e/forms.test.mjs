/** The quote and booking forms on the demo site: filled in by people, in their language, on a phone. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { eventually } from './support/eventually.mjs';
import { assertNothingSticksOut } from './support/overflow.mjs';
import { setStage } from './support/stage.mjs';

const PHONE = { width: 360, height: 740 };

describe('forms', () => {
  const stage = setStage();


  /**
   * A page with a form on it.
   *
   * @param {'quote' | 'booking'} kind
   * @param {import('playwright-core').BrowserContextOptions} options
   */
  async function arrive(kind, options = {}) {
    const page = await stage.page({ bypassCSP: true, ...options });
    await page.goto(`${stage.server.url}/?tenant=demo-catering`);
    const form = page.locator(`frontdesk-form[kind="${kind}"]`);
    await form.getByRole('button').waitFor();
    return { page, form };
  }

  /**
   * @param {string} phone
   * @returns {Promise<any>} the lead with this number
   */
  function lead(phone) {
    return eventually(async () => {
      const { items } = await stage.server.api('/api/v1/leads');
      const found = items.find((/** @type {any} */ item) => item.phone === phone);
      assert(found, `there is no lead with ${phone}`);
      return found;
    });
  }

  test('a quote reaches the desk, and the visitor is thanked', async () => {
    const { form } = await arrive('quote', { viewport: PHONE });
    await form.getByLabel('Full name').fill('Ana Reyes');
    await form.getByLabel('Phone number').fill('(415) 555-0120');
    await form.getByRole('textbox', { name: 'Email' }).fill('ana@example.com');
    await form.getByLabel('Date of the event').fill('2030-12-05');
    await form.getByLabel('Guests').fill('12');
    await form.getByLabel('Where will it be?').fill('Oakland');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.getByRole('heading', { name: 'Thank you! We have it.' }).waitFor();
    const { source, context } = await lead('+14155550120');
    assert.equal(source, 'WEB_QUOTE');
    assert.deepEqual([context.party_size, context.datetime, context.location], [12, '2030-12-05', 'Oakland']);
    await form.getByRole('button', { name: 'Send another one' }).click();
    assert.equal(await form.getByLabel('Full name').inputValue(), '');
  });

  test('a booking tells how to answer, by keyboard alone', async () => {
    const { page, form } = await arrive('booking');
    await form.getByLabel('Full name').focus();
    for (const words of ['Tom Lee', '4155550121', 'tom@example.com']) {
      await page.keyboard.type(words);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await form.getByLabel('Date of the event').fill('2030-12-05');
    await form.getByLabel('Time', { exact: true }).fill('18:30');
    await form.getByLabel('Guests').fill('20');
    await page.keyboard.press('Enter');
    await form.getByText('We will call you.').waitFor();
    const { source, context } = await lead('+14155550121');
    assert.deepEqual([source, context.preferred, context.datetime], ['BOOKING', 'phone', '2030-12-05T18:30']);
  });

  test('what is wrong is said beside the field, first by the page and then by the server', async () => {
    const { form } = await arrive('booking');
    const name = form.getByLabel('Full name');
    await form.getByRole('button', { name: 'Send' }).click();
    assert.equal(await form.getByText('Please fill this in.').count(), 6);
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    await name.fill('Eve Ray');
    await form.getByLabel('Phone number').fill('555');
    await form.getByRole('textbox', { name: 'Email' }).fill('eve@nowhere');
    await form.getByLabel('Date of the event').fill('2020-01-01');
    await form.getByLabel('Time', { exact: true }).fill('18:30');
    await form.getByLabel('Guests').fill('4');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.getByText('Please write at least 10 digits').waitFor();
    await form.getByText('It should look like name@example.com.').waitFor();
    await form.getByText('This day is over.').waitFor();
    assert.equal(await name.getAttribute('aria-invalid'), null);
    const phone = form.getByLabel('Phone number');
    assert.equal(await phone.evaluate((node) => /** @type {ShadowRoot} */ (node.getRootNode()).activeElement === node), true);
    const told = await phone.getAttribute('aria-describedby');
    assert.match((await form.locator(`#${told}`).textContent()) ?? '', /10 digits/);
  });

  test('without a connection nothing is lost, and pressing again is no second form', async () => {
    const { page, form } = await arrive('quote');
    await form.getByLabel('Full name').fill('Leo Ortiz');
    await form.getByLabel('Phone number').fill('415-555-0122');
    await form.getByRole('textbox', { name: 'Email' }).fill('leo@example.com');
    // The server takes it, and the answer is lost on the way back.
    let isLost = true;
    await page.route('**/api/v1/public/leads', async (route) => {
      const response = await route.fetch();
      if (isLost) return route.abort();
      return route.fulfill({ response });
    });
    await form.getByRole('button', { name: 'Send' }).click();
    await form.getByText('Nothing is lost').waitFor();
    isLost = false;
    await form.getByRole('button', { name: 'Try again' }).click();
    await form.getByText('Thank you!').waitFor();
    const { conversation_id: id } = await lead('+14155550122');
    const { items } = await stage.server.api(`/api/v1/conversations/${id}/turns`);
    assert.equal(items.length, 1);
  });

  test('it speaks the language of the site', async () => {
    for (const [language, button, label] of [
      ['es', 'Enviar', 'Nombre completo'],
      ['ru', 'Отправить', 'Имя и фамилия'],
      ['uk', 'Надіслати', "Ім'я та прізвище"],
    ]) {
      const { page } = await arrive('quote');
      await page.evaluate((language) => {
        const form = document.createElement('frontdesk-form');
        form.setAttribute('tenant', 'demo-catering');
        form.setAttribute('language', language);
        form.id = 'other';
        document.body.append(form);
      }, language);
      const form = page.locator('#other');
      await form.getByRole('button', { name: button }).waitFor();
      await form.getByLabel(label).waitFor();
    }
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`nothing bars the way, ${colorScheme}`, async () => {
      const { page, form } = await arrive('booking', { colorScheme, viewport: PHONE });
      await form.getByRole('button', { name: 'Send' }).click();
      await form.getByText('Please have another look at the marked fields.').waitFor();
      await assertAccessible(page, 'a form with complaints');
      await assertNothingSticksOut(page, 'a form with complaints');
    });
  }
});
