// Reading a prompt: what is known of it comes from the prefix cache, the rest goes through the decoder in pieces, so that an
// abort is heard between them, others get their turn, and the memory of a step stays bounded.

import type { Decoder, Logits } from './decoder.js';
import { dispose, type Past } from './past.js';
import type { PrefixCache } from './prefix-cache.js';

export interface Prompt {
  /** Of the last positions that were asked for. */
  readonly logits: Logits;
  readonly past: Past;
  /** Whether the cache holds the past; else whoever read the prompt disposes it. */
  readonly cached: boolean;
}

export interface Reader {
  readonly decoder: Decoder;
  readonly prefixes: PrefixCache;
  /** Throws when the caller has given up. */
  readonly checkpoint: () => void;
}

/** Tokens a step: twice as many are 2 % faster, half as many 5 % slower. */
const PIECE = 256;

/** Reads all of `ids`; the logits are those of the last `keep` positions. */
export async function readPrompt(
  { decoder, prefixes, checkpoint }: Reader,
  ids: readonly number[],
  keep: number,
): Promise<Prompt> {
  let past = prefixes.find(ids, ids.length - keep);
  for (;;) {
    checkpoint();
    const from: number = past?.length ?? 0;
    const left = ids.length - from;
    const last = left <= Math.max(PIECE, keep);
    // The positions whose logits are wanted are read in one step.
    const piece = ids.slice(from, last ? ids.length : from + Math.min(PIECE, left - keep));
    const step = await decoder.feed([piece], past, { keep: last ? keep : 0, past: true });
    if (past !== null) dispose(past);
    past = step.past!;
    if (last) return { logits: step.logits, past, cached: prefixes.keep(ids, past) };
  }
}
