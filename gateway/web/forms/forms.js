/**
 * A quote or booking form for any site:
 *
 *     <script type="module" src="https://desk.example/assets/forms/forms.js"></script>
 *     <frontdesk-form kind="quote" tenant="demo-catering"></frontdesk-form>
 *
 * Attributes: `kind` (`quote`, `booking`), `tenant`, `language` (`en`, `es`, `ru`, `uk`; otherwise
 * the page's own, then the visitor's). The element says `frontdesk-sent` once the server has it.
 */

import { readableColors } from '../widget/color.js';
import { element } from '../widget/element.js';
import { CHOICES, FIELDS } from './fields.js';
import { faultText, pickLanguage, textsOf } from './texts.js';

/** How long an answer may take before the visitor is told to try again. */
const ANSWER_TIMEOUT_MS = 15_000;

const PATHS = { quote: 'api/v1/public/leads', booking: 'api/v1/bookings' };
const BASE = new URL('../../', import.meta.url);

/**
 * @typedef {{ field: string, code: string }} Fault
 * @typedef {{ color: string, newsletter_text: string | null, sms_consent_text: string | null }} Look
 */

class FrontdeskForm extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  /** One for what is in the fields now: pressing twice, or again after a lost answer, is one form. */
  #key = crypto.randomUUID();
  #texts = textsOf('en');
  /** @type {Look | null} */
  #look = null;

  async connectedCallback() {
    const language = this.#language();
    this.#texts = textsOf(language);
    this.#root.host.setAttribute('lang', language);
    const [sheet, look] = await Promise.all([style(), this.#fetchLook(language)]);
    this.#root.adoptedStyleSheets = [sheet];
    this.#look = look;
    if (look) {
      const { background, text } = readableColors(look.color);
      this.style.setProperty('--accent', background);
      this.style.setProperty('--on-accent', text);
    }
    this.#show(this.#form());
  }

  get kind() {
    return this.getAttribute('kind') === 'booking' ? 'booking' : 'quote';
  }

  #language() {
    return pickLanguage([this.getAttribute('language') ?? '', document.documentElement.lang, ...navigator.languages]);
  }

  /** @param {string} language */
  async #fetchLook(language) {
    const address = new URL(`api/v1/public/forms/${encodeURIComponent(this.getAttribute('tenant') ?? '')}`, BASE);
    const headers = { 'Accept-Language': language };
    const response = await fetch(address, { credentials: 'omit', headers }).catch(() => null);
    return response?.ok ? response.json() : null;
  }

  /** @param {Node} node */
  #show(node) {
    this.#root.replaceChildren(node);
  }

  #form() {
    const texts = this.#texts;
    const fields = FIELDS[this.kind].map((field) => this.#field(field));
    const trap = element('input', { name: 'website', tabindex: '-1', autocomplete: 'off' });
    const form = element(
      'form',
      { novalidate: true, 'aria-label': texts[this.kind], input: () => (this.#key = crypto.randomUUID()) },
      element('div', { class: 'problem', role: 'alert', hidden: true }),
      element('div', { class: 'fields' }, ...fields),
      this.#box('email_consent', this.#look?.newsletter_text ?? null, true),
      this.#box('sms_consent', this.#look?.sms_consent_text ?? null, false),
      element('div', { class: 'trap', 'aria-hidden': 'true' }, trap),
      element('button', { type: 'submit' }, texts.send),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit(form);
    });
    return form;
  }

  /** @param {import('./fields.js').Field} field */
  #field(field) {
    const { name, type, required = false } = field;
    const texts = /** @type {Record<string, string>} */ (this.#texts);
    const label = [texts[name], !required && element('small', {}, ` ${texts.optional}`)];
    const fault = element('p', { class: 'fault', id: `${name}-fault`, hidden: true });
    const common = { name, id: name, 'aria-describedby': fault.id, 'aria-required': required && 'true' };
    const shape = field.half ? 'field half' : 'field';
    if (type === 'choice') {
      const options = CHOICES.map(([value, text], index) => {
        const input = element('input', { type: 'radio', name, value, checked: index === 0 });
        return element('label', {}, input, element('span', {}, texts[text]));
      });
      const legend = element('legend', {}, ...label);
      return element('fieldset', { class: shape, 'aria-describedby': fault.id }, legend, element('div', {}, ...options), fault);
    }
    /** @type {Record<string, string>} */
    const bound = type === 'number' ? { min: '1', max: String(field.max), inputmode: 'numeric' } : field.max ? { maxlength: String(field.max) } : {};
    const autocomplete = field.autocomplete ?? 'off';
    const input =
      type === 'area'
        ? element('textarea', { ...common, ...bound, rows: '3' })
        : element('input', { ...common, ...bound, type, autocomplete });
    return element('div', { class: shape }, element('label', { for: name }, ...label), input, fault);
  }

  /**
   * A box with the very words that are kept with the consent.
   *
   * @param {string} name
   * @param {string | null} words nothing to agree to without them
   * @param {boolean} checked
   */
  #box(name, words, checked) {
    if (!words) return null;
    return element('label', { class: 'box' }, element('input', { type: 'checkbox', name, checked }), element('span', {}, words));
  }

  /** @param {HTMLFormElement} form */
  async #submit(form) {
    const faults = this.#missing(form);
    if (faults.length > 0) return this.#showFaults(form, faults);
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
    button.disabled = true;
    button.textContent = this.#texts.sending;
    const answer = await this.#send(form);
    button.disabled = false;
    button.textContent = this.#texts.send;
    if (answer?.status === 201) return this.#thank(await answer.json());
    if (answer?.status === 422) return this.#showFaults(form, (await answer.json()).errors);
    this.#showFaults(form, []);
    button.textContent = this.#texts.again;
    this.#problem(form, answer?.status === 429 ? this.#texts.busy : this.#texts.offline);
  }

  /** @param {HTMLFormElement} form */
  #missing(form) {
    const data = new FormData(form);
    const required = FIELDS[this.kind].filter((field) => field.required);
    return required.filter(({ name }) => !String(data.get(name) ?? '').trim()).map(({ name }) => ({ field: name, code: 'required' }));
  }

  /**
   * @param {HTMLFormElement} form
   * @returns {Promise<Response | null>} null when there was no answer
   */
  #send(form) {
    const data = new FormData(form);
    /** @type {Record<string, unknown>} */
    const body = { tenant: this.getAttribute('tenant') ?? undefined, language: this.lang, page: location.pathname };
    for (const { name } of FIELDS[this.kind]) body[name] = data.get(name) || undefined;
    for (const name of ['email_consent', 'sms_consent']) body[name] = data.has(name);
    body.website = data.get('website');
    const headers = { 'content-type': 'application/json', 'idempotency-key': this.#key };
    return fetch(new URL(PATHS[this.kind], BASE), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).catch(() => null);
  }

  /**
   * Says beside each field what is wrong, and takes the visitor to the first one.
   *
   * @param {HTMLFormElement} form
   * @param {Fault[]} faults
   */
  #showFaults(form, faults) {
    for (const { name } of FIELDS[this.kind]) {
      const code = faults.find((fault) => fault.field === name)?.code;
      const place = /** @type {HTMLElement} */ (form.querySelector(`#${name}-fault`));
      place.textContent = code ? faultText(this.#texts, name, code) : '';
      place.hidden = !code;
      for (const input of form.querySelectorAll(`[name="${name}"]`)) {
        if (code) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
      }
    }
    this.#problem(form, faults.length > 0 ? this.#texts.look : '');
    /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid]'))?.focus();
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} words
   */
  #problem(form, words) {
    const place = /** @type {HTMLElement} */ (form.querySelector('.problem'));
    place.textContent = words;
    place.hidden = words === '';
  }

  /** @param {{ reply_by: 'text' | 'phone' | 'email' }} received */
  #thank(received) {
    const texts = this.#texts;
    const heading = element('h3', { tabindex: '-1' }, texts.thanks);
    const again = element('button', { type: 'button', class: 'quiet', click: () => this.#restart() }, texts.another);
    this.#show(element('div', { class: 'thanks', role: 'status' }, heading, element('p', {}, texts[`reply_${received.reply_by}`]), again));
    heading.focus();
    this.dispatchEvent(new CustomEvent('frontdesk-sent', { bubbles: true, composed: true }));
  }

  #restart() {
    this.#key = crypto.randomUUID();
    this.#show(this.#form());
    /** @type {HTMLElement | null} */ (this.#root.querySelector('input'))?.focus();
  }
}

/** @type {Promise<CSSStyleSheet> | undefined} */
let loaded;

/** The style of all forms, loaded once. */
function style() {
  loaded ??= fetch(new URL('forms.css', import.meta.url))
    .then((response) => response.text())
    .then((text) => new CSSStyleSheet().replace(text));
  return loaded;
}

if (!customElements.get('frontdesk-form')) customElements.define('frontdesk-form', FrontdeskForm);
