// Several experts, one answer.

/** The experts' logits, each times its share: the product of their probabilities. */
export function mixLogits(experts: readonly Float32Array[], shares: readonly number[]): Float32Array {
  return experts[0]!.map((_, i) => experts.reduce((sum, logits, e) => sum + shares[e]! * logits[i]!, 0));
}
