// The confusion matrix of the chosen method: right labels by row, answers by column. Blue on the diagonal, orange beside it, so
// that errors stand out; the brighter, the larger the share of its row.

import type { CascadeRecord, Measurement } from '../../engine/index.js';
import { methodName } from '../describe.js';
import { bands, type Chart } from './chart.js';
import type { Words } from './report-card-spec.js';
import { cut, widthOf } from './text-width.js';
import { COLOUR, INNER, LEFT, RIGHT, SIZE } from './theme.js';

/** With many labels the cells need the room. */
const MANY = 8;
const ROW_LABELS = {
  few: { fontSize: SIZE.label, longest: 140 },
  many: { fontSize: SIZE.note, longest: 100 },
} as const;
const GAP = 10;
const TALLEST_CELL = 44;
const LONGEST_COLUMN_LABEL = 96;
const DIAGONAL = Math.SQRT1_2;

/** Where dark digits are easier to read than light ones, on the two scales of colour. */
const DARK_ON_BRIGHT = 'datum.share > (datum.right ? 0.55 : 0.33)';

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** Of the examples of this row. */
  readonly share: number;
  readonly text: string;
  readonly right: boolean;
}

export function confusionChart({ say }: Words, record: CascadeRecord, measurement: Measurement): Chart {
  const { labels, chosen } = record;
  const { fontSize, longest } = ROW_LABELS[labels.length > MANY ? 'many' : 'few'];
  const rowLabels = labels.map((label, row) => ({ row, text: cut(label, fontSize, longest) }));
  const left = LEFT + Math.max(...rowLabels.map(({ text }) => widthOf(text, fontSize))) + GAP;
  const cell = (RIGHT - left) / labels.length;
  const height = Math.min(TALLEST_CELL, Math.max(cell, SIZE.label * 1.7));
  const bottom = height * labels.length;
  const columns = columnLabels(labels, cell, left);
  const y = bands('row', 0, bottom);
  const x = bands('column', left, RIGHT);
  const cells = cellsOf(measurement).map((entry) => ({ ...entry, size: countSize(entry.text, cell, fontSize) }));
  const square = { type: 'rect', cornerRadius: 4, stroke: COLOUR.card, strokeWidth: 2 } as const;

  return {
    title: {
      text: say('picture.confusion'),
      subtitle: cut(say('picture.rowsColumns', { method: methodName(say, chosen) }), SIZE.note, RIGHT - LEFT),
    },
    width: INNER,
    height: bottom + columns.height,
    data: { values: cells },
    resolve: { scale: { color: 'independent' } },
    layer: [
      {
        transform: [{ filter: 'datum.right' }],
        mark: square,
        encoding: { x, y, color: shade([COLOUR.goodLow, COLOUR.good], 'linear') },
      },
      {
        transform: [{ filter: '!datum.right && datum.count === 0' }],
        mark: { ...square, color: COLOUR.empty },
        encoding: { x, y },
      },
      {
        transform: [{ filter: '!datum.right && datum.count > 0' }],
        mark: square,
        encoding: { x, y, color: shade([COLOUR.wrongLow, COLOUR.wrong], 'sqrt') },
      },
      {
        mark: { type: 'text', align: 'center' },
        encoding: {
          x,
          y,
          text: { field: 'text' },
          size: { field: 'size', type: 'quantitative', scale: null, legend: null },
          color: { condition: { test: DARK_ON_BRIGHT, value: COLOUR.dark }, value: COLOUR.text },
        },
      },
      {
        data: { values: rowLabels },
        mark: { type: 'text', align: 'right', fontSize },
        encoding: { x: { value: left - GAP }, y, text: { field: 'text' } },
      },
      {
        data: { values: columns.labels },
        mark: columns.mark,
        encoding: { x, y: { value: bottom + 6 }, text: { field: 'text' } },
      },
    ],
  };
}

function cellsOf({ confusion }: Measurement): Cell[] {
  return confusion.flatMap((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count, column): Cell => {
      const right = row === column;
      const share = total === 0 ? 0 : count / total;
      return { row, column, count, share, text: count === 0 && !right ? '' : String(count), right };
    });
  });
}

/** As large as fits its cell. */
function countSize(text: string, cell: number, largest: number): number {
  return Math.min(largest, (cell - 4) / Math.max(1, widthOf(text, 1)));
}

const shade = (range: readonly [string, string], type: 'linear' | 'sqrt') =>
  ({
    field: 'share',
    type: 'quantitative',
    legend: null,
    scale: { type, domain: [0, 1], range: [...range], interpolate: 'lab' },
  }) as const;

/** Under their columns; slanted where they are too long to stand side by side. */
function columnLabels(labels: readonly string[], cell: number, left: number) {
  const fontSize = SIZE.note;
  const size = (texts: readonly string[]): number => Math.max(...texts.map((text) => widthOf(text, fontSize)));
  const level = labels.map((label) => cut(label, fontSize, INNER));
  const place = (texts: readonly string[]) => texts.map((text, column) => ({ column, text }));
  if (size(level) <= cell - 8) {
    const mark = { type: 'text', align: 'center', baseline: 'top', fontSize, color: COLOUR.quiet } as const;
    return { labels: place(level), mark, height: fontSize + 8 };
  }
  // The first one ends under the middle of its column and may reach back to the left edge.
  const room = Math.min(LONGEST_COLUMN_LABEL, (left + cell / 2) / DIAGONAL - fontSize);
  const slanted = labels.map((label) => cut(label, fontSize, room));
  const mark = {
    type: 'text',
    align: 'right',
    baseline: 'middle',
    angle: -45,
    dy: 4,
    fontSize,
    color: COLOUR.quiet,
  } as const;
  return { labels: place(slanted), mark, height: size(slanted) * DIAGONAL + fontSize + 6 };
}
