// Cascade jobs that run right here instead of in threads, and a task that is easy to learn.

import { fitScope } from '../../src/engine/answerers/scope.js';
import { isExpensive } from '../../src/engine/cascade/cost.js';
import { dataFacts } from '../../src/engine/cascade/facts.js';
import { fitMethod } from '../../src/engine/cascade/fit-method.js';
import { nearestToHeld } from '../../src/engine/cascade/nearest.js';
import type { CascadeContext, CascadeJobs } from '../../src/engine/cascade/run.js';
import { stratifiedFolds } from '../../src/engine/data/folds.js';
import { groupNearDuplicates } from '../../src/engine/data/near-duplicates.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../src/engine/encoders/load.js';
import { selectRows } from '../../src/engine/features.js';
import { createRng } from '../../src/engine/random.js';
import type { CascadeRequest, MethodName, TaskData, TrainEvent } from '../../src/engine/types.js';
import { NO_HUB } from './encoder-files.js';

/** Changes what a method's held-out logits look like, or fails. */
export type Spoil = (method: MethodName, logits: Float32Array, right: Int32Array, classes: number) => Float32Array;

/** Encoders are loaded once for all tests of a file. */
const embedded = createEncoderLibrary(1e7, NO_HUB);

export interface JobsOptions {
  readonly library?: EncoderLibrary;
  /** Whether methods tune the encoder; else a head stands in for each that would: what counts is the ladder. */
  readonly tunes?: boolean;
}

export function jobsHere(
  spoil: Spoil = (_, logits) => logits,
  { library = embedded, tunes = false }: JobsOptions = {},
): CascadeJobs & { readonly fits: MethodName[] } {
  const fits: MethodName[] = [];
  return {
    parallel: 1,
    fits,
    async encode(texts, encoders, { onDone }) {
      const encoded = await library.encode(texts, encoders);
      onDone(texts.length);
      return { encoded, secondsPerText: 1e-4 };
    },
    facts: async (input) => dataFacts({ ...input, unknownShare: null, measured: null }),
    split: async ({ texts, right, folds, seed }) =>
      stratifiedFolds(right, groupNearDuplicates(texts), folds, createRng(seed, 'folds')),
    nearest: (request) => nearestToHeld(request),
    async fit(request, { signal, onStep }) {
      signal.throwIfAborted();
      fits.push(request.method);
      const shots = selectRows(request.encoded, request.shots);
      const right = Int32Array.from(request.shots, (i) => request.right[i]!);
      const held = selectRows(request.encoded, request.held);
      const stand = isExpensive(request.method) && !tunes;
      const input = { ...request, options: stand ? {} : request.options, shots, right, held, library, onStep };
      const { logits, experts } = await fitMethod(stand ? 'head' : request.method, input);
      const heldRight = Int32Array.from(request.held, (i) => request.right[i]!);
      return {
        logits: logits.map((values) => spoil(request.method, values, heldRight, request.classes)),
        experts,
        scope: request.scope === null ? null : fitScope(shots, right, request.classes, request.scope),
        seconds: 1,
        memory: null,
      };
    },
  };
}

/** Logits that are right for this share of the rows, with a margin. */
export function oracle(share: number, right: Int32Array, classes: number, margin = 4): Float32Array {
  const logits = new Float32Array(right.length * classes);
  right.forEach((label, row) => {
    const hit = row < Math.round(share * right.length);
    logits[row * classes + (hit ? label : (label + 1) % classes)] = margin;
  });
  return logits;
}

export const colours: TaskData = {
  instruction: 'Which colour?',
  labels: [{ name: 'red' }, { name: 'green' }, { name: 'blue' }],
  examples: ['red rose', 'green leaf', 'blue sky'].flatMap((thing) => {
    const label = thing.split(' ')[0]!;
    const words = ['tall', 'tiny', 'old', 'wet', 'loud', 'kind', 'dry', 'warm', 'cold', 'odd', 'soft', 'late'];
    return words.map((word, i) => ({ text: `${word} ${thing} number ${i * 7} ${words[(i * 5 + 3) % 12]}`, label }));
  }),
};

export const request = (changes: Partial<CascadeRequest> = {}): CascadeRequest => ({
  data: colours,
  methods: 'auto',
  incumbent: 'in-context',
  target: 0.9,
  seed: 0,
  budgetSeconds: 600,
  ...changes,
});

export function contextWith(jobs: CascadeJobs, changes: Partial<CascadeContext> = {}) {
  const events: TrainEvent[] = [];
  let now = 0;
  const context: CascadeContext = {
    encoder: 'static-en-zh',
    weights: null,
    backend: 'wasm',
    jobs,
    // Every look at the clock takes a second.
    clock: { now: () => (now += 1000) },
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    prompter: null,
    ...changes,
  };
  return { context, events };
}
