/** What a page pays for the widget, compressed. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const WEB = join(import.meta.dirname, '../gateway/web');
const BUTTON_BYTES_MAX = 12 * 1024;
const ALL_BYTES_MAX = 45 * 1024;

/** @param {string} file */
async function weigh(file) {
  return gzipSync(await readFile(join(WEB, file))).length;
}

/** @param {string[]} files */
async function weighAll(files) {
  const weights = await Promise.all(files.map(weigh));
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/**
 * A module and everything it imports before it runs.
 *
 * @param {string} file
 * @param {Set<string>} [found]
 */
async function withStaticImports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const source = await readFile(join(WEB, file), 'utf8');
  for (const [, imported] of source.matchAll(/^import .* from '\.\/(.+)';$/gm)) {
    await withStaticImports(join('widget', imported), found);
  }
  return found;
}

test('the button loads at most 12 KiB', async () => {
  const modules = await withStaticImports('widget/launcher.js');
  assert(modules.size > 3, 'the imports were read');
  const languages = await readdir(join(WEB, 'widget/texts'));
  const texts = await Promise.all(languages.map((name) => weigh(`widget/texts/${name}`)));
  const bytes = (await weighAll(['widget.js', 'widget/launcher.css', ...modules])) + Math.max(...texts);
  assert(bytes <= BUTTON_BYTES_MAX, `${bytes} bytes`);
});

test('all of the widget, in every language, is at most 45 KiB', async () => {
  const files = (await readdir(join(WEB, 'widget'), { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
  const bytes = await weighAll(['widget.js', ...files.map((name) => join('widget', name))]);
  assert(bytes <= ALL_BYTES_MAX, `${bytes} bytes`);
});
