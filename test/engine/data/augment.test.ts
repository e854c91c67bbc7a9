import { beforeAll, describe, expect, it } from 'vitest';
import {
  AUGMENTATIONS,
  type Augmentation,
  type AugmentOptions,
  augment,
  loadNearestWords,
  type Neighbours,
  NO_NEIGHBOURS,
} from '../../../src/engine/data/augment/index.js';
import { isNegation } from '../../../src/engine/data/augment/kept-words.js';
import { joinPieces, piecesOf } from '../../../src/engine/data/augment/pieces.js';
import { createStaticEncoder } from '../../../src/engine/encoders/static.js';
import { createRng } from '../../../src/engine/random.js';
import { nastyText } from './nasty.js';

const TEXTS = [
  'I was charged twice this month, please help!',
  "Why doesn't the app start? It crashed when I pressed save.",
  'How do I reset my password, and how long does it take?',
  'The delivery was slow but the picture is not bad at all.',
  'I am not happy, this is never going to work without a new battery',
  'nobody answered my 3 mails about order 4711, so I want my money back.',
  '请问怎么退款吗？我上个月被多收了钱，客服一直没有回复。',
  '手机质量不好，电池用了半天就没电了，但是物流很快。',
  '屏幕很漂亮，价格也便宜，非常满意，推荐给朋友。',
  '如果iPhone 15 Pro不能退货，我就别买了，因为朋友的手机从1180降到768。',
];

const NEIGHBOURS: Neighbours = {
  of: (word) =>
    new Map([
      ['month', ['quarter']],
      ['picture', ['photo', 'image']],
      ['delivery', ['shipment']],
      ['质量', ['品质']],
      ['朋友', ['好友']],
    ]).get(word) ?? [],
};

const run = (texts: readonly string[], options: Partial<AugmentOptions> = {}, seed = 0) =>
  augment(texts, { kinds: AUGMENTATIONS, copies: 3, strength: 0.3, ...options }, createRng(seed), NEIGHBOURS);

const copiesOf = (text: string, kind: Augmentation, neighbours = NEIGHBOURS): string[] =>
  Array.from({ length: 20 }, (_, seed) =>
    augment([text], { kinds: [kind], copies: 4, strength: 0.2 }, createRng(seed), neighbours),
  ).flatMap(({ texts }) => texts);

const negations = (text: string): string[] =>
  piecesOf(text)
    .flatMap(({ text: piece, word }) => (word && isNegation(piece) ? [piece] : []))
    .sort();

describe('augment', () => {
  it('gives the same for the same seed, something else for another', () => {
    expect(run(TEXTS)).toEqual(run(TEXTS));
    expect(run(TEXTS, {}, 1).texts).not.toEqual(run(TEXTS).texts);
  });

  it.each([1, 3, 5])('makes %i copies of each text that has enough to change', (copies) => {
    const { texts, from } = run(TEXTS, { copies });
    expect(texts).toHaveLength(copies * TEXTS.length);
    expect(Array.from(from)).toEqual(TEXTS.flatMap((_, row) => Array(copies).fill(row)));
  });

  it.each(AUGMENTATIONS)('%s: new texts only, none twice, each from a row of the input', (kind) => {
    for (let seed = 0; seed < 20; seed++) {
      const { texts, from } = run(TEXTS, { kinds: [kind], copies: 6, strength: 1 }, seed);
      expect(texts.length).toBeGreaterThan(0);
      expect(from).toHaveLength(texts.length);
      expect(new Set([...texts, ...TEXTS]).size).toBe(texts.length + TEXTS.length);
      expect(texts.every((text) => text !== '' && text === text.trim())).toBe(true);
      for (const row of from) expect(TEXTS[row]).toBeDefined();
    }
  });

  it('does not make the copy of one text that another text is', () => {
    const texts = ['I am here', "I'm here", 'i am here', "i'm here", 'I am here.', "I'm here."];
    for (let seed = 0; seed < 20; seed++) {
      const made = run(texts, { kinds: ['syntax'], copies: 4 }, seed).texts;
      expect(made.filter((text) => texts.includes(text))).toEqual([]);
    }
  });

  it('shares words with the text that a copy is said to come from', () => {
    const { texts, from } = run(TEXTS, { copies: 5 });
    texts.forEach((copy, i) => {
      const words = new Set(piecesOf(copy).map(({ text }) => text));
      const shared = TEXTS.map(
        (text) => piecesOf(text).filter(({ text: piece, word }) => word && words.has(piece)).length,
      );
      expect(Math.max(...shared)).toBe(shared[from[i]!]);
    });
  });

  it.each(['', ' ', '?!', '😀👩‍👩‍👧', 'https://example.org/a?b=c', '42'])(
    'has nothing to change in %j but its form',
    (text) => {
      expect(run([text], { kinds: ['synonyms', 'reorder', 'dropout', 'swap'] }).texts).toEqual([]);
    },
  );

  it('keeps the last word', () => {
    expect(run(['help'], { kinds: ['dropout', 'swap', 'reorder'] }).texts).toEqual([]);
    for (const copy of copiesOf('please help', 'dropout')) expect(['please', 'help']).toContain(copy);
  });

  it('changes texts of 4,000 characters and stays under the limit', () => {
    const long = [
      `${'I was charged twice, please help. '.repeat(200)}`.slice(0, 4000),
      '手机质量不好，推荐给朋友。'.repeat(308).slice(0, 4000),
    ];
    const { texts, from } = run(long, { copies: 5 });
    expect(new Set(from)).toEqual(new Set([0, 1]));
    for (const text of texts) expect([...text].length).toBeLessThanOrEqual(4000);
  });

  it('breaks no character of nasty texts', () => {
    for (let seed = 0; seed < 200; seed++) {
      const texts = Array.from({ length: 3 }, (_, i) => nastyText(createRng(seed, i)).replace(/\p{Surrogate}/gu, ''));
      for (const copy of run(texts, { strength: 1 }, seed).texts) {
        expect(copy).not.toMatch(/\p{Surrogate}/u);
        const family = '👩‍👩‍👧';
        if (copy.includes('👧')) expect(copy).toContain(family);
      }
    }
  });

  it('leaves addresses and mentions alone', () => {
    const text = 'can you look at https://example.org/thanks-a-lot?q=can, <@123> and @bob, please, thanks';
    for (const kind of AUGMENTATIONS) {
      for (const copy of copiesOf(text, kind, { of: () => ['something'] })) {
        for (const kept of ['https://example.org/thanks-a-lot?q=can', '<@123>', '@bob']) expect(copy).toContain(kept);
      }
    }
    expect(copiesOf('https://example.org/a', 'syntax')).toEqual([]);
  });

  it('makes nothing of no kinds', () => {
    expect(run(TEXTS, { kinds: [] })).toEqual({ texts: [], from: new Int32Array() });
  });

  it.each(['synonyms', 'reorder', 'dropout', 'swap'] as const)('%s keeps every negation', (kind) => {
    for (const text of TEXTS) {
      for (const copy of copiesOf(text, kind, { of: () => ['something', '东西'] }))
        expect(negations(copy)).toEqual(negations(text));
    }
  });

  it('syntax says a negation in another form, but says it', () => {
    for (const text of [...TEXTS, 'I cannot log in', 'we will not pay', '没有人回复，别买']) {
      for (const copy of copiesOf(text, 'syntax')) expect(negations(copy)).toHaveLength(negations(text).length);
    }
  });

  it('keeps what a negation negates behind it', () => {
    for (const kind of ['dropout', 'swap'] as const) {
      for (const copy of copiesOf('The food is not good but the waiter is never rude', kind)) {
        expect(copy).toContain('not good');
        expect(copy).toContain('never rude');
      }
      for (const copy of copiesOf('手机质量不好，别买这个牌子的耳机', kind)) expect(copy).toMatch(/不好.*别买/u);
    }
  });

  it.each(['dropout', 'swap', 'synonyms', 'reorder'] as const)(
    '%s keeps numbers whole and question words there',
    (kind) => {
      const text = '请问为什么我的iPhone 15 Pro从1180降到768，屏幕3.5寸，一直不能退货';
      for (const copy of copiesOf(text, kind)) {
        for (const kept of ['为什么', '15', '1180', '768', '3.5'])
          expect(piecesOf(copy).map((piece) => piece.text)).toContain(kept);
      }
    },
  );
});

describe('kinds', () => {
  it('synonyms puts a near word in the place of a word, in its case', () => {
    expect(new Set(copiesOf('Delivery of my Picture', 'synonyms'))).toEqual(
      new Set(['Shipment of my Picture', 'Delivery of my Photo', 'Delivery of my Image']),
    );
    expect(new Set(copiesOf('质量很好', 'synonyms'))).toEqual(new Set(['品质很好']));
    expect(copiesOf('Delivery of my Picture', 'synonyms', NO_NEIGHBOURS)).toEqual([]);
  });

  it('synonyms never asks for a negation, a pronoun, a weekday, a number or an opposite', () => {
    const asked: string[] = [];
    const spy: Neighbours = {
      of: (word) => {
        asked.push(word);
        return ['x'];
      },
    };
    copiesOf('why do you never open on monday, two bad burgers are not cheap', 'synonyms', spy);
    copiesOf('为什么周一不吃，两次便宜的汉堡没有肉', 'synonyms', spy);
    expect(new Set(asked)).toEqual(new Set(['burgers', '汉堡']));
  });

  it.each([
    ['I paid twice, please help!', ['please help, I paid twice!']],
    ['Is my card lost? I still wait for it.', ['I still wait for it. Is my card lost?']],
    ['I stayed home because it rained', ['because it rained I stayed home']],
    ['不错的产品，老妈很喜欢！', ['老妈很喜欢，不错的产品！']],
    ['电池坏了。怎么退货？', ['怎么退货？电池坏了。']],
    ['我很满意但是物流很慢', ['但是物流很慢我很满意']],
    ['version 3.5 of file.txt by Dr. Smith costs 1,000', []],
    ['stop when done', []],
  ])('reorder: %j', (text, expected) => {
    expect([...new Set(copiesOf(text, 'reorder'))]).toEqual(expected);
  });

  it('dropout leaves words out without a double blank or a merged number', () => {
    expect(new Set(copiesOf('where is my order', 'dropout'))).toEqual(
      new Set(['where my order', 'where is order', 'where is my']),
    );
    for (const copy of copiesOf('价格从1180降到768', 'dropout')) expect(copy).not.toContain('1180768');
  });

  it('swap exchanges near words and leaves the marks where they are', () => {
    expect(new Set(copiesOf('cancel (my) order', 'swap'))).toEqual(new Set());
    expect(new Set(copiesOf('cancel my order, now', 'swap'))).toEqual(
      new Set(['my cancel order, now', 'cancel order my, now', 'order my cancel, now']),
    );
  });

  it.each([
    ["I'm here", ['I am here']],
    ['how do I log in', ['how can I log in', 'how to log in']],
    ["It doesn't work", ['It does not work']],
    ['Where is it?', ['please tell me, where is it?']],
    ['please log me in', ['log me in']],
    ['怎么登录', ['如何登录', '请问怎么登录']],
    ['请问怎么登录', ['怎么登录']],
    ['为什么不行？', ['为啥不行？', '请问为什么不行？']],
    ['屏幕非常好', ['屏幕十分好']],
  ])('syntax: %j', (text, expected) => {
    expect(copiesOf(text, 'syntax')).toEqual(expect.arrayContaining(expected));
  });

  it('syntax matches whole words', () => {
    // Neither "bit is" nor 可能 (能 alone is no word of it) is touched.
    expect(copiesOf('A bit is enough', 'syntax').filter((copy) => copy.includes("bit's"))).toEqual([]);
    expect(copiesOf('功能很多', 'syntax').filter((copy) => !copy.includes('功能'))).toEqual([]);
  });
});

describe('pieces', () => {
  it('give the text again', () => {
    for (const text of [...TEXTS, ...Array.from({ length: 200 }, (_, i) => nastyText(createRng(i)))])
      expect(joinPieces(piecesOf(text))).toBe(text);
  });

  it('are words, and what is none', () => {
    const words = (text: string): string[] => piecesOf(text).flatMap(({ text: piece, word }) => (word ? [piece] : []));
    expect(words("don't use C++ or wi-fi 3.14 @bob <@123> https://a.b/c it 's")).toEqual([
      "don't",
      'use',
      'C++',
      'or',
      'wi-fi',
      '3.14',
      'it',
    ]);
    expect(words('iPhone手机的价格，1180元！')).toEqual(['iPhone', '手机', '的', '价格', '1180', '元']);
  });
});

describe('negations', () => {
  it.each(["don't", 'don’t', 'NOT', 'never', 'cannot', '不', '没有', '别', '未', '不错', '用不了', '并未'])(
    '%s is one',
    (word) => {
      expect(isNegation(word)).toBe(true);
    },
  );

  it.each(['note', 'knot', 'nod', '特别', '别人', '未来', '非常', '级别', '不过'])('%s is none', (word) => {
    expect(isNegation(word)).toBe(false);
  });
});

describe('nearest words of the embedded table', () => {
  let neighbours: Neighbours;
  beforeAll(async () => {
    neighbours = await loadNearestWords(await createStaticEncoder());
  });

  it.each([
    ['movie', 'film'],
    ['picture', 'photo'],
    ['answer', 'reply'],
    ['价格', '售价'],
    ['公司', '企业'],
    ['质量', '品质'],
  ])('%s: %s', (word, near) => {
    expect(neighbours.of(word)).toContain(near);
  });

  it.each(['not', 'bad', 'good', 'why', 'monday', 'you', 'seven', '不错', '便宜', '为什么', 'qwertz', ''])(
    'none for %j',
    (word) => {
      expect(neighbours.of(word)).toEqual([]);
    },
  );

  it('are neither forms of the word, nor of another script, nor traditional where the word is simplified', () => {
    expect(neighbours.of('film')).not.toContain('films');
    expect(neighbours.of('work')).not.toContain('travail');
    expect(neighbours.of('电影')).not.toContain('電影');
    for (const word of ['car', 'help', 'company', 'school'])
      for (const near of neighbours.of(word)) expect(near).toMatch(/^[a-z]+$/);
  });
});
