// Examples whose label the last measurement doubts, and that nobody has kept or changed since.

import type { CascadeRecord, Suspect } from '../engine/index.js';
import type { Example } from './workspace/types.js';

export interface SuspectItem {
  readonly example: Example & { readonly label: string };
  readonly suggested: string;
  readonly probability: number;
}

export function openSuspects(
  record: CascadeRecord | null,
  {
    examples,
    kept,
    labels,
  }: {
    readonly examples: readonly Example[];
    readonly kept: ReadonlyMap<string, string>;
    /** Names of the labels that the task has now. */
    readonly labels: readonly string[];
  },
): SuspectItem[] {
  const doubted = record?.suspects ?? [];
  return doubted.flatMap(({ text, label, suggested, probability }: Suspect): SuspectItem[] => {
    const example = examples.find((candidate) => candidate.text === text && candidate.label === label);
    if (example === undefined || kept.get(example.id) === label) return [];
    return labels.includes(suggested) ? [{ example: { ...example, label }, suggested, probability }] : [];
  });
}
