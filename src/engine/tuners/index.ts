// The table of tuners.

import type { TunableEncoder } from '../encoders/encoder.js';
import { adapter } from './adapter.js';
import { lora } from './lora.js';
import { prefix } from './prefix.js';
import { softPrompt } from './soft-prompt.js';
import type { TunerKind, TunerState, TunerType } from './tuner.js';
import { weights } from './weights.js';

export { tokensOf } from './token-vectors.js';

export const TUNERS: { readonly [Kind in TunerKind]: TunerType<Kind> } = {
  lora,
  weights,
  adapter,
  prefix,
  'soft-prompt': softPrompt,
};

/** The encoder with a trained change in it; dispose it to free what it does not share with the encoder. */
export const restoreTuned = (encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> =>
  TUNERS[state.kind].restore(encoder, state);
