/** What makes a chat pleasant: formatting, what is new, drafts, country, sound, emoji, hours, back button. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { leadWith } from './support/leads.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe('the visitor’s side', () => {
  const stage = setStage();
  /** @type {Visitor} */
  let visitor;


  beforeEach(() => arriveAs({}));

  /**
   * A fresh visitor whose browser is set up in a certain way.
   *
   * @param {import('playwright-core').BrowserContextOptions} options
   * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
   */
  async function arriveAs(options, prepare) {
    visitor = await stage.visitor(options, { prepare });
  }

  /** @param {string} name */
  const begin = (name) => visitor.begin({ words: 'Good morning', name, phone: stage.phone() });

  test("a colleague's words are told apart and may be formatted, a visitor's stand as written", async () => {
    await begin('Fay Format');
    await stage.colleagueSays('Hello *Fay*, we have **two** dates:\n- June 14\n- June 15\nSee [our menu](https://example.com/menu) <b>now</b>');
    const words = visitor.panel.locator('.message.operator');
    await words.getByText('Tom', { exact: true }).waitFor();
    const bubble = words.locator('.bubble');
    assert.equal(await bubble.locator('strong').textContent(), 'two');
    assert.equal(await bubble.locator('em').textContent(), 'Fay');
    assert.deepEqual(await bubble.locator('ul li').allTextContents(), ['June 14', 'June 15']);
    assert.equal(await bubble.getByRole('link', { name: 'our menu' }).getAttribute('href'), 'https://example.com/menu');
    assert.equal(await bubble.locator('b').count(), 0);
    assert.match((await bubble.textContent()) ?? '', /<b>now<\/b>/);

    await visitor.write('**not bold**');
    await eventually(async () => assert.equal((await visitor.said()).at(-1), '**not bold**'));
    visitor.assertCalm();
  });

  test('what came while the chat was closed stands below a line, and is counted until it is seen', async () => {
    await begin('Nell News');
    await visitor.page.keyboard.press('Escape');
    await stage.colleagueSays('First news');
    await stage.colleagueSays('Second news');
    await visitor.page.getByRole('button', { name: 'Open chat (new messages: 2)' }).waitFor();

    await visitor.openChat();
    const line = visitor.panel.locator('.news:visible');
    assert.equal(await line.count(), 1);
    const below = await visitor.panel.locator('.message:has(.news:visible) .bubble').textContent();
    assert.equal(below, 'First news');
    await visitor.write('Thank you');
    await eventually(async () => assert.equal(await line.count(), 0, 'whoever writes has read'));
    visitor.assertCalm();
  });

  test('a message that arrives while the visitor reads further up does not move the page under their eyes', async () => {
    await begin('Uma Upwards');
    for (let index = 0; index < 8; index += 1) await stage.colleagueSays(`Line ${index}\n\n\n\nof a long talk`);
    await eventually(async () => assert.equal((await visitor.messages()).length, 10));
    const scroller = visitor.panel.locator('.scroller');
    await scroller.evaluate((node) => (node.scrollTop = 0));
    await stage.colleagueSays('The latest');
    const jump = visitor.panel.getByRole('button', { name: 'New messages' });
    await jump.waitFor();
    assert.equal(await scroller.evaluate((node) => node.scrollTop), 0);
    await jump.click();
    await jump.waitFor({ state: 'hidden' });
    const rest = await scroller.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
    assert(rest < 2, `${rest} px below the end`);
    visitor.assertCalm();
  });

  test('what was typed into the contact form survives a reload', async () => {
    await visitor.openChat();
    await visitor.write('Is there parking?');
    await visitor.contactForm.getByLabel('Your name').fill('Dora Draft');
    await visitor.contactForm.getByLabel('Phone number').fill('(415) 55');
    await visitor.contactForm.getByRole('checkbox').check();

    await visitor.reload();
    assert.equal(await visitor.composer.inputValue(), 'Is there parking?');
    await visitor.composer.press('Enter');
    assert.equal(await visitor.contactForm.getByLabel('Your name').inputValue(), 'Dora Draft');
    assert.equal(await visitor.contactForm.getByLabel('Phone number').inputValue(), '(415) 55');
    assert.equal(await visitor.contactForm.getByRole('checkbox').isChecked(), true);
    await visitor.contactForm.getByLabel('Phone number').fill('(415) 555-0121');
    await visitor.contactForm.getByRole('button', { name: 'Start chat' }).click();
    await visitor.isAsked(/email/i);
    const kept = await visitor.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')));
    assert.deepEqual(kept, []);
    visitor.assertCalm();
  });

  test('the country is guessed by the clock, follows a dial code, and makes a number whole', async () => {
    await arriveAs({ timezoneId: 'Europe/Madrid', locale: 'en-GB' });
    await visitor.openChat();
    await visitor.write('Do you come to Europe?');
    const country = visitor.contactForm.getByLabel('Country code');
    const phone = visitor.contactForm.getByLabel('Phone number');
    assert.equal(await country.inputValue(), 'ES');
    assert.match((await visitor.contactForm.locator('.code').textContent()) ?? '', /\+34$/);
    await phone.fill('+44 7400 123456');
    assert.equal(await country.inputValue(), 'GB');
    await phone.fill('0151 23456789');
    await country.selectOption('DE');
    await visitor.contactForm.getByLabel('Your name').fill('Carl Country');
    await visitor.contactForm.getByRole('button', { name: 'Start chat' }).click();
    await visitor.isAsked(/email/i);
    await visitor.write('carl@example.com');
    assert.equal((await leadWith(stage.server, 'carl@example.com')).phone, '+4915123456789');
    visitor.assertCalm();
  });

  test('without storage the chat works for the length of the visit', async () => {
    await arriveAs({}, (page) =>
      page.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        });
      }),
    );
    await begin('Stan Storageless');
    await visitor.write('stan@example.com');
    assert.equal((await leadWith(stage.server, 'stan@example.com')).name, 'Stan Storageless');
    visitor.assertCalm();
  });

  test('where storage is full nothing is lost while the page is open', async () => {
    await arriveAs({}, (page) =>
      page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        };
      }),
    );
    await begin('Fred Fuller');
    await visitor.page.context().setOffline(true);
    await visitor.write('fred@example.com');
    await visitor.page.context().setOffline(false);
    assert.equal((await leadWith(stage.server, 'fred@example.com')).name, 'Fred Fuller');
  });

  test('the chat is silent until the visitor wants to hear it', async () => {
    await arriveAs({}, (page) =>
      page.addInitScript(() => {
        const played = /** @type {any} */ (window);
        played.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...args) {
          played.tones += 1;
          return start.apply(this, args);
        };
      }),
    );
    const tones = () => visitor.page.evaluate(() => /** @type {any} */ (window).tones);
    await begin('Sue Sound');
    assert.equal(await tones(), 0);
    const sound = visitor.panel.getByRole('button', { name: 'Sound' });
    assert.equal(await sound.getAttribute('aria-pressed'), 'false');
    await sound.click();
    assert.equal(await sound.getAttribute('aria-pressed'), 'true');
    const sample = await tones();
    assert(sample > 0, 'it is heard at once how it sounds');
    await stage.colleagueSays('Listen');
    await eventually(async () => assert((await tones()) > sample));
    await visitor.reload();
    assert.equal(await sound.getAttribute('aria-pressed'), 'true');
  });

  test('emoji are picked with the pointer or the keyboard', async () => {
    await visitor.openChat();
    await visitor.composer.fill('Hi!');
    await visitor.panel.getByRole('button', { name: 'Emoji' }).click();
    const sheet = visitor.panel.getByRole('group', { name: 'Emoji' });
    await sheet.getByRole('button', { name: '🎉' }).click();
    assert.equal(await visitor.composer.inputValue(), 'Hi!🎉');
    await sheet.getByRole('button').first().focus();
    await visitor.page.keyboard.press('ArrowRight');
    await visitor.page.keyboard.press('Enter');
    assert.equal(await visitor.composer.inputValue(), 'Hi!🎉😃');
    await visitor.page.keyboard.press('Escape');
    assert.equal(await sheet.count(), 0);
    assert.equal(await visitor.panel.isVisible(), true, 'Escape closes one thing at a time');
    visitor.assertCalm();
  });

  test("who is away comes back in words, on the visitor's own clock", async () => {
    const opens = new Date(Date.now() + 26 * 3_600_000);
    opens.setUTCMinutes(0, 0, 0);
    const until = new Date(opens.getTime() + 3_600_000);
    await arriveAs({ timezoneId: 'Asia/Tokyo' }, (page) =>
      page.route('**/api/v1/public/widget/*', async (route) => {
        const response = await route.fetch();
        const openings = [{ from: opens.toISOString(), until: until.toISOString() }];
        await route.fulfill({ response, json: { ...(await response.json()), openings } });
      }),
    );
    await visitor.openChat();
    const clock = opens.toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit', timeZone: 'Asia/Tokyo' });
    const words = (await visitor.panel.locator('.away').textContent()) ?? '';
    assert(words.replaceAll('\u202f', ' ').includes(`${clock.replaceAll('\u202f', ' ')}, your time`), `${words}, not ${clock}`);
    visitor.assertCalm();
  });

  test("a phone's back button closes the chat and leaves the page where it was", async () => {
    await arriveAs(PHONE);
    const address = visitor.page.url();
    await visitor.openChat();
    await visitor.page.goBack();
    await visitor.panel.waitFor({ state: 'hidden' });
    assert.equal(visitor.page.url(), address);

    await visitor.openChat();
    await visitor.panel.getByRole('button', { name: 'Close chat' }).tap();
    await visitor.panel.waitFor({ state: 'hidden' });
    await eventually(async () => assert.equal(await visitor.page.evaluate(() => history.state?.frontdeskOpen), undefined));
    visitor.assertCalm();
  });

  test("a phone's keyboard leaves the field and the last words in sight", async () => {
    const KEYBOARD_LEAVES = 420;
    await arriveAs(PHONE, (page) =>
      page.addInitScript(() => {
        // A keyboard covers the page and shrinks this alone.
        const viewport = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 });
        Object.defineProperty(window, 'visualViewport', { value: viewport });
      }),
    );
    await begin('Kay Keyboard');
    await visitor.page.evaluate((height) => {
      Object.assign(/** @type {VisualViewport} */ (window.visualViewport), { height, offsetTop: 30 });
      window.visualViewport?.dispatchEvent(new Event('resize'));
    }, KEYBOARD_LEAVES);
    await eventually(async () => {
      const [panel, field, last] = await Promise.all(
        [visitor.panel, visitor.composer, visitor.bubbles.last()].map((part) => part.boundingBox()),
      );
      assert(panel && field && last);
      assert.deepEqual([panel.y, panel.height], [30, KEYBOARD_LEAVES]);
      assert(field.y + field.height <= 30 + KEYBOARD_LEAVES, 'the field is above the keyboard');
      assert(last.y + last.height <= field.y, 'the last words are above the field');
    });
    visitor.assertCalm();
  });

  test('another look is tried out on the page without being kept', async () => {
    const look = { color: '#0057b7', greeting: 'A new greeting', corner: 'left' };
    await visitor.page.evaluate((look) => /** @type {any} */ (window).frontdesk('preview', look), look);
    await visitor.openChat();
    await visitor.panel.getByText('A new greeting').waitFor();
    assert.equal((await visitor.panel.boundingBox())?.x, 20);
    const accent = await visitor.launcher.evaluate((button) => getComputedStyle(button).getPropertyValue('--accent'));
    assert.equal(accent.trim(), '#0057b7');
    await visitor.reload();
    assert.equal(await visitor.panel.getByText('A new greeting').count(), 0);
    visitor.assertCalm();
  });

  test('at twice the size everything is still there, and a low window is filled', async () => {
    // A window of 1280 by 720 at 200 % is one of 640 by 360 to the page.
    await arriveAs({ viewport: { width: 640, height: 360 } });
    await visitor.openChat();
    assert.deepEqual(await visitor.panel.boundingBox(), { x: 0, y: 0, width: 640, height: 360 });
    await visitor.write('Hello');
    await visitor.contactForm.waitFor();
    const button = visitor.contactForm.getByRole('button', { name: 'Start chat' });
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    assert(box && box.y + box.height < 361, 'the button can be reached');
    visitor.assertCalm();
  });

  test('what is unread is counted in every tab, and read in all of them at once', async () => {
    await begin('Tess Tabs');
    const second = new Visitor(await visitor.page.context().newPage());
    await second.arrive(stage.server.url);
    await visitor.page.keyboard.press('Escape');
    await stage.colleagueSays('Seen once is seen');
    for (const tab of [visitor, second]) await tab.page.getByRole('button', { name: 'Open chat (new messages: 1)' }).waitFor();
    await second.openChat();
    await second.panel.getByText('Seen once is seen').waitFor();
    await eventually(async () => assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Open chat'));
    visitor.assertCalm();
    second.assertCalm();
  });

  test('nothing moves for whoever wants it to be still', async () => {
    const moving = async () => {
      await visitor.openChat();
      await visitor.composer.fill('Hello');
      const root = await visitor.panel.evaluate((panel) => /** @type {ShadowRoot} */ (panel.getRootNode()).getAnimations().length);
      const styles = await visitor.panel.evaluate((panel) => {
        const nodes = [...(/** @type {ShadowRoot} */ (panel.getRootNode()).querySelectorAll('*'))];
        return nodes.filter((node) => getComputedStyle(node).transitionDuration !== '0s').length;
      });
      return { root, styles };
    };
    assert.deepEqual(await moving(), { root: 0, styles: 0 });
    await arriveAs({ reducedMotion: 'no-preference' });
    assert.notEqual((await moving()).styles, 0, 'others see it move');
  });

  test('a page that slept through a restart catches up when it wakes', async () => {
    await begin('Sleepy Sal');
    const session = await visitor.page.context().newCDPSession(visitor.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await stage.server.kill();
    await stage.server.run();
    await stage.colleagueSays('Said while you slept');
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await visitor.page.bringToFront();
    await eventually(
      async () => assert.equal((await visitor.messages()).at(-1)?.text, 'Said while you slept'),
      { withinMs: 45_000 },
    );
    visitor.assertCalmButForTheConnection();
  });

  test('a refused message can be sent again as it is', async () => {
    let refusals = 0;
    await arriveAs({}, (page) =>
      page.routeWebSocket(/\/ws\/chat$/, (socket) => {
        const upstream = socket.connectToServer();
        socket.onMessage((data) => {
          const { type, content } = JSON.parse(String(data));
          if (type !== 'message' || content !== 'rita@example.com' || refusals++ > 0) upstream.send(data);
          else socket.send(JSON.stringify({ type: 'error', code: 'bad_frame', message: 'refused', retryable: false }));
        });
        upstream.onMessage((data) => socket.send(data));
      }),
    );
    await begin('Rita Retry');
    await visitor.write('rita@example.com');
    await visitor.panel.getByRole('button', { name: 'Try again' }).click();
    assert.equal((await leadWith(stage.server, 'rita@example.com')).name, 'Rita Retry');
    assert.deepEqual(await visitor.said(), ['Good morning', 'rita@example.com']);
  });

  test('a card shows its picture and leads where it says, and a bad one does no harm', async () => {
    const cards = [
      { title: 'Summer menu', text: 'From 45 a head', imageUrl: `${stage.server.url}/assets/demo/pictures/catering.svg`, url: 'https://example.com/menu' },
      { title: 'No picture', imageUrl: `${stage.server.url}/assets/demo/pictures/nothing.svg` },
      { title: '<b>Bold</b>', imageUrl: 'javascript:alert(1)', url: 'javascript:alert(2)' },
    ];
    await arriveAs({}, (page) =>
      page.routeWebSocket(/\/ws\/chat$/, (socket) => {
        const upstream = socket.connectToServer();
        socket.onMessage((data) => upstream.send(data));
        upstream.onMessage((data) => {
          const frame = JSON.parse(String(data));
          socket.send(frame.role === 'bot' ? JSON.stringify({ ...frame, cards }) : data);
        });
      }),
    );
    await begin('Cara Card');
    const shown = visitor.panel.locator('.card');
    assert.equal(await shown.count(), 3);
    const picture = shown.nth(0).locator('img');
    await eventually(async () => assert(await picture.evaluate((node) => /** @type {HTMLImageElement} */ (node).naturalWidth > 0)));
    assert.equal(await shown.nth(0).getAttribute('href'), 'https://example.com/menu');
    await eventually(async () => assert.equal(await shown.nth(1).locator('img').count(), 0));
    assert.deepEqual(
      await shown.nth(2).evaluate((node) => [node.tagName, node.textContent, node.querySelectorAll('img, b').length]),
      ['DIV', '<b>Bold</b>', 0],
    );
  });

  test('a message that is kept for a colleague is neither lost in silence nor sent for ever', async () => {
    let sent = 0;
    await arriveAs({}, (page) =>
      page.routeWebSocket(/\/ws\/chat$/, (socket) => {
        const upstream = socket.connectToServer();
        socket.onMessage((data) => {
          const { type, content } = JSON.parse(String(data));
          if (type !== 'message' || content !== 'poison') return upstream.send(data);
          sent += 1;
          socket.send(JSON.stringify({ type: 'error', code: 'parked', message: 'kept', retryable: false }));
        });
        upstream.onMessage((data) => socket.send(data));
      }),
    );
    await begin('Paul Parked');
    await visitor.write('poison');
    await visitor.panel.getByText('Kept for our team').waitFor();
    await visitor.notice.getByText('a colleague will look at it').waitFor();
    await visitor.write('paul@example.com');
    assert.equal((await leadWith(stage.server, 'paul@example.com')).name, 'Paul Parked');
    assert.equal(sent, 1);
  });
});
