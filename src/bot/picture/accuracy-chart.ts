// Accuracy by method on the same folds: a dot with its interval a row, the chosen method marked, the target as a line.

import type { CascadeRecord, Measurement, MethodName } from '../../engine/index.js';
import { methodName } from '../describe.js';
import { bands, type Chart, linear } from './chart.js';
import type { Words } from './report-card-spec.js';
import { cut, widthOf } from './text-width.js';
import { COLOUR, INNER, LEFT, RIGHT, SIZE } from './theme.js';

const ROW = 34;
const TOP = 22;
const BOTTOM = 22;
const LONGEST_NAME = 130;
const GAP = 16;

interface Row {
  readonly row: number;
  readonly method: string;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly value: string;
  readonly chosen: boolean;
}

export function accuracyChart({ say, format }: Words, record: CascadeRecord): Chart {
  const measured = measuredMethods(record);
  const rows = measured.map(({ method, measurement }, row): Row => {
    const chosen = method === record.chosen;
    const name = `${methodName(say, method)}${chosen ? ' ★' : ''}`;
    return {
      row,
      method: cut(name, SIZE.label, LONGEST_NAME),
      accuracy: measurement.accuracy,
      low: measurement.interval[0],
      high: measurement.interval[1],
      value: format.accuracy(measurement),
      chosen,
    };
  });
  const first = axisStart(rows, record.target);
  const range = [
    LEFT + Math.max(...rows.map(({ method }) => widthOf(method, SIZE.label))) + GAP,
    RIGHT - Math.max(...rows.map(({ value }) => widthOf(value, SIZE.label))) - GAP,
  ] as const;
  const ticks = axisTicks(first).map((at) => ({ at, text: format.percent(at) }));
  const bottom = TOP + rows.length * ROW;
  const x = linear([first, 1], range);
  const y = bands('row', TOP, bottom);
  const target = say('picture.target', { target: format.percent(record.target) });
  const colour = { condition: { test: 'datum.chosen', value: COLOUR.good }, value: COLOUR.quiet } as const;
  const textColour = { condition: { test: 'datum.chosen', value: COLOUR.text }, value: COLOUR.quiet } as const;

  return {
    title: { text: say('picture.accuracy'), subtitle: cut(subtitle(say, measured), SIZE.note, RIGHT - LEFT) },
    width: INNER,
    height: bottom + BOTTOM,
    data: { values: rows },
    layer: [
      {
        transform: [{ filter: 'datum.chosen' }],
        mark: { type: 'rect', color: COLOUR.band, cornerRadius: 8 },
        encoding: { x: { value: 0 }, x2: { value: INNER }, y },
      },
      {
        data: { values: ticks },
        mark: { type: 'rule', color: COLOUR.line },
        encoding: { x: { ...x, field: 'at' }, y: { value: TOP }, y2: { value: bottom } },
      },
      {
        data: { values: ticks },
        mark: { type: 'text', align: 'center', color: COLOUR.quiet, fontSize: SIZE.note },
        encoding: { x: { ...x, field: 'at' }, y: { value: bottom + BOTTOM - 8 }, text: { field: 'text' } },
      },
      {
        data: { values: [{ at: record.target }] },
        mark: { type: 'rule', color: COLOUR.text, strokeDash: [4, 4], strokeWidth: 1.5 },
        encoding: { x: { ...x, field: 'at' }, y: { value: TOP - 4 }, y2: { value: bottom } },
      },
      {
        data: { values: [{ target }] },
        mark: { type: 'text', align: 'center', fontSize: SIZE.note },
        encoding: {
          x: { value: targetAt(target, range[0] + ((record.target - first) / (1 - first)) * (range[1] - range[0])) },
          y: { value: TOP - 13 },
          text: { field: 'target' },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 4, strokeCap: 'round', opacity: 0.55 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color: colour },
      },
      {
        mark: { type: 'point', filled: true, shape: 'circle', size: 150, opacity: 1 },
        encoding: { x: { ...x, field: 'accuracy' }, y, color: colour },
      },
      {
        mark: { type: 'text' },
        encoding: { x: { value: LEFT }, y, text: { field: 'method' }, color: textColour },
      },
      {
        mark: { type: 'text', align: 'right' },
        encoding: { x: { value: RIGHT }, y, text: { field: 'value' }, color: textColour },
      },
    ],
  };
}

interface Measured {
  readonly method: MethodName;
  readonly measurement: Measurement;
}

export function measuredMethods({ rungs }: CascadeRecord): Measured[] {
  return rungs.flatMap(({ method, measurement }) => (measurement === null ? [] : [{ method, measurement }]));
}

function subtitle(say: Words['say'], measured: readonly Measured[]): string {
  const { examples, folds } = measured[0]!.measurement;
  return say('picture.sameFolds', { examples, folds });
}

/** The axis starts at a whole tenth below everything that is shown, and is never so short that noise looks like a difference. */
function axisStart(rows: readonly Row[], target: number): number {
  const lowest = Math.min(target, ...rows.map(({ low }) => low));
  return Math.max(0, Math.min(8, Math.floor(lowest * 10 - 0.1))) / 10;
}

const STEPS = [0.1, 0.2, 0.25, 0.5];
const MOST_TICKS = 4;

function axisTicks(first: number): number[] {
  const step = STEPS.find((size) => Math.floor((1 - first) / size + 1e-9) < MOST_TICKS) ?? 0.5;
  const count = Math.floor((1 - first) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((1 - i * step) * 100) / 100).reverse();
}

/** Over its line, but never over the edge. */
function targetAt(text: string, line: number): number {
  const half = widthOf(text, SIZE.note) / 2;
  return Math.min(RIGHT - half, Math.max(LEFT + half, line));
}
