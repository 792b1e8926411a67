/** A colleague at the console: what people do there, and what they see. */

import assert from 'node:assert/strict';

const PASSWORD = 'a password of tests';

export class Operator {
  /** @type {string[]} */
  #problems = [];
  page;
  #url;

  /**
   * @param {import('playwright-core').Page} page
   * @param {string} url of the server
   */
  constructor(page, url) {
    this.page = page;
    this.#url = url;
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.#problems.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#problems.push(`${message.type()}: ${message.text()}`);
    });
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
    await this.page.getByRole('navigation', { name: 'Console' }).waitFor();
  }

  /** Waits until the conversation's page hears of changes. */
  async isLive() {
    await this.log.waitFor();
    await this.page.locator('html[data-live]').waitFor();
  }

  /** @param {string} text */
  async hears(text) {
    await this.log.getByText(text, { exact: true }).waitFor();
  }

  /** Nothing went wrong in the page: no errors, no warnings, no violation of the content policy. */
  assertCalm() {
    assert.deepEqual(this.#problems, []);
  }
}
