// The feature blocks that a task can use: decided by the encoder setting and the script of its texts, without loading a model.

/** The encoders that come with Handful; any other name is a folder or hub id of the BERT family. */
export const ENCODER_NAMES = ['embedded', 'use-lite', 'static-en-zh', 'hashing'] as const;
export type OwnEncoderName = (typeof ENCODER_NAMES)[number];

export const isOwnEncoder = (name: string): name is OwnEncoderName =>
  (ENCODER_NAMES as readonly string[]).includes(name);

/** Name of the block of n-grams, which is fitted on the shots; every other block is a slice of an encoder's vectors. */
export const NGRAMS = 'ngrams';

export interface BlockSlice {
  readonly encoder: string;
  readonly start: number;
  /** null: to the end of the vector */
  readonly end: number | null;
}

/** USE-lite gives two blocks: the sentence embedding, and the mean of its tokens before the last layer. */
const SLICES: Readonly<Record<string, BlockSlice>> = {
  'use-lite': { encoder: 'use-lite', start: 0, end: 512 },
  'use-lite-pool': { encoder: 'use-lite', start: 512, end: 1024 },
};

/** Where a block's values lie; a block that is not listed is the whole vector of the encoder of its name. */
export const sliceOf = (block: string): BlockSlice => SLICES[block] ?? { encoder: block, start: 0, end: null };

/** A block with its share in a join. */
export interface WeightedBlock {
  readonly name: string;
  readonly weight: number;
}

export interface Blocks {
  readonly encoders: readonly string[];
  /** What heads and in-context answerers join unless cross-validation finds something better. */
  readonly join: readonly WeightedBlock[];
  /** Other joins that cross-validation of the head tries. */
  readonly alternatives: readonly (readonly WeightedBlock[])[];
  /** What the out-of-scope rule compares. */
  readonly scope: readonly WeightedBlock[];
  /** Encoder that a tuner can change, or null. */
  readonly tunable: string | null;
}

/** USE-lite knows only Latin script: it is used where at least this share of the letters is Latin. */
const LATIN_SHARE = 0.5;

/**
 * The weights are the best over seven English and Chinese sets at 5 and 10 shots; choosing weights by cross-validation on so
 * few shots lost more than it won, so other joins must be clearly better (cascade/blocks-choice).
 */
export function blocksFor(encoder: string, texts: readonly string[]): Blocks {
  if (!isOwnEncoder(encoder)) return bertBlocks(encoder);
  const block = (name: string, weight: number): WeightedBlock => ({ name, weight });
  const [useLite, pool, ngrams] = [block('use-lite', 1), block('use-lite-pool', 1), block(NGRAMS, 1)];
  switch (encoder) {
    case 'embedded':
      if (!mostlyLatin(texts)) return blocksFor('static-en-zh', texts);
      return {
        encoders: ['use-lite', 'static-en-zh'],
        join: [useLite, pool, block('static-en-zh', 0.5), ngrams],
        alternatives: [
          [useLite, pool, ngrams],
          [useLite, pool, block('static-en-zh', 1)],
        ],
        scope: [block('use-lite', 2), block('static-en-zh', 1)],
        tunable: 'use-lite',
      };
    case 'use-lite':
      return {
        encoders: ['use-lite'],
        join: [useLite, pool, ngrams],
        alternatives: [[useLite, pool]],
        scope: [useLite],
        tunable: 'use-lite',
      };
    case 'static-en-zh':
      return {
        encoders: ['static-en-zh'],
        join: [block('static-en-zh', 2), ngrams],
        alternatives: [[block('static-en-zh', 1)]],
        scope: [block('static-en-zh', 1)],
        // A trained linear layer over these vectors was tried: it never helped, and cost a point on tnews.
        tunable: null,
      };
    case 'hashing':
      return {
        encoders: ['hashing'],
        join: [block('hashing', 1)],
        alternatives: [],
        scope: [block('hashing', 1)],
        tunable: null,
      };
    default:
      throw new Error(`no encoder is named ${encoder satisfies never}`);
  }
}

/** A sentence encoder of the BERT family, joined by what it may lack: words that it does not know. */
function bertBlocks(encoder: string): Blocks {
  const own = { name: encoder, weight: 1 };
  const [words, table] = [
    { name: NGRAMS, weight: 0.25 },
    { name: 'static-en-zh', weight: 0.25 },
  ];
  return {
    encoders: [encoder, 'static-en-zh'],
    join: [own, table, words],
    alternatives: [[own], [own, words]],
    scope: [own],
    tunable: encoder,
  };
}

function mostlyLatin(texts: readonly string[]): boolean {
  let latin = 0;
  let letters = 0;
  for (const text of texts) {
    latin += text.match(/\p{Script=Latin}/gu)?.length ?? 0;
    letters += text.match(/\p{L}/gu)?.length ?? 0;
  }
  return letters === 0 || latin / letters >= LATIN_SHARE;
}
