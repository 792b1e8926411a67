/** A file in the conversation: a small picture or a mark, its name, its size, and a press saves it. */

import { element, icon } from './element.js';
import { FILE } from './icons.js';
import { knownVisitor } from './visitor.js';

/** @typedef {import('./frames.js').Attachment} Attachment */

/** What browsers show as a picture, and nothing that could hold a script. */
const PICTURE = /^image\/(jpeg|png|gif|webp|avif)$/;

/**
 * @param {Attachment} file
 * @param {import('./panel.js').PanelContext} context
 */
export function fileCard(file, context) {
  const { base, language } = context;
  const href = new URL(file.url, base).href;
  const mark = fileIcon();
  const isPicture = PICTURE.test(file.mediaType);
  const image = isPicture && element('img', { src: href, alt: '', loading: 'lazy', error: () => image && image.replaceWith(mark) });
  return element(
    'a',
    {
      class: `file ${isPicture ? 'picture' : ''}`,
      href,
      download: file.name,
      click: (event) => {
        event.preventDefault();
        void save(file, href, context);
      },
    },
    image || mark,
    element('bdi', { class: 'name' }, file.name),
    element('span', { class: 'about' }, sizeInWords(file.bytes, language)),
  );
}

export function fileIcon() {
  return element('span', { class: 'mark' }, icon(FILE));
}

/**
 * @param {number} bytes
 * @param {string} language
 */
export function sizeInWords(bytes, language) {
  const [unit, size] = bytes < 1e6 ? ['kilobyte', Math.max(1, Math.round(bytes / 1e3))] : ['megabyte', bytes / 1e6];
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(Number(size));
}

/**
 * Saves a file. A link is good for a while only, so a new one is asked for first.
 *
 * @param {Attachment} file
 * @param {string} href
 * @param {import('./panel.js').PanelContext} context
 */
async function save({ id, name }, href, context) {
  const visitor = knownVisitor(context.storage);
  const headers = visitor ? visitorHeaders(visitor, context.site.identity) : {};
  const response = await fetch(addressOf(context, id), { headers, credentials: 'omit' }).catch(() => null);
  const fresh = response?.ok ? new URL((await response.json()).url, context.base).href : href;
  element('a', { href: fresh, download: name }).click();
}

/**
 * Where files are uploaded, or one of them is looked up.
 *
 * @param {import('./panel.js').PanelContext} context
 * @param {string} [id]
 */
export function addressOf({ base, settings }, id) {
  const all = `api/v1/public/files/${encodeURIComponent(settings.tenant)}`;
  return new URL(id ? `${all}/${id}` : all, base);
}

/**
 * Who asks, as the server wants to hear it: not in the address, which is written to logs.
 *
 * @param {import('./visitor.js').Visitor} visitor
 * @param {import('./commands.js').Identity} identity
 * @returns {Record<string, string>}
 */
export function visitorHeaders({ userId, threadId }, { userHash }) {
  return { 'x-user-id': userId, 'x-thread-id': threadId, ...(userHash && { 'x-user-hash': userHash }) };
}
