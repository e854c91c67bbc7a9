// What the tests use of the benchmark's plain JavaScript.

declare module '*/bench/support/fit.js' {
  export function fitExponent(points: readonly (readonly [size: number, cost: number])[]): {
    readonly exponent: number;
    readonly low: number;
    readonly high: number;
    readonly factor: number;
    readonly points: number;
  };
}

declare module '*/bench/support/kernels.js' {
  export interface KernelRow {
    readonly kernel: string;
    readonly calls: number;
    readonly ms: number;
    readonly flop: number;
  }
  export function watchKernels(tf: typeof import('@tensorflow/tfjs')): { since(): KernelRow[] };
}

declare module '*/bench/support/charts.js' {
  type Rows = readonly Readonly<Record<string, string | number | boolean | null>>[];
  type Spec = Record<string, unknown>;
  export function learningCurves(rows: Rows): Spec;
  export function accuracyAgainstTime(rows: Rows): Spec;
  export function reliabilityDiagram(rows: Rows): Spec;
  export function growthChart(rows: Rows, words: { readonly title: string; readonly unit: string }): Spec;
}

declare module '*/bench/support/svg.js' {
  export function drawSvg(spec: Record<string, unknown>): Promise<string>;
}

declare module '*/bench/support/cost-goals.js' {
  interface Goal {
    readonly value: number;
    readonly reached: 'aim' | 'bound' | 'no';
  }
  export function speedGoals(figures: readonly object[]): Goal[];
  export function growthGoals(figures: readonly object[]): Goal[];
  export function loadGoals(figures: readonly object[]): Goal[];
}

declare module '*/bench/page.js' {
  export function pageOf(results: readonly object[]): {
    readonly markdown: string;
    readonly pictures: Map<string, object>;
  };
}

declare module '*/bench/support/closed-loop.js' {
  interface LoadRow {
    readonly what: string;
    readonly clients: number;
    readonly requests?: number;
    readonly failed?: number;
    readonly most: number;
  }
  export function closedLoop(load: {
    readonly clients: number;
    readonly until: () => boolean;
    readonly send: (client: number) => Promise<{ readonly kind: string; readonly failed: boolean }>;
  }): Promise<LoadRow[]>;
}

declare module '*/bench/support/growing.js' {
  export function fillStore(
    store: import('../../src/engine/index.js').Store,
    size: { readonly spaces: number; readonly tasks: number; readonly labels: number; readonly examples: number },
  ): Promise<void>;
}
