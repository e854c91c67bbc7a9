// `npm run bench -- concepts`: how well concept questions are answered (data/concepts/questions.jsonl), by part and language, and how
// fast. `--part tune` or `--part report` shows one part; `--misses` lists what went wrong; `--texts FILE.jsonl` counts the texts of a
// task that would be taken for a concept question; `--tune` fits the weights (concepts-tune.js).
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.js';
import { readJsonl, tune } from './concepts-tune.js';

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    misses: { type: 'boolean', default: false },
    texts: { type: 'string', multiple: true, default: [] },
    tune: { type: 'boolean', default: false },
  },
});
await build();
const from = (file) => import(`../dist/bot/concepts/${file}.js`);
const [{ loadConcepts }, { embedConcepts }, { createTopicIndex }, { readQuestion }] = await Promise.all(
  ['load', 'embedded', 'features', 'question'].map(from),
);
const retrieval = await from('retrieve');
const { createEngine } = await import('../dist/engine/index.js');

const QUESTIONS = new URL('../data/concepts/questions.jsonl', import.meta.url);
const SAMPLES = new URL('../data/samples/', import.meta.url);
const engine = createEngine({ encoder: 'embedded', backend: 'auto' });
const embed = (texts) => engine.embed(texts);
const concepts = await loadConcepts();
await embed(['warm']);
const started = performance.now();
const index = createTopicIndex(await embedConcepts(concepts, embed));
console.log(`${concepts.length} topics, indexed in ${Math.round(performance.now() - started)} ms`);
const parts = values.part === undefined ? ['tune', 'report'] : [values.part];

if (values.tune) {
  const evidenceFrom = (topics, text) => retrieval.gather(topics, readQuestion(text), embed);
  const evidence = (text) => evidenceFrom(index, text);
  const asked = [];
  for (const { question, ids, part } of readJsonl(QUESTIONS))
    if (part === 'tune') asked.push({ ids, evidence: await evidence(question) });
  const names = await askNames(evidenceFrom);
  const strangers = [];
  for (const sample of readdirSync(SAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    for (const { text } of readJsonl(new URL(`${sample.name}/train.jsonl`, SAMPLES)))
      strangers.push(await evidence(text));
  const ids = concepts.map(({ id }) => id);
  for (const line of tune({ asked, names, strangers, ids, retrieve: retrieval })) console.log(line);
} else await report();
await engine.close();

/** A third of the names, a tenth of them at a time asked of a base without that tenth. */
async function askNames(evidenceFrom) {
  const all = concepts.flatMap(({ id, texts }) =>
    Object.values(texts).flatMap(({ names }) => names.map((name) => ({ id, name }))),
  );
  const chosen = all.filter((_, i) => i % 3 === 0);
  const out = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const hidden = chosen.filter((_, i) => i % 10 === tenth);
    const isHidden = new Set(hidden.map(({ name }) => name));
    const without = concepts.map((concept) => {
      const texts = Object.entries(concept.texts).map(([language, text]) => [
        language,
        { ...text, names: text.names.filter((name) => !isHidden.has(name)) },
      ]);
      return { ...concept, texts: Object.fromEntries(texts) };
    });
    const topics = createTopicIndex(await embedConcepts(without, embed));
    for (const { id, name } of hidden) out.push({ ids: [id], evidence: await evidenceFrom(topics, name) });
  }
  return out;
}

async function report() {
  const { looksLikeQuestion } = await from('question');
  const finder = (await from('find')).createFinder(engine);
  const shipped = await finder.shipped();
  const find = (question) => finder.find(shipped, { question, language: 'en' });
  const percent = (rows, is) =>
    rows.length === 0 ? '–' : `${((100 * rows.filter(is).length) / rows.length).toFixed(1)} %`;
  const asked = [];
  for (const row of readJsonl(QUESTIONS).filter(({ part }) => parts.includes(part))) {
    const start = performance.now();
    const { ranked, score, answered, sure } = await find(row.question);
    const milliseconds = performance.now() - start;
    const found = ranked.slice(0, 3).map(({ id }) => id);
    asked.push({ ...row, found, score, milliseconds, answered, sure });
  }
  console.log('part    language  to answer  first   first three  refused by mistake  to refuse  refused');
  for (const part of parts) {
    for (const language of ['all', 'en', 'zh', 'mixed']) {
      const rows = asked.filter((row) => row.part === part && (language === 'all' || row.language === language));
      const good = rows.filter(({ ids }) => ids.length > 0);
      const bad = rows.filter(({ ids }) => ids.length === 0);
      const cells = [
        [part, 7],
        [language, 9],
        [good.length, 10],
        [percent(good, ({ ids, found }) => ids.includes(found[0])), 7],
        [percent(good, ({ ids, found }) => found.some((id) => ids.includes(id))), 12],
        [percent(good, ({ answered }) => !answered), 19],
        [bad.length, 10],
        [percent(bad, ({ answered }) => !answered), 7],
      ];
      console.log(cells.map(([cell, width]) => String(cell).padEnd(width)).join(' '));
    }
    const good = asked.filter((row) => row.part === part && row.ids.length > 0);
    const lines = percent(good, ({ question, answered }) => answered && looksLikeQuestion(question));
    const beside = percent(good, ({ question, sure }) => sure && looksLikeQuestion(question));
    console.log(
      `${part}: as a plain line, ${lines} are answered in a space without a task, ${beside} in one with tasks`,
    );
  }
  const times = asked.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
  console.log(`time a question: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  if (values.misses) {
    for (const { question, ids, found, score, answered } of asked) {
      if (ids.length === 0 ? answered : !answered || !ids.includes(found[0]))
        console.log(`${score.toFixed(2)}  ${question}  → ${found.join(', ')}  (${ids.join(', ') || 'to refuse'})`);
    }
  }
  for (const file of values.texts) {
    const texts = readJsonl(pathToFileURL(file)).map(({ text }) => text);
    const taken = [];
    for (const text of texts) {
      if (!looksLikeQuestion(text)) continue;
      if ((await find(text)).sure) taken.push(text);
    }
    console.log(`${file}: ${taken.length} of ${texts.length} texts taken for a concept question`);
    for (const text of taken.slice(0, 10)) console.log(`  ${text}`);
  }
}
