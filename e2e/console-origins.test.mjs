/** What a colleague sees beside the words of a conversation: where the person came from, and what was made of what they said. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { toldByGupshup } from './support/past.mjs';
import { assertPresentable, DESKTOP } from './support/presentable.mjs';
import { setStage } from './support/stage.mjs';

const AD_CLICK = join(import.meta.dirname, '../gateway/src/channels/gupshup/samples/inbound_text_referral.json');
/** What somebody wants who asks for a table. */
const WISHES = { en: 'What they want: a booking', es: 'Lo que quiere: una reserva', ru: 'Чего хочет: бронь', uk: 'Чого хоче: бронювання' };

describe('beside the words', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });

  /** @returns {Promise<string>} the id of the conversation that somebody wrote in last */
  async function newest() {
    const { items } = await stage.server.api('/api/v1/conversations?limit=1');
    return items[0].id;
  }

  test('the ad that led somebody here, in words', async () => {
    await toldByGupshup(stage, await readFile(AD_CLICK, 'utf8'));
    const id = await eventually(async () => {
      const { items } = await stage.server.api('/api/v1/conversations?limit=1');
      assert.equal(items[0]?.channel, 'whatsapp', 'nobody has written yet');
      return items[0].id;
    });
    const olga = await stage.colleague({ path: `/console/conversations/${id}`, bypassCSP: true });
    const origin = olga.page.locator('.details section', { has: olga.page.getByRole('heading', { name: 'Came from' }) });
    await origin.waitFor();
    const told = Object.fromEntries(
      await origin.locator('dl > div').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))),
    );
    assert.deepEqual(told, {
      Ad: 'Chat with us',
      Link: 'https://fb.me/3cr4Wqqkv',
      Kind: 'ad',
      'Ad number': '120226305854810726',
      Click: 'Aff-n8ZTODiE79d22KtAwQKj9e',
    });
    await assertPresentable(olga.page, 'conversation of somebody who came by an ad');
    olga.assertCalm();
  });

  test('the page of the site they wrote on, and nothing for its first page', async () => {
    const visitor = await stage.visitor();
    await visitor.page.evaluate(() => history.pushState({}, '', '/weddings?secret=1'));
    await visitor.begin({ name: 'Petra Page', phone: stage.phone() });
    const olga = await stage.colleague({ path: `/console/conversations/${await newest()}` });
    await olga.isLive();
    const heading = olga.page.getByRole('heading', { name: 'Came from' });
    await heading.waitFor();
    assert.equal(await olga.page.locator('.details section', { has: heading }).locator('dd').innerText(), '/weddings');

    await stage.talker('Hanna Home');
    await olga.open(`/console/conversations/${await newest()}`);
    await olga.isLive();
    assert.equal(await heading.count(), 0);
    olga.assertCalm();
  });

  test('what was understood is a sentence in the language of whoever reads, with the rule that decided', async () => {
    const visitor = await stage.visitor();
    await visitor.openChat();
    await visitor.write('A party for 10 people on Saturday');
    await visitor.introduce({ name: 'Uma Understood', phone: stage.phone() });
    await visitor.isAnswered();
    const id = await newest();
    const olga = await stage.colleague({ bypassCSP: true });
    for (const [language, wish] of Object.entries(WISHES)) {
      await olga.post('/console/account', { name: 'Olga', language });
      await olga.open(`/console/conversations/${id}`);
      const why = olga.page.locator('.why').first();
      await why.locator('summary').click();
      const decided = await why.locator('li').allInnerTexts();
      assert(decided.some((line) => line.startsWith(wish) && line.endsWith('intent')), `${language}: ${decided}`);
      if (language !== 'en') assert(!decided.some((line) => / (asked|answered|mentioned)/.test(line)), `codes: ${decided}`);
    }
    await olga.page.setViewportSize(DESKTOP);
    await assertPresentable(olga.page, 'conversation, what was understood in Ukrainian');
    await olga.post('/console/account', { name: 'Olga', language: 'en' });
    olga.assertCalm();
  });
});
