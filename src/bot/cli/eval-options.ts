// The options of `handful eval`, parsed strictly.

import { z } from 'zod';
import {
  ENCODER_NAMES,
  isEncoderName,
  METHOD_NAMES,
  type MethodName,
  type MethodOptions,
  parseMethodOptions,
  suggest,
  UserError,
} from '../../engine/index.js';
import type { Config } from '../config.js';

export interface EvalOptions {
  readonly train: string;
  readonly test: string;
  readonly shots: number | null;
  readonly seed: number;
  readonly encoder: Config['encoder'];
  readonly methods: 'auto' | readonly MethodName[];
  /** Settings of those methods. */
  readonly options: MethodOptions;
  /** A file of texts without a label. */
  readonly unlabelled: string | null;
  readonly budgetSeconds: number;
  readonly languageModel: Config['languageModel'];
  readonly json: boolean;
}

export interface RawEvalOptions {
  readonly train: string;
  readonly test: string;
  readonly shots?: string | undefined;
  readonly seed?: string | undefined;
  readonly encoder?: string | undefined;
  readonly methods?: string | undefined;
  readonly options?: string | undefined;
  readonly unlabelled?: string | undefined;
  readonly budget?: string | undefined;
  readonly llm?: string | undefined;
  readonly json?: boolean | undefined;
}

export function parseEvalOptions(raw: RawEvalOptions, config: Config): EvalOptions {
  const chosen = allowed(raw.methods === undefined ? 'auto' : methods(raw.methods), config);
  return {
    train: raw.train,
    test: raw.test,
    shots: raw.shots === undefined ? null : whole('shots', raw.shots, { low: 1, high: 100_000 }),
    seed: raw.seed === undefined ? config.seed : whole('seed', raw.seed, { low: 0, high: 4_294_967_295 }),
    encoder: raw.encoder === undefined ? config.encoder : encoder(raw.encoder),
    methods: chosen,
    options: raw.options === undefined ? {} : methodOptions(chosen, raw.options),
    unlabelled: raw.unlabelled ?? null,
    budgetSeconds: raw.budget === undefined ? config.budgetSeconds : seconds('budget', raw.budget),
    languageModel: raw.llm === undefined ? config.languageModel : languageModel(raw.llm, config),
    json: raw.json === true,
  };
}

const wrong = (option: string, value: string, expected: string): UserError =>
  new UserError('bad-input', `--${option}: expected ${expected}, found "${value}".`, { details: { option, value } });

function whole(option: string, value: string, { low, high }: { low: number; high: number }): number {
  const parsed = z.coerce
    .number()
    .int()
    .min(low)
    .max(high)
    .safeParse(/^\d+$/.test(value) ? value : Number.NaN);
  if (!parsed.success) throw wrong(option, value, `a whole number from ${low} to ${high}`);
  return parsed.data;
}

export function seconds(option: string, value: string): number {
  const parsed = z.coerce
    .number()
    .min(1)
    .max(86_400)
    .safeParse(/^\d+(?:\.\d+)?$/.test(value) ? value : Number.NaN);
  if (!parsed.success) throw wrong(option, value, 'seconds from 1 to 86400');
  return parsed.data;
}

/** `--llm`, with the other settings of the environment. */
function languageModel(model: string, { languageModel: set }: Config): Config['languageModel'] {
  if (model.trim().toLowerCase() === 'none') return null;
  const unset = { dtype: undefined, device: undefined, contextSize: undefined, prompt: undefined };
  return { ...(set ?? unset), model: model.trim() };
}

function encoder(value: string): Config['encoder'] {
  if (isEncoderName(value)) return value;
  throw wrong('encoder', value, `one of ${ENCODER_NAMES.join(', ')}, a folder of a sentence encoder, or its hub id`);
}

function methods(list: string): 'auto' | MethodName[] {
  const names = list.split(/[,，\s]+/).filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'auto') return 'auto';
  if (names.length === 0) throw wrong('methods', list, `methods with commas out of ${METHOD_NAMES.join(', ')}`);
  return [...new Set(names.map(oneMethod))];
}

function methodOptions(chosen: EvalOptions['methods'], text: string): MethodOptions {
  if (chosen === 'auto') throw wrong('options', text, 'methods to set: add --methods, such as --methods lora');
  return parseMethodOptions(
    chosen.filter((method) => method !== 'in-context'),
    text,
  );
}

/** Where training is switched off, only what trains nothing is measured. */
function allowed(wanted: EvalOptions['methods'], { training }: Config): EvalOptions['methods'] {
  if (training) return wanted;
  const trained = wanted === 'auto' ? [] : wanted.filter((method) => method !== 'in-context' && method !== 'prompt');
  if (trained.length === 0) return wanted === 'auto' ? ['in-context'] : wanted;
  throw new UserError(
    'bad-configuration',
    `Training is switched off: HANDFUL_TRAINING is "off". Leave out --methods ${trained.join(',')}, or set HANDFUL_TRAINING=on.`,
    { details: { methods: trained } },
  );
}

/** A method by its name; `unknown-method` with a suggestion. */
export function oneMethod(name: string): MethodName {
  const found = METHOD_NAMES.find((method) => method === name.toLowerCase());
  if (found !== undefined) return found;
  const meant = suggest(name, METHOD_NAMES);
  const help = meant === null ? `The methods are ${METHOD_NAMES.join(', ')}.` : `Did you mean ${meant}?`;
  throw new UserError('unknown-method', `There is no method "${name}". ${help}`, { details: { name, meant } });
}
