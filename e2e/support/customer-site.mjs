/** A customer's own site, of another origin than the server's. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * @typedef {object} Page
 * @property {string} [head] markup
 * @property {string} [body] markup
 * @property {string} [attributes] of the root element
 * @property {string} [policy] Content-Security-Policy
 */

/**
 * Serves one page under every address.
 *
 * @param {Page} page
 * @param {(url: string) => Promise<void>} visit with the site's address; the site ends with it
 */
export async function withCustomerSite({ head = '', body = '', attributes = 'lang="en"', policy }, visit) {
  const html = `<!doctype html><html ${attributes}><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width"><title>A customer</title>
    <link rel="icon" href="data:,">${head}</head>
    <body><h1>A customer's page</h1>${body}</body></html>`;
  const headers = { 'content-type': 'text/html', ...(policy && { 'content-security-policy': policy }) };
  const site = createServer((_, response) => {
    response.writeHead(200, headers).end(html);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  assert(address && typeof address === 'object');
  try {
    await visit(`http://127.0.0.1:${address.port}`);
  } finally {
    site.close();
    site.closeAllConnections();
  }
}
