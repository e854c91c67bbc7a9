// What fits: demonstrations are dropped whole, the least useful first, until the prompt is within its budget. Sizes are counted by
// whoever reads the prompt: a model's own tokens, or characters where there is no model.

/** The longest tail of `parts` (best last) whose sizes together stay within `max`. Never cuts inside a part. */
export function fitBudget<T>(parts: readonly T[], { max, size }: { max: number; size: (part: T) => number }): T[] {
  let left = max;
  let from = parts.length;
  while (from > 0) {
    left -= size(parts[from - 1]!);
    if (left < 0) break;
    from--;
  }
  return parts.slice(from);
}
