/** What a page pays for the widget, byte for byte as the server sends it. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { FrontdeskServer } from './support/server.mjs';

const WIDGET = join(import.meta.dirname, '../gateway/web/widget');
const BUTTON_BYTES_MAX = 12 * 1024;
const ALL_BYTES_MAX = 45 * 1024;

describe('weight', () => {
  /** @type {FrontdeskServer} */
  let server;

  before(async () => {
    server = await FrontdeskServer.start();
  });
  after(() => server?.dispose());

  /**
   * @param {string} path
   * @returns {Promise<{ bytes: number, text: string }>}
   */
  function load(path) {
    return new Promise((resolve, reject) => {
      get(`${server.url}${path}`, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
        assert.equal(response.statusCode, 200, path);
        /** @type {Buffer[]} */
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          const isPacked = response.headers['content-encoding'] === 'gzip';
          resolve({ bytes: body.length, text: (isPacked ? gunzipSync(body) : body).toString() });
        });
      }).on('error', reject);
    });
  }

  /**
   * The weight of files, and of everything they import before they run.
   *
   * @param {string[]} paths
   */
  async function weigh(paths) {
    const waiting = [...paths];
    const found = new Map();
    for (let path = waiting.shift(); path; path = waiting.shift()) {
      if (found.has(path)) continue;
      const { bytes, text } = await load(path);
      found.set(path, bytes);
      for (const [, imported] of text.matchAll(/^import .* from '\.\/(.+)';$/gm)) waiting.push(`/assets/widget/${imported}`);
    }
    const total = [...found.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { files: found.size, total };
  }

  test('the button loads at most 12 KiB', async (context) => {
    const { files, total } = await weigh(['/widget.js', '/assets/widget/commands.js', '/assets/widget/launcher.css']);
    context.diagnostic(`${total} bytes in ${files} files`);
    assert(files > 8, 'the imports were read');
    assert(total <= BUTTON_BYTES_MAX, `${total} bytes`);
  });

  test('all of the widget, in every language, is at most 45 KiB', async (context) => {
    const sources = (await readdir(WIDGET, { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
    const { files, total } = await weigh(['/widget.js', ...sources.map((name) => `/assets/widget/${name}`)]);
    context.diagnostic(`${total} bytes in ${files} files`);
    assert(total <= ALL_BYTES_MAX, `${total} bytes`);
  });
});
