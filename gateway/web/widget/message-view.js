/** One message on screen: bubble, cards, time, how far it came. Texts are shown as text, always. */

import { element, icon } from './element.js';
import { CHECK, OPEN_LINK, PERSON, WARNING } from './icons.js';
import { linkify, webAddress } from './linkify.js';
import { readMarkdown } from './markdown.js';

/** @typedef {import('./transcript.js').Entry} Entry */
/** @typedef {import('./panel.js').PanelContext} PanelContext */
/** @typedef {import('./element.js').Child} Child */

/**
 * Where a message stands among the others.
 *
 * @typedef {object} Placement
 * @property {boolean} startsDay
 * @property {boolean} startsGroup
 * @property {boolean} startsNews the first one that was not seen yet
 * @property {boolean} showsTime
 * @property {boolean} showsDelivery
 */

/**
 * @typedef {object} MessageHandlers
 * @property {(entry: Entry) => void} edit a refused message shall be written anew
 * @property {(entry: Entry) => void} resend a refused message shall be sent again
 */

export class MessageView {
  #context;
  #handlers;
  #day = element('p', { class: 'day', hidden: true });
  #news;
  #meta = element('p', { class: 'meta' });
  /** What is on screen, to leave it alone when nothing changed. */
  #shown = '';
  node;

  /**
   * @param {Entry} entry
   * @param {PanelContext} context
   * @param {MessageHandlers} handlers
   */
  constructor(entry, context, handlers) {
    this.#context = context;
    this.#handlers = handlers;
    const { settings, texts } = context;
    const isOwn = entry.role === 'user';
    const colleague = entry.name ?? texts.operator;
    const author = { user: texts.you, operator: colleague, bot: settings.name }[entry.role];
    const label = { user: '', operator: colleague, bot: texts.assistant }[entry.role];
    const bubble = { class: 'bubble', dir: 'auto' };
    this.#news = element('p', { class: 'news', hidden: true }, element('span', {}, texts.newMessages));
    this.node = element(
      'article',
      { class: `message ${entry.role}` },
      this.#day,
      this.#news,
      !isOwn && element('p', { class: 'author', 'aria-hidden': 'true' }, picture(entry.role, settings), label),
      element('span', { class: 'visually-hidden' }, `${author}: `),
      entry.content && element('div', bubble, ...(isOwn ? words(entry.content) : markdown(entry.content))),
      ...entry.cards.map(card),
      entry.attachments.length > 0 && files(entry.attachments, context),
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
    this.node.classList.toggle('starts-group', placement.startsGroup || placement.startsNews);
    this.#day.hidden = !placement.startsDay;
    this.#day.textContent = this.#dayName(entry.at);
    this.#news.hidden = !placement.startsNews;
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
      { datetime: at.toISOString(), title: at.toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' }) },
      at.toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' }),
    );
    /** @param {string} label @param {(entry: Entry) => void} act */
    const action = (label, act) => element('button', { type: 'button', class: 'action', click: () => act(entry) }, label);
    const delivery = {
      sending: () => [texts.sending],
      delivered: () => [icon(CHECK), texts.delivered],
      failed: () => [
        icon(WARNING),
        texts.notSent,
        action(texts.tryAgain, this.#handlers.resend),
        action(texts.edit, this.#handlers.edit),
      ],
      kept: () => [icon(WARNING), texts.kept],
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

/**
 * Tells at a glance whether a person writes or the bot.
 *
 * @param {import('./frames.js').Role} role
 * @param {import('./settings.js').Settings} settings
 * @param {string} [size]
 */
export function picture(role, { avatarUrl, name }, size = 'small') {
  const initial = [...name][0] ?? '';
  const node = element('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, role === 'operator' ? icon(PERSON) : initial);
  if (role === 'operator' || !avatarUrl) return node;
  // A page's policy may forbid the picture: then the letter stays.
  const image = element('img', { src: avatarUrl, alt: '', load: () => node.replaceChildren(image) });
  return node;
}

/** @param {string} content */
function words(content) {
  return linkify(content).map(({ text, href }) => (href ? link(href, text) : text));
}

/** @param {string} content */
function markdown(content) {
  return readMarkdown(content).map((block) => {
    if (block.kind === 'text') return element('p', {}, ...block.parts.map(inline));
    const items = block.items.map((parts) => element('li', {}, ...parts.map(inline)));
    return block.start === null ? element('ul', {}, ...items) : element('ol', { start: String(block.start) }, ...items);
  });
}

/**
 * @param {import('./markdown.js').Inline} part
 * @returns {Child}
 */
function inline(part) {
  if (typeof part === 'string') return part;
  if (part.kind === 'code') return element('code', {}, part.text);
  const children = part.parts.map(inline);
  return part.kind === 'link' ? link(part.href, ...children) : element(part.kind, {}, ...children);
}

/**
 * @param {string} href
 * @param {Child[]} children
 */
function link(href, ...children) {
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children);
}

/**
 * @param {import('./frames.js').Attachment[]} attachments
 * @param {PanelContext} context
 */
function files(attachments, context) {
  const names = attachments.map(({ name }) => element('bdi', { class: 'file' }, name));
  const node = element('div', { class: 'attachments' }, ...names);
  // Few conversations have files. Where this fails, their names are there.
  import('./file-card.js')
    .then(({ fileCard }) => node.replaceChildren(...attachments.map((file) => fileCard(file, context))))
    .catch(() => {});
  return node;
}

/** @param {import('./frames.js').Card} content */
function card({ title, text, imageUrl, url }) {
  const image = webAddress(imageUrl);
  const target = webAddress(url);
  const content = [
    image && element('img', { src: image, alt: '', loading: 'lazy', error: (event) => /** @type {Element} */ (event.target).remove() }),
    element('strong', {}, title, target && icon(OPEN_LINK)),
    text && element('span', {}, text),
  ];
  const node = target ? link(target, ...content) : element('div', {}, ...content);
  node.classList.add('card');
  node.dir = 'auto';
  return node;
}
