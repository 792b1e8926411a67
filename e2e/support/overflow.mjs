/** Whether everything of a page is within the width of its window. */

import assert from 'node:assert/strict';

/**
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertNothingSticksOut(page, what) {
  const culprits = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
    if (wide.length === 0) return ['the page itself'];
    return wide.slice(0, 5).map((node) => `${node.tagName.toLowerCase()}.${node.className}: ${node.textContent?.trim().slice(0, 40)}`);
  });
  assert.deepEqual(culprits, [], `sticks out sideways: ${what}`);
}
