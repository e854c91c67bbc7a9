// `npm run bench -- page`: docs/benchmarks.md and its pictures, from the newest files of bench/results alone. Nothing is measured here
// and no number is written by hand.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { growthSection, loadSection, speedSection } from './page/costs.js';
import { goalsSection } from './page/goals.js';
import { code } from './page/markdown.js';
import { peersSection, qualitySection } from './page/quality.js';
import { readNewest } from './support/results.js';
import { drawSvg } from './support/svg.js';

const KINDS = ['quality', 'peers', 'speed', 'growth', 'load', 'full', 'quick'];
const PAGE = new URL('../docs/benchmarks.md', import.meta.url);
const PICTURES = new URL('../docs/benchmarks/', import.meta.url);

/** The command line. */
export async function main() {
  const all = KINDS.map((kind) => readNewest(kind)).filter((results) => results !== null);
  if (all.length === 0) {
    console.error('There are no results in bench/results. Expected some: npm run bench -- quick');
    process.exit(2);
  }
  const { build } = await import('../scripts/build.js');
  await build();
  const { markdown, pictures } = pageOf(all);
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, spec] of pictures) writeFileSync(new URL(`${name}.svg`, PICTURES), await drawSvg(spec));
  writeFileSync(PAGE, markdown);
  console.log(`${fileURLToPath(PAGE)}, ${pictures.size} pictures`);
}

/**
 * @param {readonly import('./support/results.js').Results[]} results
 * @returns {{ markdown: string, pictures: Map<string, object> }} pictures by name, as Vega-Lite specifications
 */
export function pageOf(results) {
  const all = [...results].sort((a, b) => (a.date < b.date ? 1 : -1));
  const pictures = new Map();
  /** Rows of the newest results that have any of these parts. */
  const find = (parts) => {
    const found = all.find(({ figures }) => figures.some(({ part }) => parts.includes(part)));
    return found === undefined ? null : { rows: found.figures, note: originOf(found) };
  };
  const sections = [
    ...goalsSection(all),
    ...qualitySection(find, pictures),
    ...peersSection(find, pictures),
    ...speedSection(find),
    ...growthSection(find, pictures),
    ...loadSection(find),
  ];
  const markdown = [
    '# Benchmarks',
    '<!-- Written by `npm run bench -- page` from bench/results; do not edit. -->',
    'What Handful does on labelled sets, beside what people would use instead: quality, speed, memory, growth and load. Every number on this page comes from a file of `bench/results`, which names machine, versions, commit, seeds and how busy the machine was.',
    ...sections,
    '## Measure it yourself',
    code(
      [
        'npm run bench -- quick                 all of it, small',
        'npm run bench -- full                  all of it, hours',
        'npm run bench -- page                  this page from the newest results',
        'npm run bench -- compare A.json B.json   what changed beyond noise',
      ].join('\n'),
    ),
    'Sets: the samples that come with Handful, and every folder with `train.jsonl` and `test.jsonl` in the folder that `HANDFUL_BENCH_DATA` names.',
  ].join('\n\n');
  return { markdown: `${markdown}\n`, pictures };
}

function originOf({ kind, size, date, commit, machine, load, seeds, versions, options }) {
  const { cpu, cores, memoryGb, node } = machine;
  const seeded = seeds.length === 0 ? '' : `; seeds ${seeds.join(', ')}`;
  const library = versions['@tensorflow/tfjs'];
  return (
    `*${kind}, size ${size}${options.unfinished === true ? ', not finished' : ''}, ${date.slice(0, 10)}; Handful ${versions.handful} at commit ${commit}; ${cores} × ${cpu}, ${memoryGb} GB, ` +
    `Node ${node}${library === undefined ? '' : `, TensorFlow.js ${library}`}${seeded}; load average ${load.start[0]} at the start, ${load.end[0]} at the end.*`
  );
}
