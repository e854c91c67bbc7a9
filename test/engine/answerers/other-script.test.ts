import { describe, expect, it } from 'vitest';
import { EVERYDAY } from '../../../src/engine/answerers/everyday-sentences.js';
import { scriptOf, thresholdFor, withOtherScript } from '../../../src/engine/answerers/other-script.js';
import { fitScope, type Scope, scopeSimilarities } from '../../../src/engine/answerers/scope.js';
import { createTrainedAnswerer } from '../../../src/engine/answerers/trained.js';
import { decodeTrained, encodeTrained, type TrainedModel } from '../../../src/engine/answerers/trained-model.js';
import { createEncoderLibrary } from '../../../src/engine/encoders/load.js';
import type { EncodedTexts } from '../../../src/engine/features.js';
import { NO_HUB } from '../../support/encoder-files.js';

const WIDTH = 384;
const BLOCKS = [{ name: 'static-en-zh', weight: 1 }];
const MEANINGS: Record<string, number> = Object.fromEntries(
  (['latin', 'han'] as const).flatMap((script) => EVERYDAY[script].map((text, i) => [text, 10 + i])),
);

/** A made-up multilingual encoder: one axis says the language, the others the meaning; `knowsHan` false: all Chinese is alike. */
const encoder = (knowsHan: boolean) => ({
  async encode(texts: readonly string[]): Promise<EncodedTexts> {
    const data = new Float32Array(texts.length * WIDTH);
    texts.forEach((text, row) => {
      const han = scriptOf(text) === 'han';
      data[row * WIDTH + (han ? 0 : 1)] = 1;
      const meaning = MEANINGS[text] ?? (/money|钱/.test(text) ? 2 : 3);
      if (!han || knowsHan) data[row * WIDTH + meaning] = 1;
      // Something of its own that no other text shares.
      data[row * WIDTH + (han ? 200 : 100) + row] = 0.02 * (row + 1);
    });
    return { texts, vectors: { 'static-en-zh': { dimensions: WIDTH, data } } };
  },
});

const TAUGHT = ['money one', 'money two', 'money three', 'parcel one', 'parcel two', 'parcel three'];

async function scopeOf(knowsHan: boolean, texts: readonly string[] = TAUGHT) {
  const library = encoder(knowsHan);
  const scope = fitScope(await library.encode(texts), [0, 0, 0, 1, 1, 1], 2, BLOCKS);
  return { library, scope: await withOtherScript(scope, texts, BLOCKS, library) };
}

describe('a task that was taught in English', () => {
  it('answers a question in Chinese that its own threshold would refuse', async () => {
    const { library, scope } = await scopeOf(true);
    const refused = async (text: string): Promise<boolean> =>
      scopeSimilarities(await library.encode([text]), scope)[0]! < thresholdFor(text, scope);
    expect(scope.otherScript?.script).toBe('han');
    expect(scope.otherScript!.threshold).toBeLessThan(scope.threshold);
    const [similarity] = scopeSimilarities(await library.encode(['我的钱']), scope);
    expect(similarity).toBeLessThan(scope.threshold);
    expect(await refused('我的钱')).toBe(false);
  });

  it('keeps its threshold for English', async () => {
    const { scope } = await scopeOf(true);
    expect(thresholdFor('money again', scope)).toBe(scope.threshold);
    expect(thresholdFor('12345', scope)).toBe(scope.threshold);
  });

  it('has no threshold of its own for Chinese where the encoder does not find translations', async () => {
    expect((await scopeOf(false)).scope.otherScript).toBeUndefined();
  });
});

it('leaves a task alone that was taught in both scripts', async () => {
  const both = ['money one', 'money two', '钱', 'parcel one', '包裹', '我的包裹'];
  expect((await scopeOf(true, both)).scope.otherScript).toBeUndefined();
});

it('is the quartile of the everyday sentences', async () => {
  const { library, scope } = await scopeOf(true);
  const near = [...scopeSimilarities(await library.encode(EVERYDAY.han), scope)];
  const below = near.filter((similarity) => similarity < scope.otherScript!.threshold).length;
  expect(below / near.length).toBeCloseTo(0.25, 1);
});

describe('the script of a text', () => {
  it.each([
    ['my card', 'latin'],
    ['我的卡', 'han'],
    ['APP又闪退了', 'han'],
    ['моя карта', null],
    ['42', null],
  ])('%s', (text, script) => {
    expect(scriptOf(text)).toBe(script);
  });
});

/** A version that says nothing, with this scope. */
const modelWith = (scope: Scope): TrainedModel => ({
  method: 'head',
  encoder: 'static-en-zh',
  weights: null,
  labels: ['money', 'parcel'],
  temperature: 1,
  scope,
  experts: [
    {
      space: scope.space,
      head: {
        classes: 2,
        width: scope.width,
        dense: new Float32Array(2 * scope.width),
        sparse: null,
        intercepts: new Float32Array(2),
      },
      tuned: null,
    },
  ],
  shares: [1],
});

describe('a checkpoint', () => {
  it('keeps the threshold of the other script, and each text is answered by its own', async () => {
    const { library, scope } = await scopeOf(true);
    const model = decodeTrained(encodeTrained(modelWith(scope)));
    expect(model.scope.otherScript).toEqual(scope.otherScript);
    const answerer = await createTrainedAnswerer(model, { ...createEncoderLibrary(1e6, NO_HUB), ...library });
    const [chinese, english] = await answerer.predict(['我的钱', 'money']);
    expect([chinese!.threshold, english!.threshold]).toEqual([scope.otherScript!.threshold, scope.threshold]);
    expect(chinese!.label).not.toBeNull();
  });

  it('has none where the scope has none, like those written before', async () => {
    const { scope } = await scopeOf(false);
    expect(decodeTrained(encodeTrained(modelWith(scope))).scope).not.toHaveProperty('otherScript');
  });
});
