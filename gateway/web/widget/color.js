/** The tenant's accent, made readable. */

/** WCAG 2 AA for text of normal size. */
const CONTRAST_MIN = 4.5;
/** For text in the accent's colour: the surfaces it stands on are a little darker than white. */
const CONTRAST_INK_MIN = 5.5;
/** An accent this much lighter than white text can bear keeps its own tone and gets dark text. */
const CONTRAST_DARKENABLE_MIN = 2.4;

/**
 * Finds the colours nearest to a tenant's own that everyone can read.
 *
 * @param {string} accent `#rrggbb`
 * @returns {{ background: string, text: string, ink: string }} a background, text upon it, and text
 *   in the accent's colour upon a light surface
 */
export function readableColors(accent) {
  const channels = parse(accent) ?? [37, 99, 235];
  const ink = format(darken(channels, CONTRAST_INK_MIN));
  if (contrastWithWhite(channels) < CONTRAST_DARKENABLE_MIN) {
    return { background: format(channels), text: '#14161a', ink };
  }
  return { background: format(darken(channels, CONTRAST_MIN)), text: '#ffffff', ink };
}

/**
 * @param {number[]} channels 0 to 255
 * @param {number} contrast with white, to be reached
 */
function darken(channels, contrast) {
  let darker = channels;
  while (contrastWithWhite(darker) < contrast) darker = darker.map((channel) => channel * 0.97);
  return darker;
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
