/** Which language the widget speaks. */

import { LABELS } from './labels.js';

/** An `Accept-Language` header of a page may have 128 bytes. */
const WISHES_MAX = 8;

/**
 * What the visitor would like to read, best first: what the page demands, what the browser is set
 * to, what the page is written in.
 *
 * @param {string | null} [demanded]
 * @returns {string[]} primary language tags such as `es`
 */
export function wishedLanguages(demanded, preferred = navigator.languages, page = document.documentElement.lang) {
  const wishes = [demanded, ...preferred, page].map((tag) => tag?.toLowerCase().split('-')[0] ?? '');
  return [...new Set(wishes)].filter((wish) => /^[a-z]{2,3}$/.test(wish)).slice(0, WISHES_MAX);
}

/**
 * Chooses the language: what the page demands, else the first wish that the tenant answers in, else
 * the tenant's own.
 *
 * @param {string | null | undefined} demanded
 * @param {string[]} wished see `wishedLanguages`
 * @param {{ language: string, languages: string[] }} tenant
 * @returns {string} a language the widget has words for
 */
export function chooseLanguage(demanded, wished, { language, languages }) {
  const isKnown = (/** @type {string} */ wish) => Object.hasOwn(LABELS, wish);
  if (demanded && wished[0] && isKnown(wished[0])) return wished[0];
  return [...wished.filter((wish) => languages.includes(wish)), language].find(isKnown) ?? 'en';
}
