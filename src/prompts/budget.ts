// What fits: demonstrations are dropped whole, the least useful first, until the prompt is within its budget. The budget is
// counted by whoever reads the prompt: characters here, a model's own tokens with its tokenizer.

export interface Budget {
  readonly max: number;
  /** Size of a piece of text in the unit of `max`. */
  readonly measure: (text: string) => number;
}

export function characterBudget(max: number): Budget {
  return { max, measure: (text) => text.length };
}

/**
 * The longest tail of `parts` (best last) whose rendered sizes fit beside `fixed`. Never cuts inside a part.
 */
export function fitBudget<T>(
  parts: readonly T[],
  { budget, fixed, render }: { readonly budget: Budget; readonly fixed: string; readonly render: (part: T) => string },
): T[] {
  let left = budget.max - budget.measure(fixed);
  const kept: T[] = [];
  for (const part of [...parts].reverse()) {
    left -= budget.measure(render(part));
    if (left < 0) break;
    kept.unshift(part);
  }
  return kept;
}
