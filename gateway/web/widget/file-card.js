/** A file in the conversation: a small picture or a mark, its name, its size, and a press saves it. */

import { element, icon } from './element.js';
import { visitorHeaders } from './file-tray.js';
import { FILE } from './icons.js';
import { knownVisitor } from './visitor.js';

/** @typedef {import('./frames.js').Attachment} Attachment */

/** What browsers show as a picture, and nothing that could hold a script. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']);

/**
 * @param {Attachment} file
 * @param {import('./panel.js').PanelContext} context
 */
export function fileCard(file, context) {
  const { base, language } = context;
  const href = new URL(file.url, base).href;
  const mark = fileIcon();
  const isPicture = PICTURES.has(file.mediaType);
  const image = isPicture && element('img', { src: href, alt: '', loading: 'lazy', error: () => image && image.replaceWith(mark) });
  return element(
    'a',
    {
      class: isPicture ? 'file picture' : 'file',
      href,
      download: file.name,
      rel: 'noopener',
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
async function save({ id, name }, href, { base, settings, storage, site }) {
  const visitor = knownVisitor(storage);
  const address = new URL(`api/v1/public/files/${encodeURIComponent(settings.tenant)}/${id}`, base);
  const headers = visitor ? visitorHeaders(visitor, site.identity) : {};
  const response = await fetch(address, { headers, credentials: 'omit' }).catch(() => null);
  const fresh = response?.ok ? new URL((await response.json()).url, base).href : href;
  element('a', { href: fresh, download: name, rel: 'noopener' }).click();
}
