/**
 * Asks for name and phone before the first message, once; for less where the site knows the
 * visitor. What was typed survives a reload.
 */

import { element } from './element.js';
import { Field, PhoneField } from './fields.js';
import { phoneFault, tellPhone } from './phone.js';

/** @typedef {import('./visitor.js').Contact} Contact */

/**
 * @typedef {object} ContactFormHandlers
 * @property {(contact: Contact) => void} save
 * @property {() => void} dismiss
 */

const NAME_LENGTH_MIN = 2;
const NAME_LENGTH_MAX = 100;
const DRAFT = 'contact-draft';

export class ContactForm {
  #context;
  #handlers;
  #name;
  #phone;
  #newsletter = element('input', { type: 'checkbox', name: 'newsletter' });
  node;

  /**
   * @param {import('./panel.js').PanelContext} context
   * @param {ContactFormHandlers} handlers
   */
  constructor(context, handlers) {
    const { settings, texts, language } = context;
    this.#context = context;
    this.#handlers = handlers;
    this.#name = new Field('name', texts.name, { autocomplete: 'name', maxlength: String(NAME_LENGTH_MAX) });
    this.#phone = new PhoneField(texts.phone, texts, language, settings.region);
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
    this.#recall();
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open() {
    const { name, phone } = this.#context.site.identity;
    this.#name.node.hidden = Boolean(name);
    this.#phone.node.hidden = Boolean(phone);
    this.node.hidden = false;
    this.focus();
  }

  close() {
    this.node.hidden = true;
  }

  focus() {
    const field = this.#asked()[0];
    field?.input.focus();
  }

  #form() {
    const { settings, texts } = this.#context;
    const { newsletterText } = settings;
    return element(
      'form',
      {
        class: 'sheet',
        novalidate: true,
        input: () => this.#keep(),
        change: () => this.#keep(),
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

  /** The fields the visitor is asked to fill in. */
  #asked() {
    return [this.#name, this.#phone].filter(({ node }) => !node.hidden);
  }

  #submit() {
    const { settings, storage, site } = this.#context;
    this.#name.complain(this.#nameProblem());
    this.#phone.complain(this.#phoneProblem());
    const firstWrong = this.#asked().find((field) => field.isWrong);
    if (firstWrong) {
      firstWrong.input.focus();
      return;
    }
    storage.remove(DRAFT);
    const { identity } = site;
    this.#handlers.save({
      name: identity.name ?? this.#name.value,
      phone: identity.phone ?? tellPhone(this.#phone.value, this.#phone.region, settings.region),
      newsletter: this.#newsletter.checked,
      newsletterTextVersion: settings.newsletterTextVersion,
    });
  }

  #nameProblem() {
    return [...this.#name.value].length < NAME_LENGTH_MIN ? this.#context.texts.nameTooShort : '';
  }

  #phoneProblem() {
    const { texts } = this.#context;
    const fault = phoneFault(this.#phone.value, this.#phone.region);
    return fault ? { short: texts.phoneTooShort, long: texts.phoneTooLong }[fault] : '';
  }

  #keep() {
    const [name, phone] = [this.#name.value, this.#phone.value];
    const draft = { name, phone, region: this.#phone.region, newsletter: this.#newsletter.checked };
    this.#context.storage.set(DRAFT, draft);
  }

  #recall() {
    const draft = this.#context.storage.get(DRAFT);
    if (!draft) return;
    this.#name.value = String(draft.name ?? '');
    this.#phone.value = String(draft.phone ?? '');
    this.#phone.region = String(draft.region ?? '');
    this.#newsletter.checked = draft.newsletter === true;
  }
}
