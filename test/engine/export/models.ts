// Trained models with real encoders and random numbers where training would put its own: whatever an export drops, swaps or
// rounds shows in the answers.

import { fitScope } from '../../../src/engine/answerers/scope.js';
import type { Expert, TrainedModel } from '../../../src/engine/answerers/trained-model.js';
import type { WeightedBlock } from '../../../src/engine/encoders/blocks.js';
import type { TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import type { EncoderLibrary } from '../../../src/engine/encoders/load.js';
import { type EncodedTexts, type FeatureSpace, fitFeatureSpace } from '../../../src/engine/features.js';
import type { LogisticHead } from '../../../src/engine/heads/logistic-head.js';
import type { FloatTensor, TunerState } from '../../../src/engine/tuners/tuner.js';
import type { MethodName } from '../../../src/engine/types.js';
import { normals } from '../../support/numbers.js';
import { support } from '../../support/tasks.js';

/** Of several lengths, empty, in no language of the encoder, and longer than any encoder reads. */
export const TEXTS = [
  'why was my card charged two times?',
  'thanks',
  'the app crashes when I press save and then it never comes back, whatever I try to do about it',
  '',
  '我的快递到哪里了',
  'crash '.repeat(300),
];

export interface ModelOptions {
  readonly library: EncoderLibrary;
  readonly method: MethodName;
  /** Setting of the encoder. */
  readonly encoder: string;
  readonly blocks: readonly WeightedBlock[];
  readonly scope: readonly WeightedBlock[];
  /** Tuned experts, beside a frozen one; each with its blocks. */
  readonly tuned?: readonly {
    readonly encoder: string;
    readonly tuner: TunerState;
    readonly blocks: readonly WeightedBlock[];
  }[];
  readonly encoders: readonly string[];
}

export async function randomModel({
  library,
  method,
  encoder,
  blocks,
  scope,
  tuned = [],
  encoders,
}: ModelOptions): Promise<TrainedModel> {
  const labels = support.labels.map(({ name }) => name);
  const texts = support.examples.map(({ text }) => text);
  const right = Int32Array.from(support.examples, ({ label }) => labels.indexOf(label));
  const shots: EncodedTexts = await library.encode(texts, encoders);
  const expert = (own: readonly WeightedBlock[], seed: string): Expert => {
    const space = fitFeatureSpace(shots, own);
    return { space, head: randomHead(space, labels.length, seed), tuned: null };
  };
  const experts = [
    expert(blocks, 'frozen'),
    ...tuned.map(
      ({ encoder: name, tuner, blocks: own }, i): Expert => ({
        ...expert(own, `tuned ${i}`),
        tuned: { encoder: name, tuner },
      }),
    ),
  ];
  return {
    method,
    encoder,
    labels,
    temperature: 0.7,
    scope: fitScope(shots, right, labels.length, scope),
    experts,
    weights: null,
    shares: experts.map((_, i) => (i === 0 ? 1 : 2) / (2 * experts.length - 1)),
  };
}

function randomHead(space: FeatureSpace, classes: number, seed: string): LogisticHead {
  const width = space.dense.reduce((sum, { centre }) => sum + centre.length, 0);
  const numbers = (count: number, part: string): Float32Array => normals(count, seed, part).map((x) => 2 * x);
  return {
    classes,
    width,
    dense: numbers(width * classes, 'dense'),
    sparse: space.lexicon === null ? null : numbers(space.lexicon.columns.size * classes, 'sparse'),
    intercepts: numbers(classes, 'intercepts'),
  };
}

/** A LoRA over these layers, large enough to change answers. */
export function randomLora(
  { linears }: Pick<TunableEncoder, 'linears'>,
  { targets, dora = false, strength = 0.5 }: { targets: readonly string[]; dora?: boolean; strength?: number },
): TunerState {
  const [rank, alpha] = [4, 6];
  const tensors: Record<string, FloatTensor> = {};
  for (const { name, weight } of linears) {
    if (!targets.includes(name.split('/').at(-1)!)) continue;
    const [inputs, outputs] = weight.shape;
    const numbers = (count: number, part: string, scale: number): Float32Array =>
      normals(count, name, part).map((x) => scale * x);
    tensors[`${name}/a`] = { shape: [inputs, rank], data: numbers(inputs * rank, 'a', inputs ** -0.5) };
    tensors[`${name}/b`] = { shape: [rank, outputs], data: numbers(rank * outputs, 'b', 0.1) };
    if (dora)
      tensors[`${name}/lengths`] = { shape: [outputs], data: numbers(outputs, 'lengths', 0.1).map((x) => 1 + x) };
  }
  return { kind: 'lora', settings: { rank, alpha, rslora: false, dora, scaling: (strength * alpha) / rank }, tensors };
}
