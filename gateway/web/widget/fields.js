/** Inputs that can say what is wrong with them. */

import { element } from './element.js';
import { DIAL_CODE, guessRegion, regionOf } from './phone.js';

/** A labelled line of text. */
export class Field {
  #problem;
  #label;
  input;
  node;

  /**
   * @param {string} name
   * @param {string} label
   * @param {Record<string, string | boolean | EventListener>} attributes
   */
  constructor(name, label, attributes) {
    this.input = element('input', {
      type: 'text',
      id: `${name}-input`,
      name,
      required: true,
      dir: 'auto',
      'aria-describedby': `${name}-problem`,
      ...attributes,
    });
    this.input.addEventListener('input', () => this.complain(''));
    this.#problem = element('span', { class: 'problem', id: `${name}-problem`, role: 'alert' });
    this.#label = element('label', { for: `${name}-input` }, label);
    this.node = element('div', { class: 'labelled' }, this.#label, this.control(), this.#problem);
  }

  /** What stands between label and complaint. @returns {HTMLElement} */
  control() {
    return this.input;
  }

  get value() {
    return this.input.value.trim();
  }

  set value(value) {
    this.input.value = value;
  }

  get isWrong() {
    return this.#problem.textContent !== '';
  }

  /** @param {string} problem empty when all is well */
  complain(problem) {
    this.#problem.textContent = problem;
    this.input.setAttribute('aria-invalid', String(problem !== ''));
  }
}

/** How a number is written at home, by region. @type {Record<string, string>} */
const EXAMPLES = {
  US: '(555) 123-4567',
  CA: '(555) 123-4567',
  GB: '07400 123456',
  ES: '612 34 56 78',
  MX: '55 1234 5678',
  RU: '912 345-67-89',
  UA: '50 123 45 67',
};

/** A phone number with its country, which is guessed and can be changed. */
export class PhoneField extends Field {
  #code = element('span', { class: 'code', 'aria-hidden': 'true' });
  /** @type {HTMLSelectElement | null} */
  #select = null;

  /**
   * @param {string} label
   * @param {{ country: string }} texts
   * @param {string} language of the countries' names
   * @param {string} home region of the business
   */
  constructor(label, texts, language, home) {
    super('phone', label, { type: 'tel', autocomplete: 'tel', maxlength: '40', dir: 'ltr' });
    this.#select = countries(language, home);
    this.#select.setAttribute('aria-label', texts.country);
    this.#select.addEventListener('change', () => this.#show());
    this.input.after(element('span', { class: 'country' }, this.#code, this.#select));
    this.input.addEventListener('input', () => this.#follow());
    this.region = guessRegion(home, navigator.languages);
  }

  /** @override */
  control() {
    return element('div', { class: 'phone' }, this.input);
  }

  get region() {
    return this.#select?.value ?? '';
  }

  set region(region) {
    if (!this.#select || !DIAL_CODE.has(region)) return;
    this.#select.value = region;
    this.#show();
  }

  /** A number with its dial code knows its country itself. */
  #follow() {
    const region = regionOf(this.value, this.region);
    if (region && region !== this.region) this.region = region;
  }

  #show() {
    const flag = [...this.region].map((letter) => String.fromCodePoint(0x1f1a5 + letter.charCodeAt(0))).join('');
    this.#code.textContent = `${flag} +${DIAL_CODE.get(this.region)}`;
    this.input.placeholder = EXAMPLES[this.region] ?? '';
  }
}

/**
 * @param {string} language
 * @param {string} home comes first
 */
function countries(language, home) {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const rows = [...DIAL_CODE].map(([region, code]) => ({ region, label: `${names.of(region)} +${code}` }));
  rows.sort((left, right) => Number(right.region === home) - Number(left.region === home) || left.label.localeCompare(right.label, language));
  return element('select', { name: 'country' }, ...rows.map(({ region, label }) => element('option', { value: region }, label)));
}
