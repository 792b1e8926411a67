/**
 * The set-up that test files share: a server and a browser of their own, and the people in it. Pages
 * end with the test that opened them.
 */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { launchBrowser } from './browser.mjs';
import { Operator } from './operator.mjs';
import { picture } from './picture.mjs';
import { FrontdeskServer } from './server.mjs';
import { Visitor } from './visitor.mjs';

/** @typedef {import('playwright-core').BrowserContextOptions} ContextOptions */
/** @typedef {import('playwright-core').Page} Page */

/**
 * @typedef {object} Arrival
 * @property {string} [at] the address, the demo site's by default
 * @property {(page: Page) => Promise<unknown>} [prepare] done to the page before it loads anything
 */

export class Stage {
  /** @type {FrontdeskServer | null} */
  #server = null;
  /** @type {import('playwright-core').Browser | null} */
  #browser = null;
  /** @type {import('playwright-core').BrowserContext[]} */
  #contexts = [];
  #phones = 0;

  get server() {
    assert(this.#server, 'the server runs while tests do');
    return this.#server;
  }

  /**
   * @param {{ role: string, tenant?: string, name?: string }[]} staff who can sign in
   * @param {Record<string, string>} settings
   */
  async startServer(staff, settings) {
    this.#server = await FrontdeskServer.start(settings);
    for (const colleague of staff) await this.#server.command(Operator.args(colleague));
  }

  async startBrowser() {
    this.#browser = await launchBrowser();
  }

  /** @param {string} test that ends */
  async closePages(test) {
    for (const context of this.#contexts.splice(0)) {
      for (const [index, page] of context.pages().entries()) await picture(page, `end of ${test} ${index}`).catch(() => {});
      await context.close();
    }
  }

  async endServer() {
    await this.#server?.dispose();
    this.#server = null;
  }

  async endBrowser() {
    await this.#browser?.close();
  }

  /**
   * A browser profile of its own: another person, or the same one elsewhere.
   *
   * @param {ContextOptions} [options]
   */
  async context(options) {
    assert(this.#browser, 'the browser runs while tests do');
    const context = await this.#browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', ...options });
    this.#contexts.push(context);
    return context;
  }

  /** @param {ContextOptions} [options] */
  async page(options) {
    return (await this.context(options)).newPage();
  }

  /** A phone number that nobody else has: one phone is one person. */
  phone() {
    this.#phones += 1;
    return `(415) 555-${1_000 + this.#phones}`;
  }

  /**
   * A stranger on a page with the chat's button.
   *
   * @param {ContextOptions} [options]
   * @param {Arrival} [arrival]
   */
  async visitor(options, { at = this.server.url, prepare = async () => {} } = {}) {
    const visitor = new Visitor(await this.page(options));
    await prepare(visitor.page);
    await visitor.arrive(at);
    return visitor;
  }

  /**
   * A visitor who said hello, gave name and phone, and is asked for an email address.
   *
   * @param {string} name
   * @param {ContextOptions} [options]
   * @param {Arrival} [arrival]
   */
  async talker(name, options, arrival) {
    const visitor = await this.visitor(options, arrival);
    await visitor.begin({ name, phone: this.phone() });
    return visitor;
  }

  /**
   * A visitor who waits for a person.
   *
   * @param {string} name
   */
  async waiter(name) {
    const visitor = await this.talker(name);
    await visitor.write('operator please');
    await visitor.isAnswered();
    return visitor;
  }

  /**
   * A colleague who has signed in.
   *
   * @param {ContextOptions & { path?: string, name?: string }} [options] where to, and who
   */
  async colleague({ path = '/console/inbox', name = 'Olga', ...options } = {}) {
    const operator = new Operator(await this.page(options), this.server.url);
    await operator.open(path);
    await operator.signIn(name);
    await operator.isReady();
    return operator;
  }

  /** @param {string} text said by a colleague in the newest conversation */
  async colleagueSays(text) {
    const { items } = await this.server.api('/api/v1/conversations');
    await this.server.post(`/api/v1/conversations/${items[0].id}/messages`, { by: 'Tom', text });
  }
}

/**
 * Sets the stage of the `describe` it is called in.
 *
 * @param {object} [wishes]
 * @param {{ role: string, tenant?: string, name?: string }[]} [wishes.staff] who can sign in
 * @param {boolean} [wishes.perTest] a fresh server for each test
 * @param {Record<string, string>} [wishes.settings] of the server, as its environment names them
 * @returns {Stage}
 */
export function setStage({ staff = [], perTest = false, settings = {} } = {}) {
  const stage = new Stage();
  before(() => stage.startBrowser());
  after(() => stage.endBrowser());
  if (perTest) beforeEach(() => stage.startServer(staff, settings));
  else before(() => stage.startServer(staff, settings));
  afterEach((test) => stage.closePages('name' in test ? test.name : ''));
  if (perTest) afterEach(() => stage.endServer());
  else after(() => stage.endServer());
  return stage;
}
