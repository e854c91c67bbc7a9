// What a chosen method with many labels mixes up: the pairs it takes for one another most often, as bars. A matrix of 77 labels
// cannot be read on a phone.

import type { CascadeRecord, Measurement } from '../../engine/index.js';
import { methodName } from '../describe.js';
import { type Mixed, mixedUp } from '../report-card.js';
import { bands, type Chart, linear } from './chart.js';
import type { Words } from './report-card-spec.js';
import { cut, widthOf } from './text-width.js';
import { COLOUR, INNER, LEFT, RIGHT, SIZE } from './theme.js';

const PAIRS_SHOWN = 8;
const ROW = 44;
const BAR = 7;
const GAP = 14;
/** A full bar stands for at least so many: one mix-up is no full bar. */
const LEAST_SCALE = 5;

export function mixedUpChart({ say }: Words, record: CascadeRecord, measurement: Measurement): Chart {
  const pairs = mixedUp(record.labels, measurement).slice(0, PAIRS_SHOWN);
  const wrong = measurement.examples - correct(measurement);
  const summary = {
    method: methodName(say, record.chosen),
    wrong,
    examples: measurement.examples,
    labels: record.labels.length,
  };
  const most = Math.max(LEAST_SCALE, ...pairs.map(({ count }) => count));
  const rows = pairs.map((pair, row) => {
    const times = say('picture.times', { count: pair.count });
    return { row, count: pair.count, times, pair: pairText(pair, RIGHT - LEFT - GAP - widthOf(times, SIZE.label)) };
  });
  const nothing = rows.length === 0 ? [{ text: say('picture.noErrors') }] : [];
  const height = Math.max(1, rows.length) * ROW;
  const y = bands('row', 0, rows.length * ROW);
  const x = linear([0, most], [LEFT, RIGHT]);

  return {
    title: {
      text: say('picture.mixedUp'),
      subtitle: cut(say('picture.wrongOf', summary), SIZE.note, RIGHT - LEFT),
    },
    width: INNER,
    height,
    data: { values: rows },
    layer: [
      {
        mark: { type: 'text', yOffset: -8 },
        encoding: { x: { value: LEFT }, y, text: { field: 'pair' } },
      },
      {
        mark: { type: 'text', align: 'right', yOffset: -8 },
        encoding: { x: { value: RIGHT }, y, text: { field: 'times' } },
      },
      {
        mark: { type: 'bar', height: BAR, cornerRadius: BAR / 2, yOffset: 10, color: COLOUR.empty },
        encoding: { x: { value: LEFT }, x2: { value: RIGHT }, y },
      },
      {
        mark: { type: 'bar', height: BAR, cornerRadius: BAR / 2, yOffset: 10, color: COLOUR.wrong },
        encoding: { x: { ...x, field: 'count' }, x2: { value: LEFT }, y },
      },
      {
        data: { values: nothing },
        mark: { type: 'text' },
        encoding: { x: { value: LEFT }, y: { value: ROW / 2 }, text: { field: 'text' } },
      },
    ],
  };
}

function correct({ confusion }: Measurement): number {
  return confusion.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
}

const BETWEEN = ' ↔ ';

/** Both labels in the given width; the longer one is cut first. */
function pairText({ a, b }: Mixed, width: number): string {
  const room = width - widthOf(BETWEEN, SIZE.label);
  const [lengthA, lengthB] = [widthOf(a, SIZE.label), widthOf(b, SIZE.label)];
  const roomA = Math.max(room / 2, room - lengthB);
  const roomB = Math.max(room / 2, room - lengthA);
  return `${cut(a, SIZE.label, roomA)}${BETWEEN}${cut(b, SIZE.label, roomB)}`;
}
