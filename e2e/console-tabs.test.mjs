/** Many tabs of the console at once: more than a browser has connections to one server. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { Operator } from './support/operator.mjs';
import { setStage } from './support/stage.mjs';

/** One more than the connections of HTTP/1.1. */
const TABS = 7;

describe('many tabs', () => {
  const stage = setStage({ staff: [{ role: 'admin' }] });

  /**
   * Hides a tab, or shows it again: in tests, pages are always in sight.
   *
   * @param {Operator} operator
   * @param {boolean} isHidden
   */
  const setHidden = ({ page }, isHidden) =>
    page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden ? 'hidden' : 'visible');

  test('seven of them load, hear how many wait, and catch up when they are looked at', async () => {
    const first = await stage.colleague();
    const tabs = [first];
    for (let index = 1; index < TABS; index += 1) {
      await setHidden(/** @type {Operator} */ (tabs.at(-1)), true);
      const tab = new Operator(await first.page.context().newPage(), stage.server.url);
      await tab.open('/console/inbox');
      await tab.isReady();
      tabs.push(tab);
    }
    await stage.waiter('Sven Seventh');
    const row = (/** @type {Operator} */ tab) => tab.rows.filter({ hasText: 'Sven Seventh' });
    await row(/** @type {Operator} */ (tabs.at(-1))).waitFor();
    for (const tab of tabs) await eventually(async () => assert.match(await tab.page.title(), /^\(1\) /));
    await setHidden(/** @type {Operator} */ (tabs.at(-1)), true);

    // With nobody looking on, one of them listens for all.
    await stage.waiter('Olaf Eighth');
    for (const tab of tabs) await eventually(async () => assert.match(await tab.page.title(), /^\(2\) /));
    await setHidden(first, false);
    await row(first).waitFor();
    await first.openConversation('Sven Seventh');
    for (const tab of tabs) tab.assertCalm();
  });
});
