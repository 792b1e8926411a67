/** The chat on a customer's own site: another origin, and the strictest content policy that allows it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { launchBrowser } from './support/browser.mjs';
import { FrontdeskServer } from './support/server.mjs';
import { Visitor } from './support/visitor.mjs';

/**
 * A site of one page with the widget's line in it. It allows no styles, images or frames at all.
 *
 * @param {string} frontdesk
 */
async function startCustomerSite(frontdesk) {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A customer</title>
    <link rel="icon" href="data:,">
    <script src="${frontdesk}/widget.js" data-tenant="demo-catering" async></script></head>
    <body><h1>A customer's page</h1></body></html>`;
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `script-src ${frontdesk}`,
    `connect-src ${frontdesk} ${frontdesk.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
  ].join('; ');
  const site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(page);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  assert(address && typeof address === 'object');
  return { site, url: `http://127.0.0.1:${address.port}` };
}

describe('embedding', () => {
  /** @type {FrontdeskServer} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;

  before(async () => {
    server = await FrontdeskServer.start();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.dispose();
  });

  test('a site of another origin embeds the chat with one line', async () => {
    const { site, url } = await startCustomerSite(server.url);
    try {
      const visitor = new Visitor(await browser.newPage({ locale: 'en-US' }));
      await visitor.arrive(url);
      await visitor.openChat();
      await visitor.write('Hello from elsewhere');
      await visitor.introduce({ name: 'Olga Origin', phone: '(415) 555-0195' });
      await visitor.isAnswered();
      const position = await visitor.launcher.evaluate((button) => getComputedStyle(button).position);
      assert.equal(position, 'fixed', 'the widget brought its own styles');
      visitor.assertCalm();
      await visitor.page.close();
    } finally {
      site.close();
    }
  });
});
