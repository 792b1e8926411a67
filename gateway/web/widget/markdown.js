/**
 * The few marks of Markdown that people use when they write to people: bold, italic, code, links,
 * lists. Whatever is no mark is text, and nothing is ever taken for markup.
 */

import { linkify, webAddress } from './linkify.js';

/**
 * @typedef {string | { kind: 'strong' | 'em', parts: Inline[] } | { kind: 'code', text: string }
 *   | { kind: 'link', href: string, parts: Inline[] }} Inline
 * @typedef {{ kind: 'text', parts: Inline[] } | { kind: 'list', start: number | null, items: Inline[][] }} Block
 */

/** Marks within marks deeper than this are text. */
const DEPTH_MAX = 4;
const BULLET = /^\s{0,3}[-*•]\s+(?=\S)/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)]\s+(?=\S)/;
/** Marks hug their words, and underscores stand at the edge of one: `2 * 3 * 4` and `a_b_c` have none. */
const MARKS =
  /`([^`\n]+)`|\[([^\]\n]+)\]\(([^()\s]+)\)|\*\*(?=\S)([^\n]+?)(?<=\S)\*\*|(?<![*\p{L}\p{N}])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![*\p{L}\p{N}])|(?<![_\p{L}\p{N}])_(?=[^\s_])([^\n]+?)(?<=\S)_(?![_\p{L}\p{N}])/u;

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function readMarkdown(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  const endText = () => {
    // The blank lines around a list are its distance already.
    const paragraph = lines.join('\n').replace(/^\n+|\n+$/g, '');
    if (paragraph) blocks.push({ kind: 'text', parts: readInline(paragraph) });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const number = NUMBER.exec(line);
    const mark = number ?? BULLET.exec(line);
    if (!mark) {
      lines.push(line);
      continue;
    }
    endText();
    const start = number ? Number(number[1]) : null;
    const list = blocks.at(-1);
    const item = readInline(line.slice(mark[0].length));
    const goesOn = list?.kind === 'list' && (list.start === null) === (start === null);
    if (goesOn) list.items.push(item);
    else blocks.push({ kind: 'list', start, items: [item] });
  }
  endText();
  return blocks;
}

/**
 * @param {string} text
 * @param {number} [depth]
 * @returns {Inline[]}
 */
function readInline(text, depth = 0) {
  /** @type {Inline[]} */
  const parts = [];
  let rest = text;
  while (rest !== '') {
    const mark = depth < DEPTH_MAX ? MARKS.exec(rest) : null;
    // An address may hold any of the marks.
    const address = linkify(rest).find(({ href }) => href);
    const addressAt = address ? rest.indexOf(address.text) : Infinity;
    if (mark && mark.index < addressAt) {
      parts.push(...words(rest.slice(0, mark.index)), readMark(mark, depth));
      rest = rest.slice(mark.index + mark[0].length);
    } else if (address?.href) {
      parts.push(...words(rest.slice(0, addressAt)), { kind: 'link', href: address.href, parts: [address.text] });
      rest = rest.slice(addressAt + address.text.length);
    } else {
      parts.push(rest);
      rest = '';
    }
  }
  return parts;
}

/**
 * @param {RegExpExecArray} mark
 * @param {number} depth
 * @returns {Inline}
 */
function readMark([whole, code, label, target, bold, star, underscore], depth) {
  if (code) return { kind: 'code', text: code };
  if (label) {
    const href = /^mailto:[^?]+$/i.test(target) ? target : webAddress(target);
    // The words stand for an address: what shows another one than it leads to is shown as written.
    return href && !linkify(label).some((piece) => piece.href) ? { kind: 'link', href, parts: [label] } : whole;
  }
  return { kind: bold ? 'strong' : 'em', parts: readInline(bold ?? star ?? underscore, depth + 1) };
}

/** @param {string} text */
function words(text) {
  return text === '' ? [] : [text];
}
