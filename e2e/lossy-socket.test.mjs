/** Frames get lost or refused between the widget and the real server; the conversation does not. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { setStage } from './support/stage.mjs';
import { Visitor } from './support/visitor.mjs';

/** @typedef {import('playwright-core').WebSocketRoute} Socket */

describe('lossy socket', () => {
  const stage = setStage();
  /** @type {Visitor} */
  let visitor;
  /** Every frame the widget sent, parsed. @type {any[]} */
  let sent;


  beforeEach(async () => {
    sent = [];
    visitor = new Visitor(await stage.page());
  });

  /**
   * Stands between widget and server. Each hook sees a frame and says whether it passes.
   *
   * @param {{ up?: (frame: any, socket: Socket) => boolean, down?: (frame: any, socket: Socket) => boolean }} hooks
   */
  async function intercept({ up = () => true, down = () => true }) {
    await visitor.page.routeWebSocket(/\/ws\/chat$/, (socket) => {
      const upstream = socket.connectToServer();
      socket.onMessage((data) => {
        const frame = JSON.parse(String(data));
        sent.push(frame);
        if (up(frame, socket)) upstream.send(data);
      });
      upstream.onMessage((data) => {
        if (down(JSON.parse(String(data)), socket)) socket.send(data);
      });
    });
    await visitor.arrive(stage.server.url);
    await visitor.openChat();
    await visitor.write('Is the first of June free?');
    await visitor.introduce({ name: 'Lena Lossy', phone: '(415) 555-0190' });
  }

  const sentMessages = () => sent.filter(({ type }) => type === 'message');

  /** What the visitor sees is what the server has. */
  async function assertServerAgrees() {
    const seen = await visitor.messages();
    await visitor.reload();
    await eventually(async () => assert.deepEqual(await visitor.messages(), seen));
  }

  test('a message whose acknowledgement got lost is sent again and counted once', async () => {
    let isLost = false;
    await intercept({
      down({ type }, socket) {
        if (isLost) return true;
        isLost = type === 'ack';
        if (isLost) void socket.close({ code: 1011 });
        return !isLost;
      },
    });
    await visitor.isAnswered();
    assert.equal(isLost, true);
    assert.deepEqual(await visitor.said(), ['Is the first of June free?']);
    await assertServerAgrees();
  });

  test('a message lost on the way to the server is sent again with the same id', async () => {
    let isLost = false;
    await intercept({
      up({ type }, socket) {
        if (isLost || type !== 'message') return true;
        isLost = true;
        void socket.close({ code: 1011 });
        return false;
      },
    });
    await visitor.isAnswered();
    assert.equal(sentMessages().length, 2);
    assert.equal(new Set(sentMessages().map(({ id }) => id)).size, 1);
    await assertServerAgrees();
  });

  test('an answer lost on the way is fetched by resuming', async () => {
    let isLost = false;
    await intercept({
      down({ type, role }) {
        if (isLost || type !== 'message' || role === 'user') return true;
        isLost = true;
        return false;
      },
    });
    await eventually(async () => assert.equal((await visitor.messages())[0]?.delivery, 'delivered'));
    await visitor.write('lena@example.com'); // its number shows that one before it is missing
    await eventually(() => assert.equal(sent.filter(({ type }) => type === 'hello').length, 2));
    // Both questions and both answers: the lost one takes its place before the later one.
    const roles = async () => (await visitor.messages()).map(({ role }) => role);
    await eventually(async () => assert.deepEqual(await roles(), ['user', 'bot', 'user', 'bot']));
    await assertServerAgrees();
  });

  test('a busy server is told of in words, and gets the message again', async () => {
    let refusals = 0;
    await intercept({
      up({ type }, socket) {
        if (type !== 'message' || refusals === 2) return true;
        refusals += 1;
        socket.send(JSON.stringify({ type: 'error', code: 'busy', message: 'too many conversations', retryable: true }));
        return false;
      },
    });
    await visitor.notice.getByText('Your message is kept and sent again').waitFor();
    await visitor.isAnswered();
    assert.equal(await visitor.notice.isVisible(), false);
    assert.equal(new Set(sentMessages().map(({ id }) => id)).size, 1);
    await assertServerAgrees();
  });

  test('a refused message is marked, can be edited, and does not hold up the next one', async () => {
    let isRefused = false;
    await intercept({
      up({ type, content }, socket) {
        if (isRefused || type !== 'message' || !content.startsWith('strange')) return true;
        isRefused = true;
        socket.send(JSON.stringify({ type: 'error', code: 'bad_characters', message: 'refused', retryable: false }));
        return false;
      },
    });
    await visitor.isAsked(/email/i);
    await visitor.write('strange lena@example.com');
    await visitor.panel.getByText('Not sent').waitFor();
    await visitor.panel.getByRole('button', { name: 'Edit' }).click();
    assert.equal(await visitor.composer.inputValue(), 'strange lena@example.com');
    await visitor.write('lena@example.com');
    await visitor.isAnswered();
    assert.deepEqual(await visitor.said(), ['Is the first of June free?', 'lena@example.com']);
    await assertServerAgrees();
  });

  test('a server that went back in time is resumed from the start', async () => {
    let hellos = 0;
    await intercept({
      up({ type }, socket) {
        if (type !== 'hello') return true;
        hellos += 1;
        if (hellos !== 2) return true;
        socket.send(JSON.stringify({ type: 'error', code: 'bad_resume', message: 'beyond the end', retryable: false }));
        return false;
      },
      down({ type }, socket) {
        if (type === 'message' && hellos === 1) void socket.close({ code: 1012 });
        return true;
      },
    });
    await visitor.isAsked(/email/i);
    const resumedFrom = sent.filter(({ type }) => type === 'hello').map(({ resumeFrom }) => resumeFrom);
    assert(resumedFrom[1] > 0, `resumed from ${resumedFrom}`);
    assert.equal(resumedFrom[2], 0);
    await assertServerAgrees();
  });
});
