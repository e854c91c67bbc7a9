import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createStaticEncoder } from '../../../src/engine/encoders/static.js';
import { encoderContract } from '../../contracts/encoder.js';
import { cosine, expectClose, lengthOf, rowsOf } from '../../support/numbers.js';
import { VARIED_TEXTS } from '../../support/texts.js';

const encoder = createStaticEncoder();
encoderContract('static-en-zh', () => encoder);

/** Vectors of some texts. */
async function vectors(...texts: readonly string[]): Promise<Float32Array[]> {
  const { encode, dimensions } = await encoder;
  return rowsOf(await encode(texts), dimensions);
}

// Token ids by another implementation: AutoTokenizer of @xenova/transformers 4.3.1 on data/encoders/static-en-zh,
// `tokenizer.encode(text, { add_special_tokens: false })`. Id 0 is the unknown token.
const GOLDEN: readonly (readonly [text: string, ids: readonly number[]])[] = [
  ['I was charged twice', [14, 329, 6472, 57, 13861, 1239]],
  ['这个月被重复扣费了', [3, 1223, 381, 649, 20005, 10320, 4270, 199]],
  ['退款 refund', [3, 3837, 2614, 18829]],
  ['LoRA 是什么?', [2713, 8, 3, 7981, 27]],
  ['ＦＵＬＬ　width', [1696, 33540]],
  ['naïve café', [21, 3135, 197, 261, 281, 297]],
  ['teh paymnet faild', [96, 102, 2972, 33, 595, 550, 8759]],
  ['😀 ok', [5620, 3267]],
  ['a\tb\n c', [7, 241, 226]],
  ['▁under▁line', [669, 4018]],
  ['㊗', [3, 8598]],
  ['한국어', [3, 0]],
];

describe('static-en-zh', () => {
  it.each(GOLDEN)('gives %j the unit-length sum of the table rows of its tokens', async (text, ids) => {
    const [vector] = await vectors(text);
    const row = readTable();
    const sum = new Float64Array(384);
    for (const id of ids.filter((known) => known !== 0)) {
      row(id).forEach((value, d) => {
        sum[d]! += value;
      });
    }
    expectClose(
      vector!,
      sum.map((value) => value / lengthOf(sum)),
      1e-6,
    );
  });

  it('gives unit vectors, and zeros to a text without tokens', async () => {
    for (const vector of await vectors(...VARIED_TEXTS)) expect(lengthOf(vector)).toBeCloseTo(1, 5);
    for (const vector of await vectors('', ' ', '\t\n', '▁', '　')) expect(vector).toEqual(new Float32Array(384));
  });

  it.each([
    ['I WAS charged', 'i was CHARGED'],
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
    ['  one \t two \n', 'one two'],
    ['cafe\u0301', 'café'],
  ])('reads %j as %j', async (text, same) => {
    const [a, b] = await vectors(text, same);
    expect(a).toEqual(b);
  });

  it.each([
    ['退款', '退钱', '天气'],
    ['快递', '物流', '密码'],
    ['谢谢', '感谢', '发票'],
    ['价格', '费用', '猫'],
    ['手机', '电话', '香蕉'],
    ['高兴', '快乐', '发票'],
    ['扣费', '收费', '蓝色'],
    ['refund', '退款', '天气'],
    ['car', 'automobile', 'banana'],
  ])('puts %s nearer to %s than to %s', async (word, synonym, other) => {
    const [a, b, c] = await vectors(word, synonym, other);
    expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!) + 0.2);
  });
});

/** The rows of the table as its README describes the file. */
function readTable(): (id: number) => number[] {
  const file = readFileSync(new URL('../../../data/encoders/static-en-zh/model.safetensors', import.meta.url));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
  const at = (name: string): number => start + header[name]!.data_offsets[0];
  return (id) => {
    const scale = half(file.readUInt16LE(at('scale') + 2 * id));
    return Array.from({ length: 384 }, (_, d) => {
      const byte = file[at('vectors') + id * 192 + (d >> 1)]!;
      return ((d % 2 === 0 ? byte & 15 : byte >> 4) - 7.5) * scale;
    });
  };
}

/** A positive normal half-precision number, which all scales are. */
const half = (bits: number): number => (1 + (bits & 1023) / 1024) * 2 ** ((bits >> 10) - 15);
