// A trained model by one of the methods, fitted right here on a few texts.

import { mixLogits } from '../../src/engine/answerers/mix.js';
import { fitScope } from '../../src/engine/answerers/scope.js';
import type { TrainedModel } from '../../src/engine/answerers/trained-model.js';
import { fitMethod } from '../../src/engine/cascade/fit-method.js';
import { blocksFor } from '../../src/engine/encoders/blocks.js';
import type { EncoderLibrary } from '../../src/engine/encoders/load.js';
import type { EncodedTexts } from '../../src/engine/features.js';
import { labelText } from '../../src/engine/heads/shots.js';
import type { FittedMethod, MethodOptions, TaskData } from '../../src/engine/types.js';

export interface FitOptions {
  readonly method: Exclude<FittedMethod, 'in-context'>;
  readonly data: TaskData;
  readonly encoder: string;
  readonly library: EncoderLibrary;
  readonly seed?: number;
  readonly options?: MethodOptions;
  /** Texts to answer on the way. */
  readonly held?: readonly string[];
}

/** The model and its uncalibrated logits of the held texts. */
export async function fitModel(options: FitOptions): Promise<{ model: TrainedModel; logits: Float32Array }> {
  const { method, data, encoder, library, seed = 0, held = [] } = options;
  const given = options.options ?? {};
  const labels = data.labels.map(({ name }) => name);
  const texts = data.examples.map(({ text }) => text);
  const right = Int32Array.from(data.examples, ({ label }) => labels.indexOf(label));
  const { encoders, join, scope, tunable } = blocksFor(encoder, texts);
  const encode = (given: readonly string[]): Promise<EncodedTexts> => library.encode(given, encoders);
  const shots = await encode(texts);
  const { logits, experts } = await fitMethod(method, {
    shots,
    right,
    classes: labels.length,
    names: await encode(data.labels.map(labelText)),
    join: { blocks: join, names: true },
    tunable,
    library,
    seed,
    held: await encode(held),
    options: given,
    given: null,
    unlabelled: await encode([]),
    related: [],
    onStep: () => {},
  });
  const shares = logits.map(() => 1 / logits.length);
  return {
    logits: mixLogits(logits, shares),
    model: {
      method,
      weights: null,
      encoder,
      labels,
      temperature: 0.8,
      scope: fitScope(shots, right, labels.length, scope),
      experts: experts!,
      shares,
    },
  };
}
