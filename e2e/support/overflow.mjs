/** Whether everything of a page has room: nothing beside the window, no word that is cut. */

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

/**
 * Our own words are shown whole, wherever they stand; names and messages of people may be shortened.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertNothingCut(page, what) {
  const cut = await page.evaluate(() => {
    const chat = document.getElementById('frontdesk-widget')?.shadowRoot;
    const words = [document, ...(chat ? [chat] : [])].flatMap((root) => [
      ...root.querySelectorAll('button, label, th, dt, h1, h2, nav a, .tabs a, .button, summary, legend, .notice, .away, .problem'),
    ]);
    // What a field says before anything is written in it has one line.
    const pen = document.createElement('canvas').getContext('2d');
    const hints = [document, ...(chat ? [chat] : [])]
      .flatMap((root) => [.../** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll('input[placeholder], textarea[rows="1"][placeholder]'))])
      .filter((field) => field.checkVisibility() && field.matches(':placeholder-shown'))
      .filter((field) => {
        const { font, paddingLeft, paddingRight } = getComputedStyle(field);
        if (!pen) return false;
        pen.font = font;
        return pen.measureText(field.placeholder).width > field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) + 1;
      })
      .map((field) => `${field.tagName.toLowerCase()}: ${field.placeholder}`);
    const labels = words
      .filter((node) => node.checkVisibility() && !node.closest('.row, .whose') && node.clientWidth > 1)
      .filter((node) => getComputedStyle(node).overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1)
      .map((node) => `${node.tagName.toLowerCase()}.${node.className}: ${node.textContent?.trim().slice(0, 60)}`);
    return [...labels, ...hints];
  });
  assert.deepEqual(cut, [], `cut off: ${what}`);
}
