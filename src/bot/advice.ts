// The advice of the advisor in sentences, each with the figures behind it. Pure.

import { type Advice, advise, type DataFacts, type EncoderAdvice, type TeachAdvice } from '../engine/index.js';
import { methodName } from './describe.js';
import type { Context } from './services.js';

type Words = Pick<Context, 'say' | 'format'>;

/** The encoders that are named as examples of their kind. */
const ENGLISH = 'sentence-transformers/all-MiniLM-L6-v2';
const MULTILINGUAL = 'intfloat/multilingual-e5-small';

/** What the data is like, what fits it, and what to teach next: a sentence each. */
export function adviceLines(words: Words, facts: DataFacts): string[] {
  const advice = advise(facts);
  return [
    sizeLine(words, facts),
    likenessLine(words, facts, advice),
    methodLine(words, facts, advice),
    ...(advice.encoder === null ? [] : [encoderLine(words, facts, advice.encoder)]),
    ...advice.teach.map((next) => teachLine(words, next)),
  ];
}

/** The one sentence that a report card has room for. */
export const methodAdvice = (words: Words, facts: DataFacts): string => methodLine(words, facts, advise(facts));

function sizeLine({ say }: Words, { examples, counts, shots }: DataFacts): string {
  const { least, most } = shots;
  return say('advice.size', { examples, labels: counts.length, mean: meanOf(shots), least, most });
}

function likenessLine({ say, format }: Words, { separation, encoder }: DataFacts, { quadrant }: Advice): string {
  if (separation === null) return say('advice.notMeasured');
  const { accuracy, chance } = separation;
  const isSimilar = quadrant === 'few-similar' || quadrant === 'many-similar';
  const values = { encoder, accuracy: format.percent(accuracy), chance: format.percent(chance) };
  return say(isSimilar ? 'advice.similar' : 'advice.dissimilar', values);
}

function methodLine(words: Words, facts: DataFacts, { quadrant, method }: Advice): string {
  const { say } = words;
  const { shots, counts, encoder } = facts;
  const values = { method: methodName(say, method), mean: meanOf(shots) };
  const least = counts.find(({ examples }) => examples === shots.least);
  if (shots.least < 2) return say('advice.tooFew', { label: least?.label ?? '', count: shots.least });
  if (!facts.tunable) return say('advice.untunable', { ...values, encoder });
  if (quadrant === null) return say('advice.unmeasured', values);
  return say(`advice.${quadrant}`, { ...values, figure: figureOf(words, facts) });
}

/** What the likeness to the encoder's own texts was read from. */
function figureOf({ say, format }: Words, { separation, unknownShare }: DataFacts): string {
  if (separation !== null) return say('advice.figure.accuracy', { accuracy: format.percent(separation.accuracy) });
  return say('advice.figure.unknown', { share: format.percent(unknownShare ?? 0) });
}

function encoderLine(words: Words, facts: DataFacts, advice: EncoderAdvice): string {
  const { say, format } = words;
  const { encoder, scripts } = facts;
  switch (advice.kind) {
    case 'embedded':
      return encoder === 'hashing'
        ? say('advice.encoder.hashing')
        : say('advice.encoder.embedded', { encoder, share: format.percent(scripts.han) });
    case 'english-bert':
      return say('advice.encoder.english', { encoder, figure: figureOf(words, facts), example: ENGLISH });
    case 'multilingual-bert':
      return say('advice.encoder.multilingual', { share: format.percent(1 - scripts.latin), example: MULTILINGUAL });
    default:
      return advice satisfies never;
  }
}

function teachLine({ say }: Words, next: TeachAdvice): string {
  switch (next.kind) {
    case 'fewest':
      return say('advice.teach.fewest', { label: next.label, count: next.examples, goal: next.goal });
    case 'mixed-up':
      return say('advice.teach.mixedUp', { a: next.a, b: next.b, count: next.count });
    case 'unlabelled':
      return say('advice.teach.unlabelled', { count: next.count });
    default:
      return next satisfies never;
  }
}

/** A whole number where it is one. */
const meanOf = ({ mean }: DataFacts['shots']): string => (Number.isInteger(mean) ? String(mean) : mean.toFixed(1));
