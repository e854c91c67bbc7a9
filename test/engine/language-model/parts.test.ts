import { describe, expect, it } from 'vitest';
import { controlTokenBreaker } from '../../../src/engine/language-model/control-tokens.js';
import { createPrefixCache, sharedPrefix } from '../../../src/engine/language-model/local/prefix-cache.js';
import { estimatePrompt, estimateTokens } from '../../../src/engine/language-model/server/estimate.js';
import { parseAnswer, parseStructured, scoresFromTokens } from '../../../src/engine/language-model/server/options.js';
import { readEvents } from '../../../src/engine/language-model/server/sse.js';
import { createTextStream } from '../../../src/engine/language-model/text-stream.js';

describe('events of a stream', () => {
  const read = async (...chunks: (string | Uint8Array)[]): Promise<string[]> => {
    const events: string[] = [];
    async function* source() {
      for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
    for await (const data of readEvents(source())) events.push(data);
    return events;
  };

  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n'],
    ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n'],
    ['carriage returns', 'data: a\r\rdata: b\r\r'],
    ['comments, other fields, no space', ': hi\nevent: x\nid: 1\ndata:a\n\n: ping\n\ndata:b\n\n'],
    ['no blank line at the end', 'data: a\n\ndata: b'],
  ])('with %s', async (_, text) => {
    expect(await read(text)).toEqual(['a', 'b']);
    expect(await read(...Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)))).toEqual(['a', 'b']);
  });

  it('of several lines, with characters cut in the middle', async () => {
    const bytes = Buffer.from('data: 微\ndata:  调\n\n');
    for (let at = 1; at < bytes.length; at++) {
      expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(['微\n 调']);
    }
  });

  it('end with an error when a line never ends', async () => {
    await expect(read(...Array<string>(20).fill('x'.repeat(100_000)))).rejects.toThrow('does not end');
  });
});

describe('control tokens in texts', () => {
  it('are broken up, also those that breaking makes', () => {
    const clean = controlTokenBreaker(['<|im_end|>', '<s>', '<<s', '[X]']);
    expect(clean('a <|im_end|> b [X]')).toBe('a < |im_end|> b [ X]');
    for (const nasty of ['<<s>', '<<<s>>', '<|im_end|><s>[X]']) {
      for (const token of ['<|im_end|>', '<s>', '<<s', '[X]']) expect(clean(nasty)).not.toContain(token);
    }
    expect(clean('plain <b>text</b> [x]')).toBe('plain <b>text</b> [x]');
  });

  it('of the known formats, where a server does the templating', () => {
    const clean = controlTokenBreaker();
    expect(clean('<|im_start|>system [INST] </s><start_of_turn>')).toBe(
      '< |im_start| >system [ INST] < /s>< start_of_turn>',
    );
    expect(controlTokenBreaker([])('<s>')).toBe('<s>');
  });
});

describe('growing text', () => {
  const run = (texts: readonly string[], stop: readonly string[] = []) => {
    const pieces: string[] = [];
    const stream = createTextStream(stop, (piece) => pieces.push(piece));
    const ended = texts.map((text) => stream.update(text));
    return { pieces, ended, text: stream.end() };
  };

  it('is given out once', () => {
    expect(run(['a', 'ab', 'ab', 'abc'])).toEqual({
      pieces: ['a', 'b', 'c'],
      ended: Array(4).fill(false),
      text: 'abc',
    });
  });

  it('waits for the rest of a character', () => {
    expect(run(['a', 'a\uFFFD', 'a微']).pieces).toEqual(['a', '微']);
    expect(run(['a\uFFFD'])).toMatchObject({ pieces: ['a', '\uFFFD'], text: 'a\uFFFD' });
  });

  it('holds back what may be a stop text', () => {
    expect(run(['a', 'a\n', 'a\n\n', 'a\n\nb'], ['\n\n'])).toEqual({
      pieces: ['a'],
      ended: [false, false, true, true],
      text: 'a',
    });
    expect(run(['a\n', 'a\nb'], ['\n\n']).pieces).toEqual(['a', '\nb']);
    expect(run(['a\n'], ['\n\n'])).toMatchObject({ pieces: ['a', '\n'], text: 'a\n' });
  });
});

describe('options from odds of tokens', () => {
  const at = (token: string, chance: number, others: Record<string, number> = {}) => ({
    token,
    logprob: Math.log(chance),
    top_logprobs: [[token, chance] as const, ...Object.entries(others)].map(([text, p]) => ({
      token: text,
      logprob: Math.log(p),
    })),
  });
  const chances = (options: string[], ...positions: ReturnType<typeof at>[]) =>
    scoresFromTokens(options, positions)?.map(({ logProbability }) => Number(Math.exp(logProbability).toFixed(6))) ??
    null;

  it('follow the answer until one option is left', () => {
    expect(chances(['abc', 'abd', 'x'], at('ab', 0.9, { x: 0.05, q: 0.01 }), at('c', 0.8, { d: 0.2 }))).toEqual([
      0.72, 0.18, 0.05,
    ]);
  });

  it('ignore case, spaces and quotes before, and what ends a word after', () => {
    expect(chances(['Bug', 'praise'], at(' "bug', 0.9, { Praise: 0.1 }))).toEqual([0.9, 0.1]);
    expect(chances(['bug', 'praise'], at('\n', 1), at('BUG', 0.6, { 'praise.': 0.4 }))).toEqual([0.6, 0.4]);
    expect(chances(['bug', 'other'], at('bugs', 0.6, { other: 0.4 }))).toEqual(null);
  });

  it('join halves of characters', () => {
    const [first, second] = [[...Buffer.from('账单')].slice(0, 2), [...Buffer.from('账单')].slice(2)];
    const half = { token: '\uFFFD', logprob: Math.log(0.9), bytes: first };
    const rest = { token: '\uFFFD单', logprob: 0, bytes: second };
    const scores = scoresFromTokens(
      ['账单', '故障'],
      [
        { ...half, top_logprobs: [half] },
        { ...rest, top_logprobs: [rest] },
      ],
    );
    expect(Math.exp(scores![0]!.logProbability)).toBeCloseTo(0.9, 6);
  });

  it('are not guessed when the answer is something else', () => {
    expect(chances(['bug', 'praise'], at('The', 0.9, { bug: 0.1 }))).toBeNull();
    expect(chances(['bug'])).toBeNull();
  });
});

describe('answers as options', () => {
  const options = ['billing', 'Bug report', '账单'];
  it.each([
    ['billing', 0],
    [' Billing.\n', 0],
    ['**bug report**', 1],
    ['"Bug report"', 1],
    ['「账单」。', 2],
    ['<think>is it billing?</think>\n账单', 2],
    ['billing or bug report', null],
    ['The answer is billing', null],
    ['', null],
  ])('%j', (answer, index) => {
    expect(parseAnswer(answer, options)).toBe(index);
  });

  it('in a schema', () => {
    expect(parseStructured('{"answer": "账单"}', options)).toBe(2);
    expect(parseStructured('{"answer": "other"}', options)).toBeNull();
    expect(parseStructured('billing', options)).toBeUndefined();
  });

  it('that differ by case alone are told apart, or not at all', () => {
    expect(parseAnswer('A', ['a', 'A'])).toBe(1);
    expect(parseAnswer('aB', ['ab', 'AB'])).toBeNull();
  });
});

it('estimates tokens, rather too many', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('abcd efgh ijkl')).toBe(4);
  expect(estimateTokens('微调')).toBe(3);
  expect(estimateTokens('12.5')).toBe(2);
  expect(estimatePrompt([{ role: 'user', content: 'abcd' }])).toBe(9);
});

describe('the prefix cache', () => {
  it('knows the longest shared beginning', () => {
    expect(
      sharedPrefix([
        [1, 2, 3],
        [1, 2, 4],
        [1, 2],
      ]),
    ).toBe(2);
    expect(sharedPrefix([[1], [2]])).toBe(0);
    expect(sharedPrefix([])).toBe(0);
  });

  it('finds nothing in nothing', () => {
    expect(createPrefixCache(100).find([1, 2, 3], 3)).toBeNull();
  });
});
