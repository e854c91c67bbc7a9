// Which ways to prompt are tried: the one that was asked for, or what suits the kind of model.

import type { LanguageModel } from '../../engine/index.js';
import type { Way } from '../../prompts/index.js';
import type { LanguageModelConfig } from '../config.js';

/** Orders of the demonstrations on a local model: three cost little where prompts are shared, and each is a voice less of chance. */
const LOCAL_ORDERS = 3;

/** The default first. Small local models continue a pattern best, servers have models that chat. */
export function waysFor(model: LanguageModel, config: Pick<LanguageModelConfig, 'prompt'> | null): readonly Way[] {
  const isServer = model.describe().kind === 'openai-compatible';
  const orders = isServer ? 1 : LOCAL_ORDERS;
  const wanted = config?.prompt;
  if (wanted !== undefined) {
    return [{ kind: wanted, orders: wanted === 'zero-shot' || wanted === 'chain-of-thought' ? 1 : orders }];
  }
  const instruction: Way = { kind: 'instruction', orders: 1 };
  return isServer ? [instruction] : [{ kind: 'few-shot', orders }, instruction];
}
