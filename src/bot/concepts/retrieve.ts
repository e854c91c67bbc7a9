// Which topic answers a question, and whether any does. Topics are put in order by a weighted sum of how well they fit
// (features.ts); a logistic function of the best one and of how much of the question the base knows says whether to answer.
// The weights come from `npm run bench -- concepts --tune` (weights.ts).

import { type Embed, embedAsked } from './embedded.js';
import { FEATURES, type Features, type TopicIndex } from './features.js';
import { type Question, sameName } from './question.js';
import { type Concept, languagesOf, textOf } from './types.js';
import type { Weights } from './weights.js';

/** What is added to the features of a topic where a question compares two things. */
export const SIDE_FEATURES = ['bothSides', 'oneSide', 'comparisonAsked', 'comparisonNotAsked'] as const;
export const RANK_FEATURES = [...FEATURES, ...SIDE_FEATURES] as const;
export type RankFeatures = Readonly<Record<(typeof RANK_FEATURES)[number], number>>;

export const CONFIDENCE_FEATURES = [
  'fit',
  'lead',
  'known',
  'knownVectors',
  'name',
  'words',
  'nameVector',
  'answerVector',
] as const;
export type ConfidenceFeatures = Readonly<Record<(typeof CONFIDENCE_FEATURES)[number], number>>;

/** Everything that the weights weigh of one question. */
export interface Evidence {
  readonly topics: readonly RankFeatures[];
  readonly byName: readonly number[];
  readonly known: number;
  readonly knownVectors: number;
  /** Whether the question has a word of its own, beside "what", "is", "you". */
  readonly hasWords: boolean;
  /** The topic whose name the question is; null: it says more than a name, or another one. */
  readonly named: number | null;
  /** The topic that fits each side of a comparison best. */
  readonly sides: readonly number[];
}

export interface Retrieved {
  /** All topics, the best first. */
  readonly ranked: readonly Concept[];
  /** How sure it is that the first topic answers the question: 0 to 1. */
  readonly score: number;
  /** How much of a name of the first topic is in the question: 1 for a whole name and nothing else. */
  readonly byName: number;
  /** What to show: the first topic, and those that it or the question compares. */
  readonly shown: readonly Concept[];
}

/** A question that is the name of a topic is answered by it, unless another word decides. */
const NAMED_SCORE = 0.99;
const FIT_SCALE = 10;
/** So much of a topic's name is in a line that is surely about it, however well it fits otherwise. */
export const BY_NAME = 0.6;

export async function retrieve(
  index: TopicIndex,
  question: Question,
  { embed, weights }: { readonly embed: Embed; readonly weights: Weights },
): Promise<Retrieved> {
  return judge(index.concepts, await gather(index, question, embed), weights);
}

export async function gather(index: TopicIndex, question: Question, embed: Embed): Promise<Evidence> {
  const [topic, ...sides] = await embedAsked([question.topic, ...(question.sides ?? [])], embed);
  const { topics, byName, known, knownVectors } = index.compare(topic!);
  // Of a side only its name matters, not how near its words are.
  const fits = sides.map((side) => index.compare({ ...side, words: [] }).topics.map(sideFit));
  return {
    topics: topics.map((features, i) => ({ ...features, ...sideFeatures(index.concepts, fits, i) })),
    byName,
    known,
    knownVectors,
    hasWords: topic!.words.length > 0,
    named: namedTopic(index.concepts, question),
    sides: fits.map((fit) => bestOf(fit, (i) => index.concepts[i]!.compares.length === 0)),
  };
}

export function judge(concepts: readonly Concept[], evidence: Evidence, weights: Weights): Retrieved {
  const { named, sides } = evidence;
  const fits = evidence.topics.map((features) => weightedSum(RANK_FEATURES, features, weights.rank));
  const order = fits.map((_, i) => i).sort((a, b) => Number(b === named) - Number(a === named) || fits[b]! - fits[a]!);
  const ranked = order.map((i) => concepts[i]!);
  const first = order[0];
  if (first === undefined) return { ranked, score: 0, byName: 0, shown: [] };
  const features = confidenceFeatures(evidence, order, fits);
  const logit = weights.bias + weightedSum(CONFIDENCE_FEATURES, features, weights.confidence);
  const probability = 1 / (1 + Math.exp(-logit));
  const score = named !== null ? Math.max(NAMED_SCORE, probability) : evidence.hasWords ? probability : 0;
  const byName = evidence.byName[first]!;
  return { ranked, score, byName, shown: shownOf(concepts, first, sides) };
}

export function confidenceFeatures(
  { topics, known, knownVectors }: Evidence,
  order: readonly number[],
  fits: readonly number[],
): ConfidenceFeatures {
  const [first = 0, second = first] = order;
  const { name, words, nameVector, answerVector } = topics[first]!;
  const fit = fits[first]! / FIT_SCALE;
  const lead = (fits[first]! - fits[second]!) / FIT_SCALE;
  return { fit, lead, known, knownVectors, name, words, nameVector, answerVector };
}

/** A topic that compares comes with what it compares; two sides that no topic compares come together. */
function shownOf(concepts: readonly Concept[], first: number, sides: readonly number[]): Concept[] {
  const top = concepts[first]!;
  const compared = top.compares.flatMap((id) => concepts.filter((concept) => concept.id === id));
  if (compared.length > 0) return [top, ...compared];
  if (!sides.includes(first)) return [top];
  return [top, ...[...new Set(sides)].filter((side) => side !== first).map((side) => concepts[side]!)];
}

const sideFit = ({ name, nameVector }: Features): number => (name + nameVector) / 2;

function sideFeatures(
  concepts: readonly Concept[],
  fits: readonly (readonly number[])[],
  topic: number,
): Pick<RankFeatures, (typeof SIDE_FEATURES)[number]> {
  const { compares } = concepts[topic]!;
  const comparesTopics = compares.length > 0;
  const [one, other] = fits;
  if (one === undefined || other === undefined) {
    return { bothSides: 0, oneSide: 0, comparisonAsked: 0, comparisonNotAsked: comparesTopics ? 1 : 0 };
  }
  const ids = compares.map((id) => concepts.findIndex((concept) => concept.id === id)).filter((i) => i >= 0);
  const pairs = ids.flatMap((a) => ids.filter((b) => b !== a).map((b) => Math.min(one[a]!, other[b]!)));
  return {
    bothSides: Math.max(0, ...pairs),
    oneSide: comparesTopics ? 0 : Math.max(one[topic]!, other[topic]!),
    comparisonAsked: comparesTopics ? 1 : 0,
    comparisonNotAsked: 0,
  };
}

function bestOf(fits: readonly number[], may: (index: number) => boolean): number {
  return fits.reduce((best, fit, i) => (may(i) && (best < 0 || fit > fits[best]!) ? i : best), -1);
}

function namedTopic(concepts: readonly Concept[], { text, topic }: Question): number | null {
  const asked = new Set([sameName(text), sameName(topic)]);
  const found = concepts.findIndex((concept) =>
    languagesOf(concept).some((language) => {
      const { title, names } = textOf(concept, language);
      return [title, ...names].some((name) => asked.has(sameName(name)));
    }),
  );
  return found < 0 ? null : found;
}

function weightedSum<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
  weights: Readonly<Record<Name, number>>,
): number {
  return names.reduce((total, name) => total + weights[name] * values[name], 0);
}
