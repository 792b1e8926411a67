/** Pictures for eyes, in the directory that FRONTDESK_PICTURES names; none where it names none. */

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function picture(page, name) {
  const directory = process.env.FRONTDESK_PICTURES;
  if (!directory) return;
  const file = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  await page.screenshot({ path: `${directory}/${file}.png`, fullPage: true });
}
