/** The rules of axe on the page as it is. Needs a context with `bypassCSP`: they run inside the page. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertAccessible(page, what) {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() => /** @type {any} */ (window).axe.run(document));
  const faults = violations.map((/** @type {any} */ { id, nodes }) => ({
    id,
    nodes: nodes.map((/** @type {any} */ { target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
  }));
  assert.deepEqual(faults, [], what);
  assert(passes.length > 10, 'the rules were applied');
}
