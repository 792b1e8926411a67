/** Finds addresses in plain text, so that they can be shown as links. */

/** @typedef {{ text: string, href: string | null }} Piece */

const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"']+|\b[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/giu;
const TRAILING_PUNCTUATION = /[.,;:!?…»”)\]}]+$/u;

/**
 * Splits a text into words and links. Put together again, the pieces are the text.
 *
 * @param {string} text
 * @returns {Piece[]}
 */
export function linkify(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(match[0]);
    const href = linkTarget(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/**
 * Lets only the addresses of the web through.
 *
 * @param {string | undefined} address
 * @returns {string | null} an absolute `http` or `https` address
 */
export function webAddress(address) {
  try {
    // `URL.canParse` would throw in what still comes to sites: Safari before 17.
    const { protocol, href } = new URL(address ?? '');
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/** @param {string} address */
function linkTarget(address) {
  if (/^https?:/i.test(address)) return webAddress(address);
  if (/^www\./i.test(address)) return webAddress(`https://${address}`);
  return `mailto:${address}`;
}

/**
 * A full stop ends the sentence, not the address; a bracket belongs to it when it was opened there.
 *
 * @param {string} address
 */
function withoutPunctuation(address) {
  const bare = address.replace(TRAILING_PUNCTUATION, '');
  const next = address[bare.length];
  return next === ')' && bare.includes('(') ? `${bare})` : bare;
}
