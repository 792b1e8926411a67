/** The widget's parts that need no page. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fullJitter } from '../gateway/web/widget/backoff.js';
import { readableColors } from '../gateway/web/widget/color.js';
import { cleanContent, contentLength, parseFrame } from '../gateway/web/widget/frames.js';
import { linkify, webAddress } from '../gateway/web/widget/linkify.js';
import { chooseLanguage } from '../gateway/web/widget/texts.js';
import { Transcript } from '../gateway/web/widget/transcript.js';

/**
 * @param {number} seq
 * @param {Partial<import('../gateway/web/widget/frames.js').MessageFrame>} [rest]
 * @returns {import('../gateway/web/widget/frames.js').MessageFrame}
 */
function frame(seq, rest) {
  return { type: 'message', id: `m${seq}`, seq, role: 'bot', content: `text ${seq}`, timestamp: '2026-05-01T10:00:00Z', ...rest };
}

describe('transcript', () => {
  const seqs = (/** @type {Transcript} */ transcript) => transcript.entries().map(({ seq }) => seq);

  test('messages stand in the order of their numbers, once each', () => {
    const transcript = new Transcript();
    for (const seq of [1, 3, 2, 3, 1]) transcript.receive(frame(seq));
    assert.deepEqual(seqs(transcript), [1, 2, 3]);
  });

  test('resuming starts before the first gap', () => {
    const transcript = new Transcript();
    for (const seq of [1, 2, 5]) transcript.receive(frame(seq));
    assert.equal(transcript.completeTo, 2);
    assert.equal(transcript.hasGap, true);
    for (const seq of [3, 4]) transcript.receive(frame(seq));
    assert.equal(transcript.completeTo, 5);
    assert.equal(transcript.hasGap, false);
  });

  test('an acknowledged message takes its number and keeps its id', () => {
    const transcript = new Transcript();
    transcript.wait({ id: 'a', content: 'hi', writtenAt: 1 });
    transcript.acknowledge('a', 1);
    assert.deepEqual(transcript.entries().map(({ id, seq, delivery }) => [id, seq, delivery]), [['a', 1, 'delivered']]);
  });

  test('a message that came back by resuming is not shown twice when it is acknowledged', () => {
    const transcript = new Transcript();
    transcript.wait({ id: 'a', content: 'hi', writtenAt: 1 });
    transcript.receive(frame(1, { id: 'another-name', role: 'user', content: 'hi' }));
    transcript.acknowledge('a', 1);
    assert.deepEqual(seqs(transcript), [1]);
  });

  test('waiting messages stay behind the numbered ones and survive a restart', () => {
    const transcript = new Transcript();
    transcript.wait({ id: 'a', content: 'first', writtenAt: 1 });
    transcript.receive(frame(1));
    assert.deepEqual(seqs(transcript), [1, null]);
    transcript.restart();
    assert.deepEqual(seqs(transcript), [null]);
    assert.equal(transcript.completeTo, 0);
  });
});

describe('links', () => {
  const links = (/** @type {string} */ text) => linkify(text).filter(({ href }) => href).map(({ text: shown, href }) => [shown, href]);

  test('the pieces are the text', () => {
    for (const text of ['', 'plain', 'a https://x.example/b. c', 'https://x.example', '(see www.x.example/y(z)), me@x.example!']) {
      assert.equal(linkify(text).map((piece) => piece.text).join(''), text);
    }
  });

  test('punctuation after an address is not part of it', () => {
    assert.deepEqual(links('See https://x.example/a?b=1, or (https://x.example/c).'), [
      ['https://x.example/a?b=1', 'https://x.example/a?b=1'],
      ['https://x.example/c', 'https://x.example/c'],
    ]);
    assert.deepEqual(links('https://x.example/wiki/A_(b)'), [['https://x.example/wiki/A_(b)', 'https://x.example/wiki/A_(b)']]);
  });

  test('email addresses and bare hosts become links', () => {
    assert.deepEqual(links('www.x.example or a.b@x.example'), [
      ['www.x.example', 'https://www.x.example/'],
      ['a.b@x.example', 'mailto:a.b@x.example'],
    ]);
  });

  test('no other scheme becomes a link', () => {
    assert.deepEqual(links('javascript:alert(1) data:text/html,x vbscript:x'), []);
    assert.equal(webAddress('javascript:alert(1)'), null);
    assert.equal(webAddress('//x.example'), null);
    assert.equal(webAddress(undefined), null);
    assert.equal(webAddress('https://x.example/a'), 'https://x.example/a');
  });
});

describe('frames', () => {
  test('text is trimmed and freed of control characters', () => {
    assert.equal(cleanContent('  a\r\nb\tc\u0000\u0007\u009f  '), 'a\nb\tc');
    assert.equal(cleanContent(' \n\t '), '');
    assert.equal(contentLength('👍🏽'), 2);
  });

  test('what is not a known frame is nothing', () => {
    for (const data of ['', '{', 'null', '[]', '{"type":"surprise"}', new ArrayBuffer(2)]) assert.equal(parseFrame(data), null);
    assert.deepEqual(parseFrame('{"type":"pong","more":1}'), { type: 'pong', more: 1 });
  });
});

describe('backoff', () => {
  test('waits are spread from zero to a doubling bound of half a minute', () => {
    assert.equal(fullJitter(0, () => 0), 0);
    assert.equal(fullJitter(0, () => 1), 500);
    assert.equal(fullJitter(3, () => 1), 4_000);
    assert.equal(fullJitter(1_000, () => 1), 30_000);
  });
});

describe('language', () => {
  const offered = ['en', 'es', 'de'];

  test('the page decides, then the visitor, then the tenant', () => {
    const choice = { demanded: null, preferred: ['es-MX', 'en'], offered, fallback: 'en' };
    assert.equal(chooseLanguage(choice), 'es');
    assert.equal(chooseLanguage({ ...choice, demanded: 'uk' }), 'uk');
    assert.equal(chooseLanguage({ ...choice, preferred: ['ru-RU'] }), 'en');
    assert.equal(chooseLanguage({ ...choice, preferred: ['de', 'es'] }), 'es');
    assert.equal(chooseLanguage({ ...choice, preferred: [], fallback: 'fr' }), 'en');
  });
});

describe('colour', () => {
  const luminance = (/** @type {string} */ hex) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const contrast = (/** @type {string[]} */ ...pair) => {
    const [dark, light] = pair.map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  test('text on any accent has a contrast of at least 4.5', () => {
    for (const accent of ['#000000', '#ffffff', '#ffff00', '#ff6600', '#16a34a', '#808080', '#2563eb', '#e11d48', 'nonsense']) {
      const { background, text, ink } = readableColors(accent);
      assert(contrast(background, text) >= 4.5, `${accent}: ${text} on ${background}`);
      assert(contrast(ink, '#f2f4f7') >= 4.5, `${accent}: ${ink} on a light surface`);
    }
  });

  test('an accent that is readable already is left alone', () => {
    assert.deepEqual(readableColors('#1d4ed8'), { background: '#1d4ed8', text: '#ffffff', ink: '#1d4ed8' });
  });
});
