// The input of a method's fit, from texts alone.

import type { FitInput, Join } from '../../src/engine/cascade/method.js';
import type { EncoderLibrary } from '../../src/engine/encoders/load.js';
import type { LabelledText, TaskData } from '../../src/engine/types.js';

export interface FitTexts<Options> {
  readonly shots: readonly LabelledText[];
  readonly held: readonly string[];
  readonly unlabelled?: readonly string[];
  readonly related?: readonly TaskData[];
  readonly library: EncoderLibrary;
  readonly join: Join;
  /** Encoders of the join. */
  readonly encoders: readonly string[];
  readonly tunable?: string | null;
  readonly options: Options;
  readonly seed?: number;
  readonly onStep?: FitInput['onStep'];
}

export async function fitInput<Options>(given: FitTexts<Options>): Promise<FitInput<Options>> {
  const {
    shots,
    held,
    unlabelled = [],
    related = [],
    library,
    join,
    encoders,
    tunable = null,
    options,
    seed = 0,
  } = given;
  const labels = [...new Set(shots.map(({ label }) => label))];
  const encode = (texts: readonly string[]) => library.encode(texts, encoders);
  return {
    shots: await encode(shots.map(({ text }) => text)),
    right: Int32Array.from(shots, ({ label }) => labels.indexOf(label)),
    classes: labels.length,
    names: await encode(labels),
    join,
    tunable,
    library,
    seed,
    held: await encode(held),
    options,
    given: null,
    unlabelled: await encode(unlabelled),
    related,
    onStep: given.onStep ?? (() => {}),
  };
}
