// How good the answers are, and those of others on the same examples.

import { accuracyAgainstTime, learningCurves, reliabilityDiagram } from '../support/charts.js';
import { groupBy, summarise } from '../support/rows.js';
import { mean } from '../support/statistics.js';
import { code, number, percent, percentWithin, picture, table } from './markdown.js';

/** A learning curve needs so many numbers of shots. */
const LEAST_POINTS = 3;

/** @typedef {(parts: readonly string[]) => { rows: any[], note: string } | null} Find rows of the newest results that have them */

/** @param {Find} find @param {Map<string, object>} pictures */
export function qualitySection(find, pictures) {
  const found = find(['accuracy']);
  if (found === null) return [];
  const accuracy = found.rows.filter(({ part }) => part === 'accuracy');
  const clean = accuracy.filter(({ variant }) => variant === 'clean');
  const lines = [
    '## Accuracy',
    found.note,
    'The answerer is chosen on the drawn examples alone; the test part only scores. Mean over draws, 95 % interval where there is more than one.',
    table(
      ['set', 'shots', 'draws', 'chosen', 'in context', 'head', 'lora', 'log-loss', 'calibration error'],
      [...groupBy(clean, ({ set, shots }) => `${set} ${shots}`).values()].map((rows) => cell(rows)),
    ),
  ];
  const curves = summarise(clean, ['set', 'shots', 'method'], 'accuracy').filter(({ set }, _, all) =>
    isCurve(all.filter((row) => row.set === set)),
  );
  if (curves.length > 0) {
    pictures.set('learning-curves', learningCurves(curves));
    lines.push(picture('learning-curves', 'Accuracy over examples a label, by method'));
  }
  const bins = pooled(found.rows.filter(({ part, variant }) => part === 'reliability' && variant === 'clean'));
  if (bins.length > 0) {
    pictures.set('reliability', reliabilityDiagram(bins));
    lines.push(picture('reliability', 'Share of right answers over the stated probability'));
  }
  lines.push(...spoilt(accuracy), ...scope(found.rows), ...gate(found.rows), ...concepts(found.rows));
  lines.push(
    code('npm run bench -- quality\nnpm run bench -- quality --set banking77 --shots 10 --method lora --seeds 3'),
  );
  return lines;
}

function cell(rows) {
  const of = (method, column = 'accuracy') => {
    const values = rows.filter((row) => row.method === method && typeof row[column] === 'number');
    return values.length === 0 ? null : summarise(values, ['method'], column)[0];
  };
  const [{ set, shots }] = rows;
  const chosen = of('chosen');
  const plain = (method) => percent(of(method)?.mean);
  const loss = of('chosen', 'logLoss');
  const error = of('chosen', 'ece');
  return [
    set,
    shots,
    chosen.draws,
    percentWithin(chosen),
    ...['in-context', 'head', 'lora'].map(plain),
    loss === null ? '–' : loss.mean.toFixed(3),
    error === null ? '–' : error.mean.toFixed(3),
  ];
}

const isCurve = (rows) => new Set(rows.map(({ shots }) => shots)).size >= LEAST_POINTS;

/** Bins of all sets and draws together, each answer counting once. */
function pooled(rows) {
  return [...groupBy(rows, ({ bin }) => String(bin)).values()].map((own) => {
    const texts = own.reduce((sum, row) => sum + row.texts, 0);
    const share = (column) => own.reduce((sum, row) => sum + row.texts * row[column], 0) / texts;
    return { texts, confidence: share('confidence'), accuracy: share('accuracy') };
  });
}

function spoilt(accuracy) {
  const chosen = accuracy.filter(({ method }) => method === 'chosen');
  const rows = summarise(chosen, ['set', 'shots', 'variant'], 'accuracy').filter(({ variant }) => variant !== 'clean');
  if (rows.length === 0) return [];
  const cleanOf = ({ set, shots }) =>
    chosen.filter((row) => row.variant === 'clean' && row.set === set && row.shots === shots);
  return [
    '### Wrong labels, rare labels',
    table(
      ['set', 'shots', 'examples', 'chosen', 'the same without'],
      rows.map((row) => {
        const clean = cleanOf(row);
        const without = clean.length === 0 ? null : mean(clean.map((each) => each.accuracy));
        return [row.set, row.shots, row.variant, percentWithin(row), percent(without)];
      }),
    ),
  ];
}

function scope(rows) {
  const own = rows.filter(({ part }) => part === 'scope');
  if (own.length === 0) return [];
  return [
    '### Out of scope',
    table(
      [
        'set',
        'shots',
        'method',
        'refused, at 94 % acceptance',
        "refused, at the product's threshold",
        'accepted there',
        'AUROC',
      ],
      own.map((row) => [
        row.set,
        row.shots,
        row.method,
        percent(row.recall),
        percent(row.ownRecall),
        percent(row.ownAcceptance),
        row.auroc.toFixed(3),
      ]),
    ),
  ];
}

function gate(rows) {
  const own = rows.filter(({ part, variant }) => part === 'gate' && variant === 'clean');
  if (own.length === 0) return [];
  return [
    '### The gate',
    'Regret: accuracy of the best method on the test part minus that of the chosen one. Wrong: what answers afterwards is worse than before by more than a point.',
    table(
      ['set', 'runs', 'mean regret', 'worst regret', 'wrong'],
      [...groupBy(own, ({ set }) => set)].map(([set, runs]) => [
        set,
        runs.length,
        percent(mean(runs.map(({ regret }) => regret))),
        percent(Math.max(...runs.map(({ regret }) => regret))),
        runs.filter(({ wrong }) => wrong).length,
      ]),
    ),
  ];
}

function concepts(rows) {
  const own = rows.filter(({ part }) => part === 'concepts');
  if (own.length === 0) return [];
  return [
    '### Concept questions',
    table(
      ['language', 'questions', 'right topic first', 'among three', 'refused by mistake', 'to refuse', 'refused'],
      own.map((row) => [
        row.language,
        row.questions,
        percent(row.first),
        percent(row.firstThree),
        percent(row.refusedByMistake),
        row.toRefuse,
        percent(row.refused),
      ]),
    ),
  ];
}

/** @param {Find} find @param {Map<string, object>} pictures */
export function peersSection(find, pictures) {
  const found = find(['peer']);
  if (found === null) return [];
  const rows = found.rows.filter(({ part }) => part === 'peer');
  const good = rows.filter(({ accuracy }) => typeof accuracy === 'number');
  const failed = rows.filter(({ failed }) => failed !== undefined);
  const cells = [...new Set(good.map(cellOf))];
  const byPeer = groupBy(good, ({ peer }) => peer);
  const accuracyAt = (own, at) => {
    const same = own.filter((row) => cellOf(row) === at);
    return percent(same.length === 0 ? null : mean(same.map(({ accuracy }) => accuracy)));
  };
  const middle = (own, column) => {
    const values = own.map((row) => row[column]).filter((value) => typeof value === 'number');
    return values.length === 0 ? null : mean(values);
  };
  const lines = [
    '## Beside what people would use instead',
    found.note,
    'Everybody learns the same examples, answers the same texts, in a process of its own on the same machine. Means over draws.',
    table(
      ['', ...cells],
      [...byPeer].map(([peer, own]) => [peer, ...cells.map((at) => accuracyAt(own, at))]),
    ),
    'What it costs, means over the same cells:',
    table(
      ['', 'version', 'training, s', 'texts a second, one by one', 'in batches', 'most memory, MB'],
      [...byPeer].map(([peer, own]) => [
        peer,
        own[0].version,
        number(middle(own, 'trainSeconds')),
        number(middle(own, 'singlePerSecond')),
        number(middle(own, 'batchPerSecond')),
        number(middle(own, 'mostMegabytes')),
      ]),
    ),
  ];
  const notes = [...byPeer].flatMap(([peer, own]) => {
    const said = [...new Set(own.flatMap(({ note }) => note ?? []))];
    return said.length === 0 ? [] : [`- ${peer}: ${said.join('; ')}`];
  });
  if (notes.length > 0) lines.push(notes.join('\n'));
  // Only who answered everything: a mean over fewer, easier cells is another figure.
  const whole = [...byPeer].filter(([, own]) => new Set(own.map(cellOf)).size === cells.length);
  if (whole.length > 1) {
    pictures.set(
      'accuracy-time',
      accuracyAgainstTime(
        whole.map(([name, own]) => ({
          name,
          // A logarithmic axis has no zero.
          seconds: Math.max(0.01, middle(own, 'trainSeconds')),
          accuracy: middle(own, 'accuracy'),
          ours: name === 'handful',
        })),
      ),
    );
    lines.push(picture('accuracy-time', 'Accuracy over seconds of training, a dot for each'));
  }
  if (failed.length > 0)
    lines.push(
      `Without an answer: ${failed.map((row) => `${row.peer} on ${cellOf(row)} (${row.failed})`).join('; ')}.`,
    );
  lines.push(code('npm run bench -- peers --install\nnpm run bench -- peers'));
  return lines;
}

const cellOf = ({ set, shots }) => `${set}, ${shots} shots`;
