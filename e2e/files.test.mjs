/** Files in the chat: visitor and colleague, bad connections, and files that mean harm. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { assertAccessible } from './support/axe.mjs';
import { eventually } from './support/eventually.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

const PHONE = { width: 390, height: 844 };
const PDF = Buffer.from('%PDF-1.7\n<script>alert(1)</script>');
/** What a browser writes on its console when the server refuses, as some tests want it to. */
const REFUSED = /status of (413|415|422)/;

describe('files', () => {
  const stage = setStage({ staff: [{ role: 'operator', tenant: 'demo-catering' }] });
  /** @type {import('playwright-core').BrowserContext} */
  let context;
  /** @type {Visitor} */
  let visitor;


  beforeEach(() => begin({}));

  /**
   * A visitor who has said hello.
   *
   * @param {import('playwright-core').BrowserContextOptions} options
   */
  async function begin(options) {
    visitor = await stage.talker('Fay Files', { bypassCSP: true, ...options });
    context = visitor.page.context();
  }

  const clip = () => visitor.panel.getByRole('button', { name: 'Attach a file' });
  const send = () => visitor.panel.getByRole('button', { name: 'Send' });
  const waiting = () => visitor.panel.locator('.files li');
  const cards = () => visitor.panel.locator('.message a.file');

  /** @param {{ name: string, mimeType: string, buffer: Buffer }[]} files */
  async function choose(...files) {
    await clip().click();
    const [chooser] = await Promise.all([
      visitor.page.waitForEvent('filechooser'),
      visitor.panel.getByRole('button', { name: 'Choose files' }).click(),
    ]);
    await chooser.setFiles(files);
  }

  /** @param {number} count */
  const uploaded = (count) => visitor.panel.locator('.files li[data-state="done"]').nth(count - 1).waitFor();

  /**
   * @param {import('playwright-core').Locator} link
   * @param {import('playwright-core').Page} page
   */
  async function saved(link, page) {
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  }

  test('a visitor and a colleague send each other files', async () => {
    await clip().click();
    await visitor.panel.getByText('You can send pictures and documents, up to 10 MB each.').waitFor();
    await clip().click();
    const picture = png(320, 200);
    await choose({ name: 'hall.png', mimeType: 'image/png', buffer: picture }, pdf('menu.pdf'));
    await uploaded(2);
    await visitor.write('This is the hall, and our menu');
    await visitor.isAnswered();
    assert.equal(await waiting().count(), 0);
    const words = (await visitor.messages()).map(({ text }) => text);
    assert(words.some((text) => text.includes("I've got your file")), JSON.stringify(words));
    await eventually(async () => assert.equal(await cards().count(), 2));
    const image = cards().first().locator('img');
    await eventually(async () => assert.equal(await image.evaluate((node) => /** @type {HTMLImageElement} */ (node).naturalWidth), 320));
    await assertAccessible(visitor.page, 'a conversation with files');

    const operator = await stage.colleague({ path: '/console/inbox?view=open', bypassCSP: true });
    await operator.openConversation('Fay Files');
    const received = await saved(operator.log.getByRole('link', { name: 'menu.pdf' }), operator.page);
    assert.deepEqual([received.name, received.content.equals(PDF)], ['menu.pdf', true]);
    const [chooser] = await Promise.all([
      operator.page.waitForEvent('filechooser'),
      operator.page.getByRole('button', { name: 'Attach a file' }).click(),
    ]);
    await chooser.setFiles([pdf('offer.pdf')]);
    await operator.page.locator('.enclosed li[data-id]').waitFor();
    await assertAccessible(operator.page, 'a reply with a file');
    await operator.reply.fill('Here is our offer.');
    await operator.reply.press('Enter');
    await operator.log.getByRole('link', { name: 'offer.pdf' }).waitFor();
    operator.assertCalm();

    const offer = await saved(visitor.panel.getByRole('link', { name: 'offer.pdf' }), visitor.page);
    assert.deepEqual([offer.name, offer.content.equals(PDF)], ['offer.pdf', true]);
    await visitor.reload();
    await eventually(async () => assert.equal(await cards().count(), 3));
    const again = await saved(cards().nth(1), visitor.page);
    assert(again.content.equals(PDF));
    visitor.assertCalm();
  });

  test('a network that is cut in the middle of an upload costs patience, not the file', async () => {
    const network = await context.newCDPSession(visitor.page);
    const slow = { offline: false, latency: 50, downloadThroughput: -1, uploadThroughput: 150_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    const picture = png(900, 700);
    assert(picture.length > 1_000_000, `${picture.length} bytes`);
    await choose({ name: 'hall.png', mimeType: 'image/png', buffer: picture });
    const progress = visitor.panel.getByRole('progressbar');
    await eventually(async () => assert((await progress.evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).position)) > 0.1));
    assert(await send().isDisabled(), 'nothing is sent before it is there');
    await network.send('Network.emulateNetworkConditions', { ...slow, offline: true });
    await visitor.panel.locator('.files li[data-state="waiting"]').waitFor();
    await visitor.composer.fill('The hall');
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    await uploaded(1);
    await send().click();
    await visitor.isAnswered();
    const [{ id }] = (await stage.server.api('/api/v1/conversations?limit=1')).items;
    const { items } = await stage.server.api(`/api/v1/conversations/${id}/messages`);
    const carried = items.flatMap((/** @type {any} */ message) => message.content.attachments ?? []);
    assert.equal(carried.length, 1, JSON.stringify(items));
    const received = await saved(cards().first(), visitor.page);
    assert(received.content.equals(picture));
    visitor.assertCalmButForTheConnection();
  });

  test('a server that ends in the middle of an upload costs patience, not the file', async () => {
    const network = await context.newCDPSession(visitor.page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 300_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    await choose({ name: 'hall.png', mimeType: 'image/png', buffer: png(900, 700) }, pdf('menu.pdf'));
    const progress = visitor.panel.getByRole('progressbar');
    await eventually(async () => assert((await progress.evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).position)) > 0.1));
    await stage.server.kill();
    await stage.server.run();
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    await uploaded(2);
    await visitor.write('The hall, and what we eat');
    await visitor.isAnswered();
    await eventually(async () => assert.equal(await cards().count(), 2));
    visitor.assertCalmButForTheConnection();
  });

  test('what is uploaded outlives a reload, and what is not is said to be lost', async () => {
    await choose(pdf('done.pdf'));
    await uploaded(1);
    const network = await context.newCDPSession(visitor.page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    await choose({ name: 'slow.png', mimeType: 'image/png', buffer: png(700, 500) });
    await visitor.panel.locator('.files li[data-state="uploading"]').waitFor();
    await visitor.page.reload();
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    await visitor.openChat();
    await waiting().filter({ hasText: 'slow.png' }).getByText('Was not uploaded. Please choose it again.').waitFor();
    assert(await send().isDisabled(), 'a message does not leave without what belongs to it');
    await visitor.panel.getByRole('button', { name: 'Remove slow.png' }).click();
    await send().click();
    await visitor.isAnswered();
    await eventually(async () => assert.equal(await cards().count(), 1));
    visitor.assertCalmButForTheConnection();
  });

  test('a file sent in one tab is there in the other one', async () => {
    const second = await context.newPage();
    const other = new Visitor(second);
    await other.arrive(stage.server.url);
    await other.openChat();
    await visitor.page.bringToFront();
    await choose(pdf('menu.pdf'));
    await uploaded(1);
    await send().click();
    await visitor.isAnswered();
    await second.bringToFront();
    const there = await saved(other.panel.getByRole('link', { name: 'menu.pdf' }), second);
    assert(there.content.equals(PDF));
    other.assertCalm();
    visitor.assertCalm();
  });

  test('files that cannot be sent say why, beside their names', async () => {
    await choose(
      { name: 'film.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(10_000_001, 'a') },
      { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<!DOCTYPE html><script>alert(1)</script>') },
      { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      pdf('fine.pdf'),
    );
    await waiting().filter({ hasText: 'film.pdf' }).getByText('Too large').waitFor();
    await waiting().filter({ hasText: 'photo.jpg' }).getByText('This type cannot be sent').waitFor();
    await waiting().filter({ hasText: 'nothing.txt' }).getByText('The file is empty').waitFor();
    await uploaded(1);
    await assertAccessible(visitor.page, 'files that cannot be sent');
    for (const name of ['film.pdf', 'photo.jpg', 'nothing.txt']) {
      await visitor.panel.getByRole('button', { name: `Remove ${name}` }).click();
    }
    await visitor.panel.getByRole('button', { name: 'Remove fine.pdf' }).click();
    assert.equal(await waiting().count(), 0);
    assert(await send().isDisabled(), 'nothing is left to send');
    visitor.assertCalmBut(REFUSED);
  });

  test('a file that means harm is a file to be saved, and no more', async () => {
    const polyglot = Buffer.from('GIF89a/*....*/=1;document.title="taken";alert(1)//<script>alert(1)</script>');
    await choose(
      { name: '<img src=x onerror=alert(1)>.gif', mimeType: 'text/html', buffer: polyglot },
      { name: 'bill\u202Efdp.exe', mimeType: 'application/pdf', buffer: PDF },
    );
    await uploaded(2);
    await visitor.write('<b>look</b>');
    await visitor.isAnswered();
    await eventually(async () => assert.equal(await cards().count(), 2));
    const names = await cards().locator('.name').allTextContents();
    assert.deepEqual(names, ['_img src=x onerror=alert(1)_.gif', 'billfdp.exe.pdf']);
    const href = String(await cards().first().getAttribute('href'));
    const stranger = await context.newPage();
    const [download] = await Promise.all([
      stranger.waitForEvent('download'),
      stranger.goto(href).catch((error) => assert.match(String(error), /Download is starting|ERR_ABORTED/)),
    ]);
    assert.equal(download.suggestedFilename(), '_img src=x onerror=alert(1)_.gif');
    assert.equal(stranger.url(), 'about:blank', 'it was not shown');
    // A page of ours that would have it as a frame or a script gets neither.
    await stranger.goto(stage.server.url);
    const ran = await stranger.evaluate(async (source) => {
      const script = document.createElement('script');
      script.src = source;
      const tried = new Promise((done) => (script.onload = script.onerror = done));
      document.head.append(script);
      await tried;
      return document.title === 'taken';
    }, href);
    assert(!ran);
  });

  test('files are dropped and pasted', async () => {
    const take = (/** @type {string} */ kind, /** @type {string} */ selector, /** @type {string} */ name) =>
      visitor.panel.locator(selector).evaluate(
        (node, { kind, name }) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['%PDF-1.7 dropped'], name, { type: 'application/pdf' }));
          const bubbles = { bubbles: true, cancelable: true };
          const event = kind === 'paste' ? new ClipboardEvent(kind, { ...bubbles, clipboardData: dataTransfer }) : new DragEvent(kind, { ...bubbles, dataTransfer });
          node.dispatchEvent(event);
        },
        { kind, name },
      );
    await take('dragover', '.body', 'dropped.pdf');
    await visitor.panel.locator('.body.dropping').waitFor();
    await take('drop', '.body', 'dropped.pdf');
    await take('paste', 'textarea', 'pasted.pdf');
    await uploaded(2);
    assert.equal(await visitor.panel.locator('.body.dropping').count(), 0);
    await send().click();
    await visitor.isAnswered();
    visitor.assertCalm();
  });

  test('a keyboard is enough', async () => {
    await clip().focus();
    await visitor.page.keyboard.press('Enter');
    const button = visitor.panel.getByRole('button', { name: 'Choose files' });
    await eventually(async () => assert(await button.evaluate((node) => node.matches(':focus'))));
    await visitor.page.keyboard.press('Escape');
    await eventually(async () => assert(await visitor.composer.evaluate((node) => node.matches(':focus'))));
    assert(await button.isHidden());
    visitor.assertCalm();
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`on a phone, ${colorScheme}, files fit`, async () => {
      await begin({ viewport: PHONE, colorScheme, hasTouch: true });
      await choose({ name: `${'a very long name '.repeat(9)}.png`, mimeType: 'image/png', buffer: png(64, 64) }, pdf('menu.pdf'));
      await uploaded(2);
      await assertAccessible(visitor.page, `files on a phone, ${colorScheme}`);
      for (const button of await visitor.panel.locator('.tray button:visible').all()) {
        const box = await button.boundingBox();
        assert(box && box.width >= 44 && box.height >= 44, JSON.stringify(box));
      }
      await send().click();
      await visitor.isAnswered();
      await eventually(async () => assert.equal(await cards().count(), 2));
      const overflow = await visitor.panel.locator('.scroller').evaluate((node) => node.scrollWidth - node.clientWidth);
      assert.equal(overflow, 0);
      visitor.assertCalm();
    });
  }

  test('a business that takes no files offers none', async () => {
    await visitor.arrive(`${stage.server.url}/?tenant=demo-restaurant`);
    await visitor.openChat();
    assert.equal(await clip().count(), 0);
  });
});

/** @param {string} name */
function pdf(name) {
  return { name, mimeType: 'application/pdf', buffer: PDF };
}

/**
 * A picture of noise, which does not get smaller by being packed.
 *
 * @param {number} width
 * @param {number} height
 */
function png(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  let state = 1;
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let at = 0; at < rows.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    rows[at] = at % (width * 3 + 1) === 0 ? 0 : state >>> 24;
  }
  const chunk = (/** @type {string} */ kind, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
