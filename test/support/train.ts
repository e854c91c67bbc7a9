// A trained model by one of the methods, fitted right here on a few texts.

import { fitScope } from '../../src/engine/answerers/scope.js';
import type { TrainedModel } from '../../src/engine/answerers/trained-model.js';
import { METHODS } from '../../src/engine/cascade/methods/index.js';
import { blocksFor, type EncoderName } from '../../src/engine/encoders/blocks.js';
import type { EncoderLibrary } from '../../src/engine/encoders/load.js';
import type { EncodedTexts } from '../../src/engine/features.js';
import { labelText } from '../../src/engine/heads/shots.js';
import type { FittedMethod, TaskData } from '../../src/engine/types.js';

export interface FitOptions {
  readonly method: Exclude<FittedMethod, 'in-context'>;
  readonly data: TaskData;
  readonly encoder: EncoderName;
  readonly library: EncoderLibrary;
  readonly seed?: number;
  /** Texts to answer on the way. */
  readonly held?: readonly string[];
}

/** The model and its uncalibrated logits of the held texts. */
export async function fitModel(options: FitOptions): Promise<{ model: TrainedModel; logits: Float32Array }> {
  const { method, data, encoder, library, seed = 0, held = [] } = options;
  const labels = data.labels.map(({ name }) => name);
  const texts = data.examples.map(({ text }) => text);
  const right = Int32Array.from(data.examples, ({ label }) => labels.indexOf(label));
  const { encoders, join, scope, tunable } = blocksFor(encoder, texts);
  const encode = (given: readonly string[]): Promise<EncodedTexts> => library.encode(given, encoders);
  const shots = await encode(texts);
  const { logits, experts } = await METHODS[method].fit({
    shots,
    right,
    classes: labels.length,
    names: await encode(data.labels.map(labelText)),
    join: { blocks: join, names: true },
    tunable,
    library,
    seed,
    held: await encode(held),
    onStep: () => {},
  });
  return {
    logits,
    model: {
      method,
      encoder,
      labels,
      temperature: 0.8,
      scope: fitScope(shots, right, labels.length, scope),
      experts: experts!,
    },
  };
}
