// Which method, which encoder and which examples next, for this data. The rules are the quadrants of transfer learning, few or
// many examples of a kind that the encoder knows or not: few and known want a head, few and unknown a small change inside the
// encoder, many and unknown the whole network. Cross-validation decides between what is tried; this says what is worth trying.

import { isOwnEncoder } from '../encoders/blocks.js';
import { METHOD_NAMES, type MethodName } from '../types.js';
import type { DataFacts } from './facts.js';

export type Quadrant = 'few-similar' | 'few-dissimilar' | 'many-similar' | 'many-dissimilar';

/** Encoders that a task may be better off with. */
export type EncoderAdvice =
  /** What comes with Handful: it knows Chinese too. */
  | { readonly kind: 'embedded' }
  /** Sentence encoders of the BERT family, from a hub or a folder. */
  | { readonly kind: 'english-bert' }
  | { readonly kind: 'multilingual-bert' };

/** What to teach next. */
export type TeachAdvice =
  | { readonly kind: 'fewest'; readonly label: string; readonly examples: number; readonly goal: number }
  | { readonly kind: 'mixed-up'; readonly a: string; readonly b: string; readonly count: number }
  | { readonly kind: 'unlabelled'; readonly count: number };

export interface Advice {
  /** null: neither measured nor told by unknown tokens. */
  readonly quadrant: Quadrant | null;
  readonly method: MethodName;
  /** null: the one that is set will do. */
  readonly encoder: EncoderAdvice | null;
  readonly teach: readonly TeachAdvice[];
}

/** Mean examples a label from which there are many: whole layers then learn without forgetting what they know. */
export const MANY_SHOTS = 50;

/**
 * Frozen vectors that get this far from chance to perfection know such texts. At 10 shots a label they got to .60 on trec6, .27 on
 * sst2 and .77 on banking77, where LoRA won 9, 1 and 4 points of accuracy; to .88 on clinc150 and .94 on sms_spam, where it won
 * one point and lost half of one.
 */
export const SIMILAR_ABOVE_CHANCE = 0.8;

/** Share of unknown tokens from which an encoder cannot know the texts, whatever was measured on a few of them. */
export const MOST_UNKNOWN = 0.2;

/** Share of letters that makes a script the task's own. */
const MOSTLY = 0.3;

/** Examples a label up to which each one more is worth most: from 5 to 10, frozen vectors won 5 to 11 points on every set tried. */
export const ENOUGH_SHOTS = 10;

const MOST_TAUGHT = 2;

export function advise(facts: DataFacts): Advice {
  const quadrant = quadrantOf(facts);
  return {
    quadrant,
    method: methodFor(facts, quadrant),
    encoder: encoderFor(facts, quadrant),
    teach: teachNext(facts),
  };
}

export function quadrantOf({ shots, separation, unknownShare }: DataFacts): Quadrant | null {
  const isUnknown = unknownShare !== null && unknownShare > MOST_UNKNOWN;
  if (separation === null && !isUnknown) return null;
  const isSimilar = !isUnknown && separation !== null && separation.aboveChance >= SIMILAR_ABOVE_CHANCE;
  return `${shots.mean >= MANY_SHOTS ? 'many' : 'few'}-${isSimilar ? 'similar' : 'dissimilar'}`;
}

function methodFor({ shots, tunable }: DataFacts, quadrant: Quadrant | null): MethodName {
  if (shots.least < 2) return 'in-context';
  if (!tunable) return 'head';
  switch (quadrant) {
    case null:
    case 'few-similar':
      return 'head';
    case 'few-dissimilar':
    case 'many-similar':
      return 'lora';
    case 'many-dissimilar':
      return 'full';
    default:
      return quadrant satisfies never;
  }
}

/**
 * Chinese wins most by a sentence encoder (10 shots: 82 to 78 on fewclue_eprstmt, 46 to 33 on fewclue_tnews); English sets of many
 * labels win (banking77 85 to 81), of few labels not (trec6, sms_spam), so it is a thing to measure, not to switch to.
 */
function encoderFor({ encoder, scripts }: DataFacts, quadrant: Quadrant | null): EncoderAdvice | null {
  const isOwn = isOwnEncoder(encoder);
  const isStrange = quadrant === 'few-dissimilar' || quadrant === 'many-dissimilar';
  if (encoder === 'hashing' || (encoder === 'use-lite' && scripts.han >= MOSTLY)) {
    return scripts.other >= MOSTLY ? { kind: 'multilingual-bert' } : { kind: 'embedded' };
  }
  if (isOwn && scripts.other >= MOSTLY) return { kind: 'multilingual-bert' };
  if (!isOwn || !isStrange) return null;
  return { kind: scripts.han >= MOSTLY ? 'multilingual-bert' : 'english-bert' };
}

/** Labels with too few examples before pairs that are mixed up: a pair of which one was hardly taught proves nothing. */
function teachNext({ counts, mixedUp, unlabelled }: DataFacts): TeachAdvice[] {
  const fewest = counts
    .filter(({ examples }) => examples < ENOUGH_SHOTS)
    .sort((a, b) => a.examples - b.examples)
    .slice(0, 1)
    .map((count) => ({ kind: 'fewest', ...count, goal: ENOUGH_SHOTS }) as const);
  const pairs = mixedUp.slice(0, 1).map((pair) => ({ kind: 'mixed-up', ...pair }) as const);
  const open = unlabelled === 0 ? [] : [{ kind: 'unlabelled', count: unlabelled } as const];
  return [...fewest, ...pairs, ...open].slice(0, MOST_TAUGHT);
}

/** What else a run can draw on. */
export interface LadderMeans {
  /** A language model answers prompts. */
  readonly prompter: boolean;
  /** Texts without a label. */
  readonly unlabelled: number;
  /** Other tasks of the space with labels and examples enough. */
  readonly related: number;
}

export interface LadderStep {
  readonly method: MethodName;
  /** Share of the time that is left when its turn comes which it may take. */
  readonly share: number;
}

/** Fewer texts without a label hold too few sure ones to learn from. */
const LEAST_UNLABELLED = 50;
/**
 * Learning from pairs alone won a point over LoRA on trec6 (78.0 to 76.7, six labels) and lost more than one on banking77 (79.3 to
 * 81.0, 77 labels): it is tried where labels are few.
 */
const MOST_CONTRASTED = 20;
/** Other tasks from which prototypes are learned that hold for one more. */
const LEAST_RELATED = 3;
/** Examples a label up to which what other tasks teach may outweigh the task's own. */
const VERY_FEW_SHOTS = 8;

/** What a cheap rung may take of the time where expensive ones come after it. */
const PROMPT_SHARE = 0.3;
const SELF_TRAINING_SHARE = 0.3;
const FIRST_EXPENSIVE_SHARE = 0.6;

/**
 * The methods of `auto` in the order of trying. Before anything is measured (`separation` is null) the plan holds whatever may
 * come; call it again once the head is measured, and it leaves out what the data does not want. Never more than two of the
 * methods that train inside the encoder: each costs minutes, and they were equal within noise where they were compared (LoRA 80.3,
 * the last layers 80.5, everything 79.9 on banking77 at 10 shots).
 */
export function ladderFor(facts: DataFacts, means: LadderMeans): LadderStep[] {
  const expensive = facts.tunable ? expensiveFor(facts, means) : [];
  const wanted = new Map<MethodName, number>([
    ['in-context', 1],
    ['head', 1],
  ]);
  const before = expensive.length > 0;
  if (means.unlabelled >= LEAST_UNLABELLED)
    wanted.set('self-training', before || means.prompter ? SELF_TRAINING_SHARE : 1);
  if (means.prompter) wanted.set('prompt', before ? PROMPT_SHARE : 1);
  expensive.forEach((method, i) => {
    wanted.set(method, i === expensive.length - 1 ? 1 : FIRST_EXPENSIVE_SHARE);
  });
  const cheap = METHOD_NAMES.filter((method) => wanted.has(method) && !expensive.includes(method));
  return [...cheap, ...expensive].map((method) => ({ method, share: wanted.get(method)! }));
}

/** At most two, the first one first. */
function expensiveFor(facts: DataFacts, { related }: LadderMeans): MethodName[] {
  const quadrant = quadrantOf(facts);
  const { shots, counts } = facts;
  switch (quadrant) {
    case 'many-dissimilar':
      return ['freeze', 'full'];
    case 'many-similar':
      return ['lora'];
    case 'few-similar':
      return ['lora'];
    case 'few-dissimilar':
    case null:
      if (quadrant === null && shots.mean >= MANY_SHOTS) return ['freeze', 'full'];
      if (related >= LEAST_RELATED && shots.mean <= VERY_FEW_SHOTS) return ['lora', 'prototypes'];
      return counts.length <= MOST_CONTRASTED ? ['lora', 'contrastive'] : ['lora'];
    default:
      return quadrant satisfies never;
  }
}
