// Which methods suit which data, without loading what runs them.

import type { Blocks, EncoderName } from '../encoders/blocks.js';
import type { MethodName } from '../types.js';

/** Why a method cannot be used, as a sentence for people, or null. */
export function unsuited(
  method: MethodName,
  { blocks, encoder }: { blocks: Blocks; encoder: EncoderName },
): string | null {
  return method === 'lora' && blocks.tunable === null
    ? `The encoder ${encoder} has nothing inside that can be tuned.`
    : null;
}
