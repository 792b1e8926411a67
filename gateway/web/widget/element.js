/** Making DOM nodes without markup in strings: nothing a person wrote can become an element. */

/** @typedef {Node | string | null | false | undefined} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | EventListener>} attributes functions listen, `true` sets, `false` leaves out
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child || child === '').map((child) => /** @type {Node | string} */ (child)));
  return node;
}

/**
 * A line drawing of 24 by 24 in the colour of the text around it.
 *
 * @param {string} path
 * @returns {SVGSVGElement}
 */
export function icon(path) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(namespace, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/**
 * Loads a style sheet from beside the modules. Constructed, so a page's `style-src` has no say.
 *
 * @param {string} name
 * @returns {Promise<CSSStyleSheet>}
 */
export async function styleSheet(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}
