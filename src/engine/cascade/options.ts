// What can be set of each method, with its defaults: the main thread parses it strictly before a run starts. Loads no
// TensorFlow.js.

import { z } from 'zod';
import { AUGMENTATIONS } from '../data/augment/options.js';
import { suggest } from '../data/labels.js';
import { PAIR_LOSSES, PAIR_SAMPLINGS } from '../data/pairs.js';
import { UserError } from '../errors.js';

import { tuneConfigSchema } from '../train/tune-config.js';
import { tunerOptions } from '../tuners/options.js';
import type { FittedMethod, MethodName, MethodOptions } from '../types.js';

/** Changed copies of the shots that are learned from besides them: of every method that trains. */
const augmentation = {
  /** Kinds of changes, joined by `+`; none by default. */
  augment: z
    .string()
    .refine((list) => list === 'none' || list.split('+').every((kind) => AUGMENTATIONS.includes(kind as never)), {
      error: `expected none, or kinds out of ${AUGMENTATIONS.join(', ')}, joined by +`,
    })
    .default('none'),
  /** Copies of each shot. More than one, and stronger changes, cost the head accuracy wherever they were measured. */
  copies: z.number().int().min(1).max(32).default(1),
  /** Share of its words that a copy may change. */
  strength: z.number().positive().max(1).default(0.1),
} as const;

const tuning = tuneConfigSchema.extend(augmentation);

/** Whole weights of a pre-trained encoder learn an order of magnitude slower than new ones. */
const wholeWeights = {
  learningRate: z.number().positive().default(2e-4),
};

/** Vectors that were never trained, behind gates that are closed at the start, need large steps: at 2e-3 the gates barely open. */
const newVectors = {
  learningRate: z.number().positive().default(0.05),
};

const selfTraining = z.strictObject({
  ...augmentation,
  /** Rounds of labelling and fitting. */
  rounds: z.number().int().min(1).max(10).default(3),
  /** Probability from which a text gets a pseudo-label; 0: chosen by cross-validation on the shots. */
  confidence: z.number().min(0).max(1).default(0),
  /** Pseudo-labelled texts a label at most, as a multiple of its shots. */
  most: z.number().positive().max(100).default(64),
});

const contrastive = tuning.extend({
  ...tunerOptions.lora.shape,
  /** Which pairs are drawn: all kinds as often as the more frequent, as the rarer one, or each pair once. */
  sampling: z.enum(PAIR_SAMPLINGS).default('oversampling'),
  /** Pairs of an epoch, as a multiple of the shots, and how many at most. */
  pairs: z.number().positive().max(1_000).default(1),
  mostPairs: z.number().int().min(2).max(100_000).default(2_000),
  /** Loss of a batch of pairs: all of its texts contrasted by their labels, or SetFit's own, the cosine of each pair. */
  loss: z.enum(PAIR_LOSSES).default('supervised'),
});

const prototypes = tuning.extend({
  ...tunerOptions.lora.shape,
  /** Episodes on the other tasks before the task's own shots. */
  episodes: z.number().int().min(1).max(10_000).default(20),
  /** Labels, shots and queries of an episode. */
  ways: z.number().int().min(2).max(100).default(5),
  shots: z.number().int().min(1).max(100).default(3),
  queries: z.number().int().min(1).max(100).default(3),
  /** Learning rate of the episodes. */
  episodeRate: z.number().positive().default(1e-3),
});

const pretrain = tuning.extend({
  ...tunerOptions.lora.shape,
  /** Passes over the texts without a label before the shots. */
  passes: z.number().int().min(1).max(100).default(1),
  /** Texts of a pass at most, besides the shots. */
  mostTexts: z.number().int().min(16).max(100_000).default(300),
  /** Learning rate of the passes. */
  viewRate: z.number().positive().default(5e-4),
  /** Temperature of the unsupervised contrast. */
  temperature: z.number().positive().default(0.05),
});

/** One schema a method; every field has a default. */
export const METHOD_OPTIONS = {
  'in-context': z.strictObject({}),
  head: z.strictObject(augmentation),
  'self-training': selfTraining,
  prompt: z.strictObject({}),
  freeze: tuning.extend({ ...tunerOptions.weights.shape, ...wholeWeights }),
  lora: tuning.extend(tunerOptions.lora.shape),
  adapter: tuning.extend(tunerOptions.adapter.shape),
  prefix: tuning.extend({ ...tunerOptions.prefix.shape, ...newVectors }),
  'soft-prompt': tuning.extend({ ...tunerOptions['soft-prompt'].shape, ...newVectors }),
  full: tuning.extend({
    ...tunerOptions.weights.shape,
    ...wholeWeights,
    unfreeze: z.number().int().min(0).max(64).default(0),
    learningRate: z.number().positive().default(1e-4),
  }),
  contrastive,
  prototypes,
  pretrain,
} as const satisfies Record<MethodName, z.ZodObject>;

export type OptionsOf<Name extends FittedMethod> = z.infer<(typeof METHOD_OPTIONS)[Name]>;

/**
 * Options as people write them, `rank=16, epochs=24`, for these methods: each option must be known by one of them, and fit all
 * that know it. Throws a UserError `bad-input` that names the option, what was expected and what came.
 */
export function parseMethodOptions(methods: readonly MethodName[], text: string): MethodOptions {
  const parts = text.split(/[,，;；\s]+/).filter((part) => part !== '');
  const given: Record<string, number | string | boolean> = {};
  for (const part of parts) {
    const match = /^([A-Za-z]+)=(\S+)$/.exec(part);
    if (match === null) throw wrong(part, 'expected name=value, such as rank=16');
    const [, name, value] = match as unknown as [string, string, string];
    if (Object.hasOwn(given, name)) throw wrong(part, `${name} is there twice`);
    given[name] = readValue(value);
  }
  for (const [name, value] of Object.entries(given)) {
    const knowing = methods.filter((method) => Object.hasOwn(METHOD_OPTIONS[method].shape, name));
    for (const method of knowing.length === 0 ? methods.slice(0, 1) : knowing) checkOptions(method, { [name]: value });
  }
  return given;
}

/** Throws a UserError `bad-input` when the method does not take these options. */
export function checkOptions(method: MethodName, given: MethodOptions): void {
  const schema: z.ZodObject = METHOD_OPTIONS[method];
  const known = Object.keys(schema.shape);
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
    if (field === undefined) {
      const meant = suggest(name, known);
      const help =
        known.length === 0
          ? `${method} has no options.`
          : meant === null
            ? `Its options are ${known.join(', ')}.`
            : `Did you mean ${meant}?`;
      throw wrong(`${name}=${value}`, `${method} has no option ${name}. ${help}`);
    }
    const parsed = z.safeParse(field, value);
    if (!parsed.success) throw wrong(`${name}=${value}`, parsed.error.issues[0]!.message);
  }
}

/** What a method runs with: its defaults, and what was given. */
export const optionsOf = <Name extends FittedMethod>(method: Name, given: MethodOptions): OptionsOf<Name> =>
  METHOD_OPTIONS[method].parse(given) as OptionsOf<Name>;

/** Those of the given options that a method has and that differ from its defaults: what a record says. */
export function ownOptions(method: MethodName, given: MethodOptions): MethodOptions {
  const schema: z.ZodObject = METHOD_OPTIONS[method];
  const defaults = schema.parse({});
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => name in schema.shape && defaults[name] !== value),
  );
}

function readValue(text: string): number | string | boolean {
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text === 'true' || text === 'yes' ? true : text === 'false' || text === 'no' ? false : text;
}

const wrong = (part: string, why: string): UserError =>
  new UserError('bad-input', `Option "${part}": ${why}`, { details: { option: part } });
