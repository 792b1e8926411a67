/**
 * The parts of the page that follow the stream of events. An event says that there is news; the part is
 * then asked for again, and only what differs is replaced.
 */

import { followStream } from './stream.js';
import { localizeTimes } from './times.js';
import { tell } from './toast.js';

const PAUSE_MS = 150;
const TYPING_MS = 6_000;
const NEAR_END_PX = 80;

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Document>} a part of a page; faults are told and thrown
 */
export async function fetchPart(url, options = {}) {
  const response = await fetch(url, { ...options, headers: { ...options.headers, 'x-fragment': '1' } });
  const text = await response.text();
  if (response.ok) return new DOMParser().parseFromString(text, 'text/html');
  if (response.status === 401) {
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(`/console/sign-in?next=${back}`);
  }
  throw new Error(text || response.statusText);
}

/**
 * Makes the children of `old` those of `fresh`. Children with the same key stay as they are, so that
 * what is open, selected or focused in them stays too.
 *
 * @param {Element} old
 * @param {Element} fresh
 */
export function patch(old, fresh) {
  /** @type {Map<string, Element>} */
  const kept = new Map();
  for (const child of old.children) {
    if (child instanceof HTMLElement && child.dataset.key) kept.set(child.dataset.key, child);
  }
  const children = [...fresh.children].map((child) => {
    const key = child instanceof HTMLElement ? child.dataset.key : undefined;
    return (key && kept.get(key)) || child;
  });
  const isSame = children.length === old.children.length && children.every((child, at) => child === old.children[at]);
  if (!isSame) old.replaceChildren(...children);
}

/**
 * @param {Element} place
 * @returns {(HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement)[]} where something may be being written
 */
function fields(place) {
  return [...place.querySelectorAll('textarea, select, input:not([type="hidden"])')].filter(
    (field) =>
      field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement || field instanceof HTMLSelectElement,
  );
}

/**
 * Replaces what a place shows; what is being written in it stays.
 *
 * @param {string} id
 * @param {Document} part
 */
function replace(id, part) {
  const [place, fresh] = [document.getElementById(id), part.getElementById(id)];
  if (!place || !fresh) return;
  const nameOf = (/** @type {Element & { name: string, form: HTMLFormElement | null }} */ field) =>
    `${field.form?.getAttribute('action')} ${field.name}`;
  const before = new Map(fields(place).map((field) => [nameOf(field), field]));
  const focused = document.activeElement;
  place.replaceChildren(...fresh.childNodes);
  for (const field of fields(place)) {
    const old = before.get(nameOf(field));
    if (!old) continue;
    field.value = old.value || field.value;
    if (old !== focused) continue;
    field.focus();
    if (field instanceof HTMLTextAreaElement && old instanceof HTMLTextAreaElement) {
      field.setSelectionRange(old.selectionStart, old.selectionEnd);
    }
  }
}

/** @param {Document} part */
export function showThread(part) {
  const [log, freshLog] = [document.getElementById('log'), part.getElementById('log')];
  const isAtEnd = log ? log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX : false;
  for (const id of ['topic', 'banner', 'details']) replace(id, part);
  if (log && freshLog) patch(log, freshLog);
  const [seen, freshSeen] = [document, part].map((root) => root.querySelector('#composer [name="seen"]'));
  if (seen instanceof HTMLInputElement && freshSeen instanceof HTMLInputElement) seen.value = freshSeen.value;
  const [reply, freshReply] = [document.getElementById('reply'), part.getElementById('reply')];
  if (reply && freshReply && reply.dataset.state !== freshReply.dataset.state) {
    const isRefused = freshReply.dataset.state?.endsWith('-refused');
    const isFree = reply.querySelector('#composer') !== null;
    if (isRefused || !isFree) reply.replaceChildren(...freshReply.childNodes);
    else reply.querySelector('.hint')?.replaceWith(...freshReply.querySelectorAll('.hint'));
    reply.dataset.state = freshReply.dataset.state;
    document.dispatchEvent(new Event('composer'));
  }
  localizeTimes(document);
  // Whatever stands around the words takes room from them: the end is where it is in the end.
  if (log && isAtEnd) log.scrollTop = log.scrollHeight;
}

/**
 * Whoever reads the last words goes on seeing them when their room changes: a keyboard opens, a banner
 * comes.
 *
 * @param {HTMLElement} log
 */
function keepEndInSight(log) {
  let isAtEnd = true;
  log.scrollTop = log.scrollHeight;
  log.addEventListener('scroll', () => (isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX), { passive: true });
  new ResizeObserver(() => {
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }).observe(log);
}

/** @param {Document} part */
function showQueue(part) {
  const queue = document.getElementById('queue');
  const rows = queue?.querySelector('.rows');
  const top = rows?.scrollTop ?? 0;
  const current = document.getElementById('thread')?.dataset.id;
  const focused = document.activeElement?.closest('[data-key]')?.getAttribute('data-key');
  queue?.replaceChildren(...part.body.childNodes);
  if (current) queue?.querySelector(`[data-key="${current}"] .row`)?.setAttribute('aria-current', 'true');
  const again = queue?.querySelector('.rows');
  if (again) again.scrollTop = top;
  if (focused) /** @type {HTMLElement | null} */ (queue?.querySelector(`[data-key="${focused}"] .row`))?.focus();
  localizeTimes(document);
}

/**
 * One part of the page: asked for at most once at a time, and once more if there was news meanwhile.
 *
 * @param {HTMLElement | null} place
 * @param {(part: Document) => void} show
 */
function follower(place, show) {
  let isBusy = false;
  let isStale = false;
  const follow = async () => {
    if (!place?.dataset.source) return;
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
      try {
        show(await fetchPart(place.dataset.source));
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    }
    isBusy = false;
  };
  return follow;
}

/** @param {string} count */
function showWaiting(count) {
  const badge = document.getElementById('waiting');
  if (badge) badge.textContent = count === '0' ? '' : count;
  document.title = document.title.replace(/^(\(\d+\) )?/, count === '0' ? '' : `(${count}) `);
}

export function followEvents() {
  const thread = document.getElementById('thread');
  const isLive = thread?.hasAttribute('data-live') ?? false;
  const followQueue = follower(document.getElementById('queue'), showQueue);
  const followThread = follower(isLive ? thread : null, showThread);
  const log = document.getElementById('log');
  if (log) keepEndInSight(log);

  /** @param {string} kind of who writes something */
  const writer = (kind) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let ends;
    return (/** @type {boolean} */ isWriting, name = '') => {
      const line = thread?.querySelector(`.${kind}`);
      if (!(line instanceof HTMLElement)) return;
      const who = line.querySelector('b');
      if (who) who.textContent = name;
      line.hidden = !isWriting;
      clearTimeout(ends);
      if (isWriting) ends = setTimeout(() => (line.hidden = true), TYPING_MS);
    };
  };
  const [showTyping, showDrafting] = [writer('typing'), writer('drafting')];
  document.addEventListener('thread-stale', () => void followThread());
  followStream(`/console/events${isLive ? `?conversation=${thread?.dataset.id}` : ''}`, {
    events: {
      queue: () => void followQueue(),
      thread: () => {
        showTyping(false);
        showDrafting(false);
        void followThread();
      },
      typing: () => showTyping(true),
      drafting: (name) => showDrafting(true, name),
    },
    onWaiting: showWaiting,
    onOpen: (isAgain) => {
      document.documentElement.dataset.live = 'yes';
      if (!isAgain) return;
      tell('');
      void followThread();
    },
    onLost: () => tell(document.getElementById('toast')?.dataset.offline ?? ''),
  });
}
