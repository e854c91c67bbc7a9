// Concept questions: how often the right topic comes first, is among the first three, and how often what has no topic is refused.
// Of the part of data/concepts/questions.jsonl that nothing was fitted on.

import { readFileSync } from 'node:fs';
import { round } from '../support/scores.js';

const QUESTIONS = new URL('../../data/concepts/questions.jsonl', import.meta.url);
const PART = 'report';

/** @param {import('../../src/engine/types.js').Engine} engine */
export async function conceptFigures(engine) {
  const { createFinder } = await import('../../dist/bot/concepts/find.js');
  const finder = createFinder(engine);
  const index = await finder.shipped();
  const rows = readFileSync(QUESTIONS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ part }) => part === PART);
  const asked = [];
  for (const row of rows) {
    const { ranked, answered } = await finder.find(index, { question: row.question, language: 'en' });
    asked.push({ ...row, found: ranked.slice(0, 3).map(({ id }) => id), answered });
  }
  return ['en', 'zh', 'mixed'].flatMap((language) => {
    const own = asked.filter((row) => row.language === language);
    const good = own.filter(({ ids }) => ids.length > 0);
    const bad = own.filter(({ ids }) => ids.length === 0);
    if (good.length === 0) return [];
    return [
      {
        part: 'concepts',
        language,
        questions: good.length,
        first: share(good, ({ ids, found }) => ids.includes(found[0])),
        firstThree: share(good, ({ ids, found }) => found.some((id) => ids.includes(id))),
        refusedByMistake: share(good, ({ answered }) => !answered),
        toRefuse: bad.length,
        refused: bad.length === 0 ? null : share(bad, ({ answered }) => !answered),
      },
    ];
  });
}

const share = (rows, is) => round(rows.filter(is).length / rows.length);
