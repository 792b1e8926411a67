/** Whether everything of a page is within the width of its window. */

import assert from 'node:assert/strict';

/**
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertNothingSticksOut(page, what) {
  const culprits = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    // What is inside of a part that scrolls or cuts does not make the page wide.
    const isKept = (/** @type {Element | null} */ node) => {
      for (; node; node = node.parentElement) if (node !== document.body && getComputedStyle(node).overflowX !== 'visible') return true;
      return false;
    };
    const wide = [...document.body.querySelectorAll('*')].filter(
      (node) => node.getBoundingClientRect().right > innerWidth + 1 && !isKept(node.parentElement),
    );
    if (wide.length === 0) return ['the page itself'];
    return wide.slice(0, 5).map((node) => `${node.tagName.toLowerCase()}.${node.className}: ${node.textContent?.trim().slice(0, 40)}`);
  });
  assert.deepEqual(culprits, [], `sticks out sideways: ${what}`);
}
