/**
 * The reply: sent without leaving the page, kept as a draft until it is sent, and known to the person
 * as "is typing" meanwhile. Taking over and giving back stay on the page too.
 */

import { clearFiles, filesAreReady, followFiles, hasFiles } from './files.js';
import { clickCanned, offerCanned, pressCanned } from './canned.js';
import { fetchPart, showThread } from './live.js';
import { tell } from './toast.js';

const TYPING_EVERY_MS = 3_000;

/** @returns {HTMLTextAreaElement | null} */
export function replyField() {
  return document.querySelector('#composer textarea');
}

function draftName() {
  return `frontdesk-draft-${document.getElementById('thread')?.dataset.id}`;
}

/** @param {string} text */
function keepDraft(text) {
  try {
    if (text) localStorage.setItem(draftName(), text);
    else localStorage.removeItem(draftName());
  } catch {
    // Without storage the draft lives as long as the page.
  }
}

function restoreDraft() {
  const field = replyField();
  try {
    if (field && !field.value) field.value = localStorage.getItem(draftName()) ?? '';
  } catch {
    // As above.
  }
}

function csrf() {
  return document.querySelector('meta[name="csrf"]')?.getAttribute('content') ?? '';
}

/**
 * Sends a form and shows what became of the conversation. The key changes once it is done, so that
 * trying again after a lost answer is not a second message.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} [button] which was pressed
 * @returns {Promise<boolean>}
 */
async function submit(form, button = null) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (typeof value === 'string') body.append(name, value);
  try {
    const part = await fetchPart(form.action, { method: 'POST', body, headers: { 'x-csrf-token': csrf() } });
    if (form.id !== 'composer') form.reset();
    showThread(part);
    const key = form.elements.namedItem('key');
    if (key instanceof HTMLInputElement) key.value = crypto.randomUUID();
    return true;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    // Somebody may have been faster: what they did is shown.
    document.dispatchEvent(new Event('thread-stale'));
    return false;
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function act(form, button) {
  const isDone = await submit(form, button);
  if (isDone && form.dataset.act === 'take-over') replyField()?.focus();
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const field = replyField();
  const button = form.querySelector('button.primary');
  if (!(button instanceof HTMLButtonElement)) return;
  if (!field || button.disabled || !filesAreReady() || !(field.value.trim() || hasFiles())) return;
  const text = field.value;
  button.disabled = true;
  const isSent = await submit(form);
  button.disabled = false;
  if (!isSent) return;
  clearFiles();
  if (field.value === text) field.value = '';
  keepDraft(field.value);
  const log = document.getElementById('log');
  if (log) log.scrollTop = log.scrollHeight;
  replyField()?.focus();
}

export function followComposer() {
  const thread = document.getElementById('thread');
  if (!thread) return;
  let toldTypingAt = 0;
  restoreDraft();
  followFiles(thread, csrf);
  // What was typed before this script was there is a draft, too.
  keepDraft(replyField()?.value ?? '');
  document.addEventListener('composer', restoreDraft);
  thread.addEventListener('input', (event) => {
    const field = replyField();
    if (!field || event.target !== field) return;
    keepDraft(field.value);
    offerCanned(field);
    if (!field.value.trim()) return;
    if (Date.now() - toldTypingAt < TYPING_EVERY_MS) return;
    toldTypingAt = Date.now();
    const path = `/console/conversations/${thread.dataset.id}/typing`;
    void fetch(path, { method: 'POST', headers: { 'x-csrf-token': csrf(), 'x-fragment': '1' } }).catch(() => undefined);
  });
  thread.addEventListener('keydown', (event) => {
    const field = replyField();
    if (!field || event.target !== field || pressCanned(event, field)) return;
    if (event.key === 'Escape') field.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    field.form?.requestSubmit();
  });
  thread.addEventListener('click', (event) => void clickCanned(event, replyField()));
  thread.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    if (event.target.id === 'composer') void send(event.target);
    else void act(event.target, event.submitter);
  });
}
