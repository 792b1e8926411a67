/** Time in the chat: days and hours as the visitor's clock has them, and a hint of typing that ends by itself. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { setStage } from './support/stage.mjs';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As long as somebody seems to type who is not heard of again. */
const TYPING_LASTS_MS = 6_000;

describe('time in the chat', () => {
  const stage = setStage();

  /**
   * A visitor of a server that has said some things before: each with the moment it was said at.
   *
   * @param {import('playwright-core').BrowserContextOptions} options
   * @param {{ content: string, at: number }[]} said
   * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]
   */
  async function returning(options, said, prepare = async () => {}) {
    /** @type {import('playwright-core').WebSocketRoute[]} */
    const sockets = [];
    const visitor = await stage.visitor(options, {
      prepare: async (page) => {
        await prepare(page);
        await page.routeWebSocket(/\/ws\/chat$/, (socket) => {
          sockets.push(socket);
          const send = (/** @type {object} */ frame) => socket.send(JSON.stringify(frame));
          socket.onMessage((data) => {
            const { type, id } = JSON.parse(String(data));
            if (type === 'hello') {
              send({ type: 'welcome', conversationId: 'c', threadId: 't', seq: said.length, contact: null });
              said.forEach(({ content, at }, index) =>
                send({ type: 'message', id: `m${index}`, seq: index + 1, role: 'bot', content, timestamp: new Date(at).toISOString() }),
              );
            }
            if (type === 'message') send({ type: 'ack', id, seq: said.length + 1 });
            if (type === 'ping') send({ type: 'pong' });
          });
        });
      },
    });
    await visitor.openChat();
    await visitor.write('Hello');
    await visitor.introduce({ name: 'Tim Time', phone: stage.phone() });
    return { visitor, say: (/** @type {object} */ frame) => sockets.at(-1)?.send(JSON.stringify(frame)) };
  }

  // Around a midnight of London, which is an afternoon in Los Angeles.
  const midnight = new Date().setUTCHours(0, 0, 0, 0) - 72 * HOUR_MS;
  const said = [
    { content: 'Before midnight', at: midnight - HOUR_MS },
    { content: 'After midnight', at: midnight + HOUR_MS },
  ];

  for (const [timezoneId, days] of /** @type {const} */ ([
    ['UTC', 2],
    ['America/Los_Angeles', 1],
  ])) {
    test(`days and hours are those of the visitor's clock, ${timezoneId}`, async () => {
      const { visitor } = await returning({ timezoneId }, said);
      const last = visitor.panel.locator('.message', { hasText: 'After midnight' });
      await last.waitFor();
      const shown = await visitor.panel.locator('.message.bot .day:visible').allTextContents();
      const day = (/** @type {number} */ at) =>
        new Date(at).toLocaleDateString('en-US', { weekday: 'long', day: 'numeric', month: 'long', timeZone: timezoneId });
      const expected = [...new Set(said.map(({ at }) => day(at)))];
      assert.equal(expected.length, days);
      assert.deepEqual(shown, expected);
      const own = visitor.panel.locator('.message.user', { hasText: 'Hello' });
      await own.locator('.day', { hasText: 'Today' }).waitFor();
      const hour = new Date(said[1].at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: timezoneId });
      const spaces = (/** @type {string} */ text) => text.replaceAll(/\s/g, ' ');
      assert.equal(spaces((await last.locator('time').textContent()) ?? ''), spaces(hour));
      visitor.assertCalm();
    });
  }

  test('whoever types and is not heard of again does not seem to type for ever', async () => {
    const { visitor, say } = await returning({}, [], (page) => page.clock.install());
    const { clock } = visitor.page;
    const dots = visitor.panel.locator('.typing');
    await visitor.panel.getByText('Delivered').waitFor();
    await clock.pauseAt(Date.now() + MINUTE_MS);
    await eventually(async () => {
      say({ type: 'typing', role: 'operator' });
      await clock.runFor(50);
      assert(await dots.isVisible());
    });
    await clock.runFor(TYPING_LASTS_MS - 1_000);
    assert(await dots.isVisible(), 'a pause to think is not the end');
    await eventually(async () => {
      await clock.runFor(1_000);
      assert(!(await dots.isVisible()));
    });
    visitor.assertCalm();
  });
});
