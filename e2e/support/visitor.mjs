/** A visitor of the demo site: what people do with the chat, and what they see. */

import assert from 'node:assert/strict';
import { texts as english } from '../../gateway/web/widget/texts/en.js';
import { eventually } from './eventually.mjs';
import { PATIENCE_MS } from './patience.mjs';
import { Problems } from './problems.mjs';

/** @typedef {{ name: string, phone: string, newsletter?: boolean }} Introduction */

export class Visitor {
  #problems;
  page;

  /**
   * @param {import('playwright-core').Page} page
   * @param {import('../../gateway/web/widget/texts/en.js').Texts} words of the chat, in their language
   */
  constructor(page, words = english) {
    this.page = page;
    this.words = words;
    this.#problems = new Problems(page);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('dialog', (dialog) => {
      this.#problems.add(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  get launcher() {
    return this.page.locator('#frontdesk-widget .launcher');
  }

  get panel() {
    return this.page.locator('#frontdesk-widget .panel');
  }

  get composer() {
    return this.panel.getByRole('textbox', { name: this.words.writeMessage });
  }

  get contactForm() {
    return this.panel.locator('.contact');
  }

  get notice() {
    return this.panel.locator('.notice');
  }

  get status() {
    return this.panel.getByRole('status');
  }

  get quickReplies() {
    return this.panel.locator('.quick-replies button');
  }

  get bubbles() {
    return this.panel.locator('.message .bubble');
  }

  /**
   * @param {string} url
   */
  async arrive(url) {
    await this.page.goto(url);
    await this.launcher.waitFor();
  }

  async openChat() {
    await this.launcher.click();
    await this.composer.waitFor();
  }

  async reload() {
    await this.page.reload();
    await this.openChat();
  }

  /** @param {string} text */
  async write(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** @param {Introduction} who */
  async introduce({ name, phone, newsletter = false }) {
    await this.contactForm.waitFor();
    await this.contactForm.getByLabel(this.words.name).fill(name);
    await this.contactForm.getByLabel(this.words.phone, { exact: true }).fill(phone);
    if (newsletter) await this.contactForm.getByRole('checkbox').check();
    await this.contactForm.getByRole('button', { name: this.words.startChat }).click();
  }

  /** Says the first words, as whoever is introduced. @param {Introduction & { words?: string }} who */
  async begin({ words = 'Hello', ...who }) {
    await this.openChat();
    await this.write(words);
    await this.introduce(who);
    await this.isAsked(/email/i);
  }

  /** @returns {Promise<{ role: string, delivery: string, text: string }[]>} without the greeting */
  async messages() {
    const messages = await this.panel.locator('.message').evaluateAll((nodes) =>
      nodes.map((node) => ({
        role: ['user', 'bot', 'operator'].find((role) => node.classList.contains(role)) ?? 'unknown',
        delivery: /** @type {HTMLElement} */ (node).dataset.delivery ?? '',
        text: node.querySelector('.bubble')?.textContent ?? '',
      })),
    );
    return messages.slice(1);
  }

  /** @returns {Promise<string[]>} what this visitor said, as it stands on screen */
  async said() {
    return (await this.messages()).filter(({ role }) => role === 'user').map(({ text }) => text);
  }

  /**
   * Waits until the last message is the bot's and asks about something.
   *
   * @param {RegExp} about
   */
  async isAsked(about) {
    await eventually(async () => {
      const last = (await this.messages()).at(-1);
      assert.equal(last?.role, 'bot', `the last message is ${JSON.stringify(last)}`);
      assert.match(last.text, about);
    });
  }

  /** Waits until nothing is on its way any more and the bot had the last word. */
  async isAnswered() {
    await eventually(async () => {
      const messages = await this.messages();
      assert(messages.every(({ delivery }) => delivery === 'delivered'), 'a message is not delivered yet');
      assert.notEqual(messages.at(-1)?.role, 'user', 'the visitor waits for an answer');
    });
  }

  /** Nothing went wrong in the page: no errors, no warnings, no violation of the content policy. */
  assertCalm() {
    this.#problems.assertNone();
  }

  /** The same, but a server or network that was away may have been noticed by the browser. */
  assertCalmButForTheConnection() {
    this.#problems.assertConnectionOnly();
  }

  /**
   * The same, but for what a test provokes.
   *
   * @param {RegExp} expected
   */
  assertCalmBut(expected) {
    this.#problems.assertNone(expected);
  }
}
