/** A visitor talks to the bot, from the button to the lead. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

describe('chat', () => {
  const stage = setStage();
  /** @type {import('./support/visitor.mjs').Visitor} */
  let visitor;


  beforeEach(async () => {
    visitor = await stage.visitor();
  });

  test('a conversation becomes a lead', async () => {
    await visitor.openChat();
    await visitor.write('Hi, I want to book for 10 people');
    await visitor.introduce({ name: 'John Smith', phone: '(415) 555-0178' });
    await visitor.isAsked(/email/i);
    await visitor.write('it is john.smith@example.com');
    await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'no answers are offered'));
    await visitor.quickReplies.first().click();

    await visitor.isAnswered();
    assert.equal(await visitor.quickReplies.count(), 0, 'the answers are gone once one was given');
    const lead = await leadWith(stage.server, 'john.smith@example.com');
    assert.equal(lead.name, 'John Smith');
    assert.equal(lead.phone, '+14155550178');
    visitor.assertCalm();
  });

  test('whoever ticked the newsletter box is not asked about it', async () => {
    await visitor.openChat();
    await visitor.write('Do you cook for vegetarians?');
    await visitor.introduce({ name: 'Ana Lopez', phone: '415 555 0179', newsletter: true });
    await visitor.isAsked(/email/i);
    await visitor.write('ana@example.com');
    await leadWith(stage.server, 'ana@example.com');

    await visitor.isAnswered();
    const asked = (await visitor.messages()).filter(({ role, text }) => role === 'bot' && /newsletter|email list/i.test(text) && text.includes('?'));
    assert.deepEqual(asked, []);
    visitor.assertCalm();
  });

  test('a page reloaded half-way keeps the transcript, knows the visitor and goes on', async () => {
    await visitor.openChat();
    await visitor.write('Hello, is June 14 free?');
    await visitor.introduce({ name: 'Mary Major', phone: '415-555-0180' });
    await visitor.isAsked(/email/i);
    const before = await visitor.messages();

    await visitor.reload();
    await eventually(async () => assert.deepEqual(await visitor.messages(), before));
    await visitor.write('mary@example.com');
    assert.equal(await visitor.contactForm.isVisible(), false, 'a returning visitor is not asked again');
    await eventually(async () => assert((await visitor.quickReplies.count()) >= 2, 'no answers are offered'));
    await visitor.write('no thanks');

    assert.equal((await leadWith(stage.server, 'mary@example.com')).name, 'Mary Major');
    visitor.assertCalm();
  });

  test('a second tab sees the same messages, and either can go on', async () => {
    await visitor.openChat();
    const second = new Visitor(await visitor.page.context().newPage());
    await second.arrive(stage.server.url);
    await second.openChat();

    await visitor.write('Good morning');
    await visitor.introduce({ name: 'Tom Twotabs', phone: '4155550181' });
    await visitor.isAsked(/email/i);
    await second.isAsked(/email/i);
    await second.write('tom@example.com');

    await eventually(async () => {
      assert.deepEqual(await visitor.said(), ['Good morning', 'tom@example.com']);
      assert.deepEqual(await second.messages(), await visitor.messages());
    });
    visitor.assertCalm();
    second.assertCalm();
  });

  test('markup is shown as text, links alone are links', async () => {
    const text = '<img src=x onerror=alert(1)> see https://example.com/menu, <b>please</b>';
    await visitor.openChat();
    await visitor.write(text);
    await visitor.introduce({ name: 'Eve Markup', phone: '4155550182' });
    await visitor.isAnswered();

    assert.deepEqual(await visitor.said(), [text]);
    const bubble = visitor.panel.locator('.message.user .bubble');
    assert.equal(await bubble.locator('img, b, script').count(), 0);
    const link = bubble.locator('a');
    assert.equal(await link.getAttribute('href'), 'https://example.com/menu');
    assert.match((await link.getAttribute('rel')) ?? '', /noopener/);
    visitor.assertCalm();
  });

  test('nothing reaches the server before the visitor writes', async () => {
    const before = await stage.server.api('/api/v1/conversations');
    let sockets = 0;
    visitor.page.on('websocket', () => (sockets += 1));
    await visitor.page.reload();
    await visitor.openChat();
    await visitor.composer.fill('only a draft');

    assert.equal(sockets, 0);
    const stored = await visitor.page.evaluate(() => Object.keys(localStorage).filter((key) => !key.endsWith('/draft')));
    assert.deepEqual(stored, []);
    assert.deepEqual(await stage.server.api('/api/v1/conversations'), before);
    visitor.assertCalm();
  });

  test('the contact form insists on a name and a whole phone number, and can be left', async () => {
    await visitor.openChat();
    await visitor.write('Hello there');
    await visitor.introduce({ name: 'J', phone: '555 123' });
    const complaints = visitor.contactForm.locator('.problem:not(:empty)');
    assert.equal(await complaints.count(), 2);

    await visitor.page.keyboard.press('Escape');
    assert.equal(await visitor.contactForm.isVisible(), false);
    assert.equal(await visitor.composer.inputValue(), 'Hello there', 'the message is not lost');
    assert.deepEqual(await visitor.messages(), []);
    visitor.assertCalm();
  });

  test('a message over the limit is not sent, and says by how much', async () => {
    await visitor.openChat();
    await visitor.write('x'.repeat(4_003));
    assert.equal(await visitor.contactForm.isVisible(), false);
    await visitor.panel.getByText('shorten it by 3 characters').waitFor();
    visitor.assertCalm();
  });
});
