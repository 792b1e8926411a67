/** A colleague at the console: what people do there, and what they see. */

import assert from 'node:assert/strict';
import { PATIENCE_MS } from './patience.mjs';
import { Problems } from './problems.mjs';

const PASSWORD = 'a password of tests';

export class Operator {
  #problems;
  #url;
  page;

  /**
   * @param {import('playwright-core').Page} page
   * @param {string} url of the server
   */
  constructor(page, url) {
    this.page = page;
    this.#url = url;
    this.#problems = new Problems(page);
    page.setDefaultTimeout(PATIENCE_MS);
  }

  get rows() {
    return this.page.locator('.rows .row');
  }

  get reply() {
    return this.page.getByRole('textbox', { name: 'Write a reply…' });
  }

  get log() {
    return this.page.getByRole('log');
  }

  get banner() {
    return this.page.locator('#banner');
  }

  /** @param {string} path below the server's address */
  async open(path) {
    await this.page.goto(`${this.#url}${path}`);
  }

  /** @param {{ role: string, tenant?: string, name?: string }} who */
  static args({ role, tenant, name = 'Olga' }) {
    const email = `${name.toLowerCase()}@example.com`;
    const args = ['user', 'add', '--email', email, '--password', PASSWORD, '--role', role, '--name', name];
    return tenant ? [...args, '--tenant', tenant] : args;
  }

  async signIn(name = 'Olga') {
    await this.page.getByLabel('Email').fill(`${name.toLowerCase()}@example.com`);
    await this.page.getByLabel('Password').fill(PASSWORD);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.locator('nav.side').waitFor();
  }

  /** Waits for the page's scripts: a key that is pressed before them is nobody's. */
  async isReady() {
    await this.page.locator('html[data-live]').waitFor();
  }

  /** Waits until the conversation's page hears of changes. */
  async isLive() {
    await this.log.waitFor();
    await this.isReady();
  }

  /**
   * Hands in a form of the console without opening its page.
   *
   * @param {string} path
   * @param {Record<string, string>} fields
   */
  async post(path, fields) {
    const csrf = (await this.page.locator('meta[name="csrf"]').getAttribute('content')) ?? '';
    const response = await this.page.request.post(`${this.#url}${path}`, { form: { ...fields, csrf } });
    assert(response.ok(), `POST ${path} answered ${response.status()}`);
    return response.url();
  }

  /**
   * The markup of a page of the console, without opening it.
   *
   * @param {string} path
   */
  async part(path) {
    const response = await this.page.request.get(`${this.#url}${path}`);
    assert(response.ok(), `GET ${path} answered ${response.status()}`);
    return response.text();
  }

  /** @param {string} who stands in the queue */
  async openConversation(who) {
    await this.rows.filter({ hasText: who }).first().click();
    await this.isLive();
  }

  /** @param {string} text */
  async hears(text) {
    await this.log.getByText(text, { exact: true }).waitFor();
  }

  /** Nothing went wrong in the page: no errors, no warnings, no violation of the content policy. */
  assertCalm() {
    this.#problems.assertNone();
  }

  /** The same, but a server or network that was away may have been noticed by the browser. */
  assertCalmButForTheConnection() {
    this.#problems.assertConnectionOnly();
  }
}
