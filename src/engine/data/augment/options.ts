// What augmentation can do, and how much of it: the option of a method.

/**
 * `synonyms`, `swap` and `dropout` change words as in EDA (Wei & Zou, 2019, https://arxiv.org/abs/1901.11196); `reorder`
 * exchanges clauses; `syntax` says the same in another form.
 *
 * A head on frozen vectors does not gain from copies: over trec6, eprstmt and sst2 (8 to 10 shots a label, 6 seeds, 2 copies, strength
 * 0.1) the change of accuracy is -0.4, -0.2, -1.5, -0.6 and -0.3 points in the order below: dropout is the one that costs. Whether an
 * encoder that is tuned gains from them is for cross-validation to say.
 */
export const AUGMENTATIONS = ['synonyms', 'reorder', 'dropout', 'swap', 'syntax'] as const;
export type Augmentation = (typeof AUGMENTATIONS)[number];

export interface AugmentOptions {
  readonly kinds: readonly Augmentation[];
  /** Copies of each shot. */
  readonly copies: number;
  /** Share of words that a copy may change, (0, 1]; one word at least. */
  readonly strength: number;
}

/** How many of `count` things a copy changes: one at least (α·l of EDA). */
export const changes = (count: number, strength: number): number =>
  Math.min(count, Math.max(1, Math.round(count * strength)));
