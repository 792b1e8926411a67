/** The widget's own words, in the visitor's language. One file a language, and only one is loaded. */

/** @typedef {typeof import('./texts/en.js').texts} Texts */

const LANGUAGES = ['en', 'es', 'ru', 'uk'];

/**
 * Chooses the language: what the page demands, else the first of the visitor's that the tenant
 * answers in, else the tenant's own.
 *
 * @param {{ demanded: string | null, preferred: readonly string[], offered: string[], fallback: string }} choice
 * @returns {string} a language the widget has words for
 */
export function chooseLanguage({ demanded, preferred, offered, fallback }) {
  const wished = preferred.map(primary).find((language) => offered.includes(language) && LANGUAGES.includes(language));
  const candidates = [demanded && primary(demanded), wished, primary(fallback)];
  return candidates.find((candidate) => candidate && LANGUAGES.includes(candidate)) || 'en';
}

/**
 * @param {string} language one that `chooseLanguage` returned
 * @returns {Promise<Texts>}
 */
export async function loadTexts(language) {
  return (await import(`./texts/${language}.js`)).texts;
}

/** @param {string} tag such as `en-GB` */
function primary(tag) {
  return tag.toLowerCase().split('-')[0];
}
