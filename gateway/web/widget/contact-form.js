/** Asks for name and phone before the first message, once. */

import { element } from './element.js';

/** @typedef {import('./visitor.js').Contact} Contact */

/**
 * @typedef {object} ContactFormHandlers
 * @property {(contact: Contact) => void} save
 * @property {() => void} dismiss
 */

const NAME_LENGTH_MIN = 2;
const NAME_LENGTH_MAX = 100;
const PHONE_DIGITS_MIN = 10;
/** E.164. */
const PHONE_DIGITS_MAX = 15;

/** How a number is written at home, by region. @type {Record<string, string>} */
const PHONE_EXAMPLES = {
  US: '(555) 123-4567',
  CA: '(555) 123-4567',
  GB: '07400 123456',
  ES: '+34 612 34 56 78',
  MX: '55 1234 5678',
  RU: '+7 912 345-67-89',
  UA: '+380 50 123 45 67',
};

export class ContactForm {
  #settings;
  #texts;
  #handlers;
  #name;
  #phone;
  #newsletter = element('input', { type: 'checkbox', name: 'newsletter' });
  node;

  /**
   * @param {import('./launcher.js').Context} context
   * @param {ContactFormHandlers} handlers
   */
  constructor({ settings, texts }, handlers) {
    this.#settings = settings;
    this.#texts = texts;
    this.#handlers = handlers;
    this.#name = new Field('name', texts.name, { autocomplete: 'name', maxlength: String(NAME_LENGTH_MAX) });
    this.#phone = new Field('phone', texts.phone, {
      type: 'tel',
      autocomplete: 'tel',
      placeholder: PHONE_EXAMPLES[settings.region] ?? '+1 555 123 4567',
      maxlength: '40',
    });
    this.node = element(
      'div',
      {
        class: 'contact',
        role: 'dialog',
        'aria-labelledby': 'contact-title',
        'aria-describedby': 'contact-why',
        hidden: true,
      },
      this.#form(),
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open() {
    this.node.hidden = false;
    this.focus();
  }

  close() {
    this.node.hidden = true;
  }

  focus() {
    this.#name.input.focus();
  }

  #form() {
    const texts = this.#texts;
    const { newsletterText } = this.#settings;
    return element(
      'form',
      {
        class: 'sheet',
        novalidate: true,
        submit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      element('h3', { id: 'contact-title' }, texts.contactTitle),
      element('p', { id: 'contact-why' }, texts.contactWhy),
      this.#name.node,
      this.#phone.node,
      newsletterText && element('label', { class: 'check' }, this.#newsletter, element('span', {}, newsletterText)),
      element(
        'div',
        { class: 'actions' },
        element('button', { type: 'button', class: 'plain', click: () => this.#handlers.dismiss() }, texts.back),
        element('button', { type: 'submit', class: 'primary' }, texts.startChat),
      ),
    );
  }

  #submit() {
    const name = this.#name.value;
    const phone = this.#phone.value;
    const digits = phone.match(/\p{Nd}/gu)?.length ?? 0;
    this.#name.complain([...name].length < NAME_LENGTH_MIN ? this.#texts.nameTooShort : '');
    this.#phone.complain(this.#phoneProblem(digits));
    const firstWrong = [this.#name, this.#phone].find((field) => field.isWrong);
    if (firstWrong) {
      firstWrong.input.focus();
      return;
    }
    this.#handlers.save({
      name,
      phone,
      newsletter: this.#newsletter.checked,
      newsletterTextVersion: this.#settings.newsletterTextVersion,
    });
  }

  /** @param {number} digits */
  #phoneProblem(digits) {
    if (digits < PHONE_DIGITS_MIN) return this.#texts.phoneTooShort;
    return digits > PHONE_DIGITS_MAX ? this.#texts.phoneTooLong : '';
  }
}

/** A labelled input that can say what is wrong with it. */
class Field {
  #problem;
  input;
  node;

  /**
   * @param {string} name
   * @param {string} label
   * @param {Record<string, string>} attributes
   */
  constructor(name, label, attributes) {
    this.input = element('input', {
      type: 'text',
      name,
      required: true,
      'aria-describedby': `${name}-problem`,
      input: () => this.complain(''),
      ...attributes,
    });
    this.#problem = element('span', { class: 'problem', id: `${name}-problem`, role: 'alert' });
    this.node = element('div', { class: 'labelled' }, element('label', {}, element('span', {}, label), this.input), this.#problem);
  }

  get value() {
    return this.input.value.trim();
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
