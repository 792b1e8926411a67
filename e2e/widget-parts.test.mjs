/** The widget's parts that need no page. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fullJitter } from '../gateway/web/widget/backoff.js';
import { readableColors } from '../gateway/web/widget/color.js';
import { cleanContent, contentLength, parseFrame } from '../gateway/web/widget/frames.js';
import { backAt, momentInWords } from '../gateway/web/widget/hours.js';
import { chooseLanguage, wishedLanguages } from '../gateway/web/widget/language.js';
import { linkify, webAddress } from '../gateway/web/widget/linkify.js';
import { readMarkdown } from '../gateway/web/widget/markdown.js';
import { guessRegion, phoneFault, regionOf, tellPhone } from '../gateway/web/widget/phone.js';
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

  test('a browser that cannot say whether an address is one makes links all the same', () => {
    const { canParse } = URL;
    Reflect.deleteProperty(URL, 'canParse');
    try {
      assert.equal(webAddress('https://x.example/a'), 'https://x.example/a');
      assert.equal(webAddress('https://'), null);
    } finally {
      URL.canParse = canParse;
    }
  });
});

describe('markdown', () => {
  /** @param {import('../gateway/web/widget/markdown.js').Inline} part @returns {string} */
  const inline = (part) => {
    if (typeof part === 'string') return part;
    if (part.kind === 'code') return `<code>${part.text}</code>`;
    const inner = part.parts.map(inline).join('');
    return part.kind === 'link' ? `<a ${part.href}>${inner}</a>` : `<${part.kind}>${inner}</${part.kind}>`;
  };
  const shown = (/** @type {string} */ text) =>
    readMarkdown(text)
      .map((block) =>
        block.kind === 'text'
          ? block.parts.map(inline).join('')
          : `<list ${block.start ?? '-'}>${block.items.map((item) => `<li>${item.map(inline).join('')}</li>`).join('')}</list>`,
      )
      .join('|');

  test('the marks people use', () => {
    for (const [text, expected] of [
      ['a **bold *and slanted* b** c', 'a <strong>bold <em>and slanted</em> b</strong> c'],
      ['_так_ и *так*', '<em>так</em> и <em>так</em>'],
      ['write `**this**` down', 'write <code>**this**</code> down'],
      ['[menu](https://x.example/a) or www.x.example', '<a https://x.example/a>menu</a> or <a https://www.x.example/>www.x.example</a>'],
      ['[us](mailto:a@x.example)', '<a mailto:a@x.example>us</a>'],
      ['first:\n\n- a\n- **b**\n3. c\n4. d\nlast', 'first:|<list -><li>a</li><li><strong>b</strong></li></list>|<list 3><li>c</li><li>d</li></list>|last'],
    ]) {
      assert.equal(shown(text), expected);
    }
  });

  test('what is no mark is text', () => {
    for (const text of [
      '',
      '2 * 3 * 4 = 24',
      'snake_case_name and 5*4*3',
      '** not bold ** and *',
      'a **b',
      '-5 degrees',
      'a - b',
      '<b>x</b> &amp; <script>alert(1)</script>',
      '[x](javascript:alert(1))',
      '[x](data:text/html,y)',
      '*a\nb*',
      'line\n\nline',
    ]) {
      assert.equal(shown(text), text);
    }
  });

  test('a link never shows an address that it does not lead to', () => {
    assert.equal(
      shown('[www.bank.example](https://evil.example/x)'),
      '[www.bank.example](https://evil.example/x)',
    );
  });

  test('an address keeps the marks that are in it', () => {
    assert.equal(
      shown('see https://x.example/a_b_c*d* now'),
      'see <a https://x.example/a_b_c*d*>https://x.example/a_b_c*d*</a> now',
    );
  });

  test('a long text of nothing but marks takes no time', () => {
    const started = performance.now();
    for (const mark of ['*', '**', '_', '`', '[', '[a](', '**a ', '_a ', '- ', '1. ']) readMarkdown(mark.repeat(4_000 / mark.length));
    assert(performance.now() - started < 2_000);
  });
});

describe('phone', () => {
  test('the country is where the clock is, or else that of the business', () => {
    assert.equal(guessRegion('US', ['en-US'], 'Europe/Kiev'), 'UA');
    assert.equal(guessRegion('US', ['es-MX', 'en-US'], 'America/Mexico_City'), 'MX');
    assert.equal(guessRegion('UA', ['en-US'], 'UTC'), 'UA');
    assert.equal(guessRegion('US', ['en-GB'], 'America/Los_Angeles'), 'US');
  });

  test('a dial code tells the country, and leaves a chosen one that shares it', () => {
    assert.equal(regionOf('+380 50', 'US'), 'UA');
    assert.equal(regionOf('0049 151', 'US'), 'DE');
    assert.equal(regionOf('+1 604 555', 'CA'), 'CA');
    assert.equal(regionOf('+7 912', 'UA'), 'RU');
    assert.equal(regionOf('415 555', 'US'), null);
    assert.equal(regionOf('+', 'US'), null);
  });

  test('a number of another country is told whole, one at home as written', () => {
    assert.equal(tellPhone('(415) 555-0178', 'US', 'US'), '(415) 555-0178');
    assert.equal(tellPhone('07400 123456', 'GB', 'US'), '+44 7400123456');
    assert.equal(tellPhone('8 (912) 345-67-89', 'RU', 'UA'), '+7 9123456789');
    assert.equal(tellPhone('612 34 56 78', 'ES', 'US'), '+34 612345678');
    assert.equal(tellPhone('06 1234 5678', 'IT', 'US'), '+39 0612345678');
    assert.equal(tellPhone('+44 7400 123456', 'GB', 'US'), '+44 7400 123456');
  });

  test('a number needs ten digits, its dial code among them but for North America', () => {
    assert.equal(phoneFault('555 123 456', 'US'), 'short');
    assert.equal(phoneFault('(415) 555-0178', 'US'), null);
    assert.equal(phoneFault('612 34 56 78', 'ES'), null);
    assert.equal(phoneFault('٤١٥٥٥٥٠١٧٨', 'US'), null);
    assert.equal(phoneFault('+1 415', 'US'), 'short');
    assert.equal(phoneFault('1'.repeat(17), 'US'), 'long');
    assert.equal(phoneFault('', 'UA'), 'short');
  });
});

describe('opening hours', () => {
  const at = (/** @type {string} */ text) => Date.parse(text);
  const openings = [
    { from: '2026-11-20T08:00:00Z', until: '2026-11-20T16:00:00Z' },
    { from: '2026-11-23T08:00:00Z', until: '2026-11-23T16:00:00Z' },
  ];

  test('somebody is there, or the next opening is known', () => {
    assert.equal(backAt(null, at('2026-11-21T00:00:00Z')), null);
    assert.equal(backAt([], at('2026-11-21T00:00:00Z')), null);
    assert.equal(backAt(openings, at('2026-11-20T08:00:00Z')), null);
    assert.equal(backAt(openings, at('2026-11-20T16:00:00Z')), at('2026-11-23T08:00:00Z'));
    assert.equal(backAt(openings, at('2026-11-23T16:00:00Z')), null, 'a page that stood open for days');
  });

  test('a moment is said as shortly as it can be', () => {
    const words = (/** @type {number} */ days, language = 'en') => {
      const now = new Date(2026, 10, 20, 12).getTime();
      return momentInWords(new Date(2026, 10, 20 + days, 20, 30).getTime(), now, language, { tomorrow: 'tomorrow' }).replaceAll('\u202f', ' ');
    };
    assert.equal(words(0), '8:30 PM');
    assert.equal(words(1), 'tomorrow, 8:30 PM');
    assert.equal(words(3), 'Monday, 8:30 PM');
    assert.equal(words(3, 'es'), 'lunes, 20:30');
    assert.equal(words(10), 'Monday, November 30, 8:30 PM');
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
  const tenant = { language: 'en', languages: ['en', 'es', 'de'] };
  const choose = (/** @type {string | null} */ demanded, /** @type {string[]} */ preferred, page = '', offering = tenant) =>
    chooseLanguage(demanded, wishedLanguages(demanded, preferred, page), offering);

  test('the page decides, then the visitor, then what the page is written in, then the tenant', () => {
    assert.equal(choose(null, ['es-MX', 'en']), 'es');
    assert.equal(choose('uk', ['es-MX', 'en']), 'uk');
    assert.equal(choose(null, ['ru-RU']), 'en');
    assert.equal(choose(null, ['de', 'es']), 'es', 'the widget has no words in German');
    assert.equal(choose(null, ['fr'], 'es-ES'), 'es');
    assert.equal(choose('nonsense', ['es']), 'es');
    assert.equal(choose(null, [], '', { language: 'fr', languages: ['fr'] }), 'en');
  });

  test('wishes are sent once each, and few enough for a header', () => {
    assert.deepEqual(wishedLanguages('ES', ['en-US', 'en', 'es-MX', 'x-klingon', '*'], 'ru'), ['es', 'en', 'ru']);
    assert.equal(wishedLanguages(null, [...'abcdefghijk'].map((letter) => `${letter}${letter}`), '').length, 8);
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
