/** Whether a page may be shown to anybody: on desktop and phone, in light and dark. */

import { assertAccessible } from './axe.mjs';
import { assertNothingSticksOut } from './overflow.mjs';
import { picture } from './picture.mjs';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/**
 * Looks at the page as it is, in every look. Needs a context with `bypassCSP`.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function assertPresentable(page, what) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      const look = `${what}, ${colorScheme}, ${size}`;
      await picture(page, look);
      await assertAccessible(page, look);
      await assertNothingSticksOut(page, look);
    }
  }
}
