// The table of methods that are fitted, cheapest first.

import type { FittedMethod } from '../../types.js';
import type { Method } from '../method.js';
import { adapter } from './adapter.js';
import { contrastive } from './contrastive.js';
import { freeze } from './freeze.js';
import { full } from './full.js';
import { head } from './head.js';
import { inContext } from './in-context.js';
import { lora } from './lora.js';
import { prefix } from './prefix.js';
import { pretrain } from './pretrain.js';
import { prototypes } from './prototypes.js';
import { selfTraining } from './self-training.js';
import { softPrompt } from './soft-prompt.js';

export const METHODS: { readonly [Name in FittedMethod]: Method<Name> } = {
  'in-context': inContext,
  head,
  'self-training': selfTraining,
  freeze,
  lora,
  adapter,
  prefix,
  'soft-prompt': softPrompt,
  full,
  contrastive,
  prototypes,
  pretrain,
};
