// Every kind of tuner through the contract: in a tiny transformer on two backends, in use-lite and a tiny BERT on WebAssembly.

import { tmpdir } from 'node:os';
import { beforeAll, describe } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createTunableBert, fetchBert } from '../../../src/engine/encoders/bert/index.js';
import { createUseLite } from '../../../src/engine/encoders/use-lite.js';
import { TUNERS } from '../../../src/engine/tuners/index.js';
import { type TunerOptions, tunerOptions } from '../../../src/engine/tuners/options.js';
import type { TunerKind } from '../../../src/engine/tuners/tuner.js';
import { type TunerCase, tunerContract } from '../../contracts/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { writeTinyBert } from '../../support/tiny-bert.js';

interface Variant<Kind extends TunerKind> extends Pick<TunerCase<Kind>, 'merges' | 'random'> {
  readonly kind: Kind;
  readonly options: Partial<TunerOptions[Kind]>;
  /** Whether it also runs in use-lite: once for each kind. */
  readonly inUseLite?: boolean;
}

const variant = <Kind extends TunerKind>(given: Variant<Kind>) => {
  const options = tunerOptions[given.kind].parse({ ...given.options, dropout: 0 }) as TunerOptions[Kind];
  const { kind, merges, random, inUseLite = false } = given;
  const name = `${kind} ${JSON.stringify(given.options)}`;
  return {
    inUseLite,
    run: (where: string, encoder: TunerCase<Kind>['encoder']) =>
      tunerContract<Kind>(`${name} ${where}`, { encoder, type: TUNERS[kind], options, merges, random }),
  };
};

const LORA = { kind: 'lora', merges: true, random: true } as const;
const WEIGHTS = { kind: 'weights', merges: true, random: false } as const;
const HOOKS = { merges: false, random: true } as const;

const variants = [
  variant({ ...LORA, options: {}, inUseLite: true }),
  variant({ ...LORA, options: { targets: 'qkv+output+expand+contract+tanh', rslora: true } }),
  variant({ ...LORA, options: { dora: true }, inUseLite: true }),
  variant({ ...WEIGHTS, options: { unfreeze: 1 } }),
  variant({ ...WEIGHTS, options: { unfreeze: 0, layerDecay: 0.5 } }),
  variant({ ...WEIGHTS, merges: false, options: { unfreeze: 1, embeddings: true }, inUseLite: true }),
  variant({ ...HOOKS, kind: 'adapter', options: { bottleneck: 8 }, inUseLite: true }),
  variant({ ...HOOKS, kind: 'prefix', options: { length: 3 }, inUseLite: true }),
  variant({ ...HOOKS, kind: 'prefix', options: { length: 3, reparameterise: 5 } }),
  variant({ ...HOOKS, kind: 'soft-prompt', options: { length: 3 }, inUseLite: true }),
];

describe.each(['wasm', 'cpu'] as const)('on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));
  for (const { run } of variants) run(`in a small encoder, ${backend}`, async () => createFakeTunable());
});

describe('on the backend wasm', () => {
  beforeAll(() => startBackend('wasm'));
  for (const { run, inUseLite } of variants) if (inUseLite) run('in use-lite', createUseLite);
  const createTinyBert = async () =>
    createTunableBert(await fetchBert(writeTinyBert({ onnx: false }), { home: tmpdir(), hub: null, offline: true }));
  for (const { run } of variants) run('in a tiny BERT', createTinyBert);
});
