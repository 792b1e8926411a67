/**
 * Files that go with a reply: chosen, dropped or pasted, uploaded at once, named in the form when it
 * is sent. What a file is, the server tells by its content.
 */

import { tell } from './toast.js';

const BYTES_MAX = 25_000_000;
const FILES_MAX = 10;

/** @returns {HTMLElement | null} */
function list() {
  return document.querySelector('#composer .enclosed');
}

/** @returns {HTMLLIElement[]} */
function items() {
  return [...(list()?.querySelectorAll('li') ?? [])];
}

export function hasFiles() {
  return items().length > 0;
}

/** Whether nothing is still on its way. */
export function filesAreReady() {
  return items().every((item) => item.dataset.id);
}

export function clearFiles() {
  list()?.replaceChildren();
  name();
}

/** Writes into the form which files go with it. */
function name() {
  const form = document.getElementById('composer');
  const field = form?.querySelector('input[name="files"]');
  if (field instanceof HTMLInputElement) field.value = items().map((item) => item.dataset.id ?? '').join(',');
  const text = form?.querySelector('textarea');
  if (text) text.required = !hasFiles();
}

/**
 * @param {File} file
 * @param {string} path
 * @param {string} csrf
 */
function upload(file, path, csrf) {
  const place = list();
  if (!place || items().length >= FILES_MAX) return;
  if (file.size > BYTES_MAX) {
    tell(place.dataset.tooLarge ?? '');
    return;
  }
  const item = document.createElement('li');
  const title = document.createElement('bdi');
  title.textContent = file.name;
  const progress = document.createElement('progress');
  progress.max = file.size;
  progress.value = 0;
  progress.setAttribute('aria-label', `${place.dataset.uploading}: ${file.name}`);
  const request = new XMLHttpRequest();
  const remove = document.createElement('button');
  remove.type = 'button';
  remove.className = 'quiet';
  remove.textContent = '×';
  remove.setAttribute('aria-label', `${place.dataset.remove}: ${file.name}`);
  remove.addEventListener('click', () => {
    request.abort();
    item.remove();
    name();
    document.querySelector('#composer textarea')?.dispatchEvent(new Event('focus'));
  });
  item.append(title, progress, remove);
  place.append(item);
  name();
  request.upload.addEventListener('progress', ({ loaded }) => (progress.value = loaded));
  request.addEventListener('load', () => {
    if (request.status !== 201) {
      fail(request.responseText || place.dataset.failed);
      return;
    }
    const { id, name: given, about } = JSON.parse(request.responseText);
    item.dataset.id = id;
    title.textContent = given;
    const size = document.createElement('span');
    size.className = 'small';
    size.textContent = about;
    progress.replaceWith(size);
    name();
  });
  /** @param {string | undefined} why */
  const fail = (why) => {
    item.remove();
    name();
    tell(why ?? '');
  };
  request.addEventListener('error', () => fail(place.dataset.failed));
  request.open('POST', path);
  request.setRequestHeader('x-csrf-token', csrf);
  request.setRequestHeader('x-fragment', '1');
  request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
  request.setRequestHeader('idempotency-key', crypto.randomUUID());
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.send(file);
}

/**
 * @param {HTMLElement} thread
 * @param {() => string} csrf
 */
export function followFiles(thread, csrf) {
  const path = `/console/conversations/${thread.dataset.id}/files`;
  /** @param {FileList | undefined | null} files */
  const take = (files) => {
    for (const file of files ?? []) upload(file, path, csrf());
  };
  const show = () => {
    const button = thread.querySelector('.enclose');
    if (button instanceof HTMLButtonElement) button.hidden = false;
  };
  show();
  document.addEventListener('composer', show);
  thread.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('.enclose')) return;
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => take(input.files));
    input.click();
  });
  thread.addEventListener('paste', (event) => {
    if (!event.clipboardData?.files.length || !list()) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  const hasDrag = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') && list() !== null;
  thread.addEventListener('dragover', (event) => {
    if (!hasDrag(event)) return;
    event.preventDefault();
    thread.classList.add('dropping');
  });
  thread.addEventListener('dragleave', (event) => {
    if (!(event.relatedTarget instanceof Node) || !thread.contains(event.relatedTarget)) thread.classList.remove('dropping');
  });
  thread.addEventListener('drop', (event) => {
    thread.classList.remove('dropping');
    if (!hasDrag(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
}
