// The learning-rate schedule: linear warm-up, then linear decay to zero.

/** Factor in [0, 1] for a 0-based step of `steps`. */
export function learningRateFactor(step: number, steps: number, warmupShare: number): number {
  const warmup = Math.max(1, Math.round(steps * warmupShare));
  return step < warmup ? (step + 1) / warmup : Math.max(0, (steps - step) / Math.max(1, steps - warmup));
}
