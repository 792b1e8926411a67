/** One message on screen: bubble, cards, time, how far it came. Texts are shown as text, always. */

import { element, icon } from './element.js';
import { CHECK, OPEN_LINK, WARNING } from './icons.js';
import { linkify, webAddress } from './linkify.js';

/** @typedef {import('./transcript.js').Entry} Entry */
/** @typedef {import('./launcher.js').Context} Context */

/**
 * Where a message stands among the others.
 *
 * @typedef {object} Placement
 * @property {boolean} startsDay
 * @property {boolean} startsGroup
 * @property {boolean} showsTime
 * @property {boolean} showsDelivery
 */

export class MessageView {
  #context;
  #edit;
  #day = element('p', { class: 'day', hidden: true });
  #meta = element('p', { class: 'meta' });
  /** What is on screen, to leave it alone when nothing changed. */
  #shown = '';
  node;

  /**
   * @param {Entry} entry
   * @param {Context} context
   * @param {() => void} edit
   */
  constructor(entry, context, edit) {
    this.#context = context;
    this.#edit = edit;
    const { settings, texts } = context;
    const author = { user: texts.you, operator: texts.operator, bot: settings.name }[entry.role];
    this.node = element(
      'article',
      { class: `message ${entry.role}` },
      this.#day,
      entry.role === 'operator' && element('p', { class: 'author', 'aria-hidden': 'true' }, author),
      element('span', { class: 'visually-hidden' }, `${author}: `),
      entry.content && element('div', { class: 'bubble' }, ...words(entry.content)),
      ...entry.cards.map(card),
      this.#meta,
    );
  }

  /**
   * @param {Entry} entry
   * @param {Placement} placement
   */
  update(entry, placement) {
    const shown = JSON.stringify([entry.delivery, entry.at, placement]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.node.dataset.delivery = entry.delivery;
    this.node.classList.toggle('starts-group', placement.startsGroup);
    this.#day.hidden = !placement.startsDay;
    this.#day.textContent = this.#dayName(entry.at);
    this.#renderMeta(entry, placement);
  }

  /**
   * @param {Entry} entry
   * @param {Placement} placement
   */
  #renderMeta(entry, { showsTime, showsDelivery }) {
    const { texts, language } = this.#context;
    const hasDelivery = entry.role === 'user' && showsDelivery;
    this.#meta.hidden = !showsTime && !hasDelivery;
    const at = new Date(entry.at);
    const time = element(
      'time',
      { datetime: at.toISOString() },
      at.toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' }),
    );
    const delivery = {
      sending: () => [texts.sending],
      delivered: () => [icon(CHECK), texts.delivered],
      failed: () => [
        icon(WARNING),
        texts.notSent,
        element('button', { type: 'button', class: 'edit', click: this.#edit }, texts.edit),
      ],
    }[entry.delivery];
    this.#meta.replaceChildren(time);
    if (hasDelivery) this.#meta.append(element('span', { class: 'delivery' }, ...delivery()));
  }

  /** @param {number} at */
  #dayName(at) {
    const { texts, language } = this.#context;
    const midnight = (/** @type {number} */ time) => new Date(time).setHours(0, 0, 0, 0);
    const daysAgo = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
    if (daysAgo === 0) return texts.today;
    if (daysAgo === 1) return texts.yesterday;
    return new Date(at).toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' });
  }
}

/** @param {string} content */
function words(content) {
  return linkify(content).map(({ text, href }) => (href ? link(href, text) : text));
}

/**
 * @param {string} href
 * @param {import('./element.js').Child[]} children
 */
function link(href, ...children) {
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children);
}

/** @param {import('./frames.js').Card} content */
function card({ title, text, imageUrl, url }) {
  const image = webAddress(imageUrl);
  const target = webAddress(url);
  const content = [
    image && element('img', { src: image, alt: '', loading: 'lazy' }),
    element('strong', {}, title, target && icon(OPEN_LINK)),
    text && element('span', {}, text),
  ];
  const node = target ? link(target, ...content) : element('div', {}, ...content);
  node.classList.add('card');
  return node;
}
