// One chart of a picture, as Vega-Lite's layers, and what its layers share. Axes are drawn as marks of their own, so that every
// text has its place before anything is laid out.

import type { TopLevelSpec } from 'vega-lite';

type Stacked = Extract<TopLevelSpec, { readonly vconcat: unknown }>;
export type Chart = Extract<Stacked['vconcat'][number], { readonly layer: unknown }>;

/** Rows or columns of equal size between two places. */
export function bands(field: string, first: number, last: number) {
  return { field, type: 'ordinal' as const, axis: null, scale: { range: [first, last], padding: 0 } };
}

/** A length between two places; the field comes with each layer. */
export function linear(domain: readonly [number, number], range: readonly [number, number]) {
  return {
    type: 'quantitative' as const,
    axis: null,
    scale: { domain: [...domain], range: [...range], zero: false, nice: false },
  };
}
