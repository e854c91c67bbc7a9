// Which feature blocks a task can use: decided by the encoder setting and the script of its texts, without loading a model.

import { NGRAMS } from '../features.js';

export const ENCODER_NAMES = ['embedded', 'use-lite', 'static-en-zh', 'hashing'] as const;
export type EncoderName = (typeof ENCODER_NAMES)[number];

export interface Blocks {
  /** Encoders whose vectors in-context answerers and the out-of-scope rule compare. */
  readonly frozen: readonly string[];
  /** Joins among which cross-validation chooses for trained heads, simplest first. */
  readonly candidates: readonly (readonly string[])[];
  /** Encoder that a tuner can change, or null. */
  readonly tunable: string | null;
}

/** USE-lite knows only Latin script: it is used where at least this share of the letters is Latin. */
const LATIN_SHARE = 0.5;

export function blocksFor(encoder: EncoderName, texts: readonly string[]): Blocks {
  switch (encoder) {
    case 'embedded':
      return mostlyLatin(texts)
        ? {
            frozen: ['use-lite', 'static-en-zh'],
            candidates: [
              ['use-lite', 'static-en-zh'],
              ['use-lite', NGRAMS],
              ['use-lite', 'static-en-zh', NGRAMS],
            ],
            tunable: 'use-lite',
          }
        : blocksFor('static-en-zh', texts);
    case 'hashing':
      return { frozen: ['hashing'], candidates: [['hashing']], tunable: null };
    case 'use-lite':
    case 'static-en-zh':
      return { frozen: [encoder], candidates: [[encoder], [encoder, NGRAMS]], tunable: encoder };
    default:
      throw new Error(`no encoder is named ${encoder satisfies never}`);
  }
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
