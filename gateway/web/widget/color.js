/** The tenant's accent, made readable. */

/** WCAG 2 AA for text of normal size. */
const CONTRAST_MIN = 4.5;
/** An accent this much lighter than white text can bear keeps its own tone and gets dark text. */
const CONTRAST_DARKENABLE_MIN = 2.4;

/**
 * Finds the pair of background and text nearest to a tenant's colour that everyone can read.
 *
 * @param {string} accent `#rrggbb`
 * @returns {{ background: string, text: string }}
 */
export function readablePair(accent) {
  let channels = parse(accent) ?? [37, 99, 235];
  if (contrastWithWhite(channels) < CONTRAST_DARKENABLE_MIN) {
    return { background: format(channels), text: '#14161a' };
  }
  while (contrastWithWhite(channels) < CONTRAST_MIN) {
    channels = channels.map((channel) => channel * 0.97);
  }
  return { background: format(channels), text: '#ffffff' };
}

/** @param {string} color */
function parse(color) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return match ? match.slice(1).map((pair) => parseInt(pair, 16)) : null;
}

/** @param {number[]} channels */
function format(channels) {
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** @param {number[]} channels 0 to 255 */
function contrastWithWhite(channels) {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
