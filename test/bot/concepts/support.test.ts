// Sentences that a language model might write, against the entries: kept where the entries say it, dropped where they do not.

import { afterAll, describe, expect, it } from 'vitest';
import { loadConcepts } from '../../../src/bot/concepts/load.js';
import { createSupport, type SupportEntry, withoutCitations } from '../../../src/bot/concepts/support.js';
import { createEngine } from '../../../src/engine/index.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());

type Language = 'en' | 'zh';

async function entriesOf(ids: readonly string[], language: Language): Promise<SupportEntry[]> {
  const concepts = await loadConcepts();
  return ids.map((id) => {
    const { title, names, answer, mistake } = concepts.find((concept) => concept.id === id)!.texts[language]!;
    return { id, title, names, text: `${answer}\n${mistake ?? ''}` };
  });
}

async function verdict(sentence: string, entries: readonly SupportEntry[], language: Language): Promise<string> {
  const support = createSupport(entries, language);
  const [vectors, [vector]] = [await engine.embed(support.sentences), await engine.embed([withoutCitations(sentence)])];
  const result = support.check(sentence, { sentence: vector!, entries: vectors });
  return result.supported ? result.by.join(' ') : result.why;
}

const SUPPORTED: readonly (readonly [Language, string, string])[] = [
  ['en', 'lora', 'LoRA stands for Low-Rank Adaptation [lora].'],
  ['en', 'lora', 'LoRA keeps the pre-trained weights frozen and trains a correction made of two thin matrices.'],
  ['en', 'lora', 'Training begins at exactly the original model because B starts at zero.'],
  [
    'en',
    'lora',
    'With rank 8, a matrix of 1000 × 1000 numbers needs only 16,000 trained numbers instead of a million.',
  ],
  ['en', 'lora', 'After training, BA can be added into W, so it costs nothing extra to answer. [LoRA]'],
  ['en', 'qlora', 'QLoRA is LoRA on a base model stored in four bits per weight.'],
  [
    'en',
    'qlora',
    'Only the small LoRA matrices are trained, in higher precision, while the base stays frozen and compressed.',
  ],
  ['en', 'qlora', 'A model of 65 billion parameters could be tuned on a single GPU with 48 GB.'],
  ['en', 'qlora', 'Training is somewhat slower than plain LoRA because of the unpacking.'],
  ['en', 'overfitting', 'Overfitting means a model learns its training examples by heart.'],
  [
    'en',
    'overfitting',
    'The sign is that it is nearly perfect on the training examples but clearly worse on new ones.',
  ],
  ['en', 'overfitting', 'Remedies include more varied examples, dropout, weight decay and early stopping.'],
  ['en', 'overfitting', 'Underfitting is the opposite: the model is poor on both old and new examples.'],
  ['en', 'lora-vs-adapter', 'An adapter is a small extra module between layers that every text has to pass through.'],
  ['en', 'lora-vs-adapter', 'LoRA can be merged into the base, while adapters always add a little time.'],
  ['zh', 'lora', 'LoRA 是 Low-Rank Adaptation（低秩适配）的缩写[lora]。'],
  ['zh', 'lora', '预训练权重保持冻结，只训练两个细长矩阵构成的修正量。'],
  ['zh', 'lora', 'B 的初值是零，因此训练从原模型出发。'],
  ['zh', 'lora', '训练后可以把 BA 并入 W，作答时不会增加开销。[lora]'],
  ['zh', 'qlora', 'QLoRA 是在按 4 比特存储的底座模型上做 LoRA。'],
  ['zh', 'qlora', '650 亿参数的模型用一块 48 GB 的 GPU 就能微调。'],
  ['zh', 'overfitting', '过拟合是指模型背下了训练样本，没有学到共性。'],
  ['zh', 'overfitting', '教过的样本几乎全对，而新样本明显更差。'],
  ['zh', 'lora-vs-adapter', 'LoRA 可以并入底座，不再增加耗时，而适配器总会多一点。'],
];

const UNSUPPORTED: readonly (readonly [Language, string, string, string])[] = [
  ['en', 'lora', 'LoRA was invented by researchers at Microsoft.', 'name'],
  ['en', 'lora', 'LoRA trains 32,000 numbers instead of a million.', 'number'],
  ['en', 'lora', 'LoRA trains 16,000 numbers instead of a billion.', 'number'],
  ['en', 'lora', 'The pre-trained weights W do not stay frozen.', 'contrary'],
  ['en', 'lora', 'B does not start at zero.', 'contrary'],
  ['en', 'lora', 'The pre-trained weights are frozen, and the moon is made of green cheese.', 'words'],
  ['en', 'lora', 'It is popular for image generation on consumer hardware.', 'words'],
  ['en', 'lora', 'The pre-trained weights stay frozen [openai].', 'citation'],
  ['en', 'lora', 'The original model is at https://evil.example/model today.', 'link'],
  ['en', 'lora', '预训练权重保持冻结。', 'language'],
  ['en', 'lora', 'Sure!', 'words'],
  ['en', 'lora', 'PWNED', 'name'],
  ['en', 'qlora', 'The trained part is in 4 bits.', 'contrary'],
  ['en', 'qlora', 'Training tends to be somewhat faster than plain LoRA.', 'contrary'],
  ['en', 'qlora', 'QLoRA needs 8 bits a weight.', 'number'],
  [
    'en',
    'overfitting',
    'A model that overfits is nearly perfect on new examples and clearly worse on the ones it was not taught.',
    'contrary',
  ],
  ['zh', 'lora', '预训练权重不冻结。', 'contrary'],
  ['zh', 'lora', '秩 r = 64 时只训练 1.6 万个数。', 'number'],
  ['zh', 'lora', '秩 r = 8 时只训练 1.6 亿个数。', 'number'],
  ['zh', 'lora', 'LoRA 由 Google 在冻结权重上提出。', 'name'],
  ['zh', 'lora', 'The pre-trained weights stay frozen.', 'language'],
  ['zh', 'lora', '今天天气很好，适合出去散步。', 'words'],
  ['zh', 'qlora', '训练往往比普通 LoRA 快一些。', 'contrary'],
];

describe('a sentence that the entry says', () => {
  it.each(SUPPORTED)('(%s, %s) is kept: %s', async (language, id, sentence) => {
    expect(await verdict(sentence, await entriesOf([id], language), language)).toBe(id);
  });
});

describe('a sentence that the entry does not say', () => {
  it.each(UNSUPPORTED)('(%s, %s) is dropped: %s', async (language, id, sentence, why) => {
    expect(await verdict(sentence, await entriesOf([id], language), language)).toBe(why);
  });
});

describe('over the whole base', () => {
  it.each(['en', 'zh'] as const)('%s: an entry supports its own sentences and few of others', async (language) => {
    const concepts = (await loadConcepts()).filter(({ texts }) => texts[language] !== undefined);
    const all = await Promise.all(
      concepts.map(async ({ id }) => {
        const [entry] = await entriesOf([id], language);
        const support = createSupport([entry!], language);
        return { support, vectors: await engine.embed(support.sentences) };
      }),
    );
    const share = (pairs: readonly (readonly [number, number])[]): number => {
      const kept = pairs.flatMap(([of, against]) =>
        all[of]!.support.sentences.map(
          (sentence, i) =>
            all[against]!.support.check(sentence, { sentence: all[of]!.vectors[i]!, entries: all[against]!.vectors })
              .supported,
        ),
      );
      return kept.filter(Boolean).length / kept.length;
    };
    const own = share(all.map((_, i) => [i, i]));
    const others = share(all.flatMap((_, i) => [1, 7, 13].map((step) => [i, (i + step) % all.length] as const)));
    expect(own).toBeGreaterThan(0.98);
    expect(others).toBeLessThan(0.02);
  });
});
