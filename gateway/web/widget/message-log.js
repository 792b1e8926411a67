/** The messages on screen. Nodes are kept by message, so what is read out and selected stays put. */

import { element, icon } from './element.js';
import { ARROW_DOWN } from './icons.js';
import { MessageView } from './message-view.js';

/** @typedef {import('./transcript.js').Entry} Entry */

/**
 * @typedef {object} MessageLogHandlers
 * @property {(text: string) => void} reply a quick reply was chosen
 * @property {(entry: Entry) => void} edit a refused message shall be written anew
 * @property {(entry: Entry) => void} resend a refused message shall be sent again
 * @property {() => void} seen the visitor has scrolled to the end
 */

/**
 * @typedef {object} LogState
 * @property {import('./frames.js').Role | null} typing
 * @property {boolean} isLoading
 * @property {string | null} newFrom id of the first message the visitor has not seen
 * @property {string} away when people are back, in words; empty while they are there
 */

/** A pause this long separates messages, and the time is shown before it. */
const PAUSE_MS = 5 * 60_000;
/** This near the end a visitor is reading along. */
const NEAR_END_PX = 80;

export class MessageLog {
  #context;
  #handlers;
  #list;
  #typing;
  #quickReplies = element('div', { class: 'quick-replies' });
  #away = element('p', { class: 'away', hidden: true });
  #skeleton;
  #scroller;
  #jump;
  /** @type {Map<string, MessageView>} */
  #views = new Map();
  #lastId = '';
  #isAtEnd = true;
  node;

  /**
   * @param {import('./panel.js').PanelContext} context
   * @param {MessageLogHandlers} handlers
   */
  constructor(context, handlers) {
    const { texts } = context;
    this.#context = context;
    this.#handlers = handlers;
    this.#list = element('div', { class: 'messages', role: 'log', 'aria-live': 'polite', 'aria-label': texts.conversation });
    this.#typing = element('div', { class: 'typing', hidden: true }, element('i'), element('i'), element('i'));
    this.#typing.setAttribute('role', 'img');
    this.#skeleton = element('div', { class: 'skeleton', 'aria-hidden': 'true' }, element('i'), element('i'), element('i'));
    this.#scroller = element(
      'div',
      { class: 'scroller', tabindex: '0', 'aria-label': texts.conversation, role: 'region', scroll: () => this.#scrolled() },
      this.#skeleton,
      this.#list,
      this.#away,
      this.#typing,
      this.#quickReplies,
    );
    this.#jump = element(
      'button',
      { type: 'button', class: 'jump', hidden: true, click: () => this.scrollToEnd() },
      icon(ARROW_DOWN),
      texts.newMessages,
    );
    this.node = element('div', { class: 'log' }, this.#scroller, this.#jump);
    // What opens below the messages shall not cover the last one.
    new ResizeObserver(() => this.#isAtEnd && this.scrollToEnd()).observe(this.#scroller);
  }

  /**
   * @param {Entry[]} entries
   * @param {LogState} state
   */
  render(entries, { typing, isLoading, newFrom, away }) {
    const wasNearEnd = this.isNearEnd;
    const hasNews = (entries.at(-1)?.id ?? '') !== this.#lastId;
    this.#lastId = entries.at(-1)?.id ?? '';
    // What is brought back after a reload is not news to be read out.
    this.#list.setAttribute('aria-busy', String(isLoading));
    this.#skeleton.hidden = !isLoading || entries.length > 0;
    this.#list.hidden = !this.#skeleton.hidden;
    this.#renderEntries([this.#greeting(entries), ...entries], newFrom);
    // Once the talk is under way nobody needs to be told who is not there.
    this.#away.hidden = away === '' || entries.length > 0;
    if (this.#away.textContent !== away) this.#away.textContent = away;
    this.#renderTyping(typing);
    this.#renderQuickReplies(entries.at(-1));
    if (wasNearEnd) this.scrollToEnd();
    else if (hasNews) this.#jump.hidden = false;
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#jump.hidden = true;
  }

  /** Shows the first message that was not seen, or else the last one. */
  scrollToNews() {
    this.scrollToEnd();
    this.#list.querySelector('.news:not([hidden])')?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * The tenant's first words. They are the widget's own: no server hears of a visitor who only looks.
   *
   * @param {Entry[]} entries
   * @returns {Entry}
   */
  #greeting(entries) {
    return {
      id: 'greeting',
      seq: 0,
      role: 'bot',
      name: null,
      content: this.#context.settings.greeting,
      quickReplies: [],
      cards: [],
      attachments: [],
      at: entries[0]?.at ?? Date.now(),
      delivery: 'delivered',
    };
  }

  /**
   * @param {Entry[]} entries
   * @param {string | null} newFrom
   */
  #renderEntries(entries, newFrom) {
    const lastOwn = entries.findLast(({ role }) => role === 'user');
    const unused = new Map(this.#views);
    /** @type {ChildNode | null} */
    let place = this.#list.firstChild;
    entries.forEach((entry, index) => {
      const view = this.#views.get(entry.id) ?? new MessageView(entry, this.#context, this.#handlers);
      this.#views.set(entry.id, view);
      unused.delete(entry.id);
      const previous = entries[index - 1];
      const next = entries[index + 1];
      view.update(entry, {
        startsDay: previous ? !isSameDay(previous.at, entry.at) : !isSameDay(entry.at, Date.now()),
        startsNews: entry.id === newFrom,
        startsGroup: !previous || !isSameGroup(previous, entry),
        showsTime: !next || next.at - entry.at > PAUSE_MS,
        showsDelivery: entry === lastOwn || entry.delivery !== 'delivered',
      });
      if (view.node === place) place = place.nextSibling;
      else this.#list.insertBefore(view.node, place);
    });
    for (const [id, view] of unused) {
      view.node.remove();
      this.#views.delete(id);
    }
  }

  /** @param {import('./frames.js').Role | null} role */
  #renderTyping(role) {
    const { settings, texts } = this.#context;
    const name = role === 'operator' ? texts.operator : settings.name;
    this.#typing.hidden = role === null;
    this.#typing.setAttribute('aria-label', `${name} ${texts.typing}`);
  }

  /**
   * Offers the answers to the last message, until one is given.
   *
   * @param {Entry | undefined} last
   */
  #renderQuickReplies(last) {
    const offeredBy = last && last.quickReplies.length > 0 ? last.id : '';
    if (this.#quickReplies.dataset.of === offeredBy) return;
    this.#quickReplies.dataset.of = offeredBy;
    const buttons = (last?.quickReplies ?? []).map(({ label, value }) =>
      element('button', { type: 'button', click: () => this.#handlers.reply(value) }, label),
    );
    this.#quickReplies.replaceChildren(...buttons);
  }

  #scrolled() {
    this.#isAtEnd = this.isNearEnd;
    if (!this.#isAtEnd) return;
    this.#jump.hidden = true;
    this.#handlers.seen();
  }

  /** Whether the visitor reads along. */
  get isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }
}

/**
 * @param {number} left
 * @param {number} right
 */
function isSameDay(left, right) {
  return new Date(left).toDateString() === new Date(right).toDateString();
}

/**
 * @param {Entry} earlier
 * @param {Entry} later
 */
function isSameGroup(earlier, later) {
  return earlier.role === later.role && earlier.name === later.name && later.at - earlier.at <= PAUSE_MS && isSameDay(earlier.at, later.at);
}
