/**
 * Two stories of people who are here for the first time. Whoever finds their way in them reads only
 * what is on the screen.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { assertNothingSticksOut } from './support/overflow.mjs';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { picture } from './support/picture.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
/** The edge of a town: 400 ms there and back, 400 kbit/s, and now and then nothing at all. */
const BAD = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 };

describe('stories', () => {
  const stage = setStage({ staff: [{ role: 'admin' }], perTest: true });

  /**
   * @param {Visitor} visitor
   * @returns {Promise<import('playwright-core').CDPSession>}
   */
  async function badConnection(visitor) {
    const network = await visitor.page.context().newCDPSession(visitor.page);
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions', BAD);
    return network;
  }

  test('a visitor on a phone with a bad connection gets through without noticing a restart', async () => {
    const visitor = new Visitor(await stage.page(PHONE));
    const see = (/** @type {string} */ step) => picture(visitor.page, `story of a visitor ${step}`);
    const network = await badConnection(visitor);
    await visitor.arrive(stage.server.url);
    await see('1 arrives');
    await visitor.launcher.tap();
    await visitor.composer.waitFor();
    await see('2 opens the chat');
    await visitor.composer.fill('Hi, do you have room for 12 on Saturday evening?');
    await visitor.panel.getByRole('button', { name: 'Send' }).tap();
    await visitor.contactForm.waitFor();
    await see('3 is asked who they are');
    await visitor.contactForm.getByLabel('Your name').fill('Mia Mobile');
    await visitor.contactForm.getByLabel('Phone number').fill('415 555 0142');
    await visitor.contactForm.getByRole('button', { name: 'Start chat' }).tap();
    await visitor.isAsked(/email/i);
    await see('4 is answered');

    // The train goes through a tunnel while she answers, and the server starts anew meanwhile.
    await network.send('Network.emulateNetworkConditions', { ...BAD, offline: true });
    await visitor.composer.fill('mia@example.com');
    await visitor.panel.getByRole('button', { name: 'Send' }).tap();
    await visitor.notice.waitFor();
    await see('5 writes in a tunnel');
    await stage.server.kill();
    await stage.server.run();
    await network.send('Network.emulateNetworkConditions', BAD);
    await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'no answers are offered'));
    assert(!(await visitor.notice.isVisible()), 'nothing is left of the trouble');
    await see('6 is out of the tunnel');
    await visitor.quickReplies.first().tap();
    await visitor.isAnswered();
    await see('7 is done');
    assert.deepEqual((await visitor.said()).slice(0, 2), ['Hi, do you have room for 12 on Saturday evening?', 'mia@example.com']);
    const lead = await leadWith(stage.server, 'mia@example.com');
    assert.deepEqual([lead.name, lead.phone, lead.context.party_size], ['Mia Mobile', '+14155550142', 12]);
    await assertNothingSticksOut(visitor.page, 'the chat on a phone');
    visitor.assertCalmButForTheConnection();
  });

  test('an operator who has never seen the console does a day of work', async () => {
    const visitor = await stage.waiter('Ulla Unknown');
    const olga = await stage.colleague({ path: '/console', ...DESKTOP });
    const { page } = olga;
    const press = (/** @type {string} */ name) => page.getByRole('button', { name }).click();
    const follow = (/** @type {string | RegExp} */ name) => page.getByRole('link', { name }).first().click();
    const see = (/** @type {string} */ step) => picture(page, `story of an operator ${step}`);
    await see('1 signs in');

    await follow('Ulla Unknown');
    await olga.isLive();
    await see('2 opens who waits');
    await press('Take over');
    await olga.banner.getByText('The bot is silent').waitFor();
    const queues = page.locator('#queue .tabs');
    await eventually(async () => assert.match(await queues.innerText(), /With us\s*1/));
    await olga.reply.fill('Hello Ulla, this is Olga. How can I help?');
    await see('3 has taken over');
    await press('Send');
    await eventually(async () => assert.equal((await visitor.messages()).at(-1)?.text, 'Hello Ulla, this is Olga. How can I help?'));
    await visitor.write('Is there parking?');
    await olga.hears('Is there parking?');
    await olga.reply.fill('Yes, behind the house.');
    await press('Send');
    await press('Give back');
    await visitor.isAsked(/email/i);
    await visitor.write('ulla@example.com');
    await leadWith(stage.server, 'ulla@example.com');
    await olga.hears('ulla@example.com');
    await eventually(async () => assert.doesNotMatch(await queues.innerText(), /With us\s*1/));
    await see('4 has given back');

    await follow('People');
    await page.getByRole('link', { name: 'Ulla Unknown' }).first().waitFor();
    await see('5 looks at the leads');
    const [file] = await Promise.all([page.waitForEvent('download'), follow("Today's leads (Excel)")]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK');

    await follow('Businesses');
    await see('6 looks for the texts');
    await follow('Ember & Oak Hibachi');
    await see('7 opens the business');
    await follow('Questions');
    const question = page.getByLabel('Question · English').first();
    await question.fill('And your name, please?');
    await see('8 changes a question');
    await page.getByRole('textbox', { name: 'The customer says' }).fill('Hi, a party for 10 people');
    await press('Try it');
    await page.getByRole('list', { name: 'Rehearsal' }).getByText('And your name, please?').waitFor();
    await see('9 tries it');
    await press('Publish');
    await page.getByText('this is live now').waitFor();
    await see('10 has published it');

    await follow('Try it');
    await see('11 plays a customer');
    olga.assertCalm();
    visitor.assertCalm();
  });
});
