// The pictures of docs/benchmarks.md as Vega-Lite specifications, each from flat rows alone.

const WIDTH = 460;
const HEIGHT = 280;
const quantity = (field, title, more = {}) => ({ field, type: 'quantitative', title, ...more });
const log = { type: 'log', nice: false };

/**
 * Accuracy over shots by method, with intervals; sets side by side.
 * @param {readonly { set: string, shots: number, method: string, mean: number, low: number | null, high: number | null }[]} rows
 */
export function learningCurves(rows) {
  const shots = [...new Set(rows.map((row) => row.shots))].sort((a, b) => a - b);
  const methods = namesOf(rows, 'method');
  // Side by side, so that no interval hides another.
  const beside = (method) => APART ** (methods.indexOf(method) - (methods.length - 1) / 2);
  const values = rows.map((row) => ({ ...row, at: row.shots * beside(row.method) }));
  const x = quantity('at', 'examples a label', {
    scale: { type: 'log', base: 2, nice: false, padding: 12 },
    axis: { values: shots, format: 'd' },
  });
  const y = quantity('mean', 'accuracy', { scale: { zero: false }, axis: { format: '%' } });
  const color = { field: 'method', type: 'nominal', title: null, sort: methods };
  return {
    title: { text: 'Learning curves', subtitle: 'mean over draws of the examples, with 95 % intervals' },
    data: { values },
    facet: { field: 'set', type: 'nominal', title: null, sort: namesOf(rows, 'set') },
    columns: 3,
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 240,
      height: 200,
      layer: [
        {
          transform: [{ filter: 'isValid(datum.low)' }],
          mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
        },
        { mark: { type: 'line', point: { size: 40 } }, encoding: { x, y, color } },
      ],
    },
  };
}

/** Factor between the places of two methods on the axis. */
const APART = 1.04;
const namesOf = (rows, field) => [...new Set(rows.map((row) => row[field]))];

/**
 * What an answerer costs to train and what it is worth.
 * @param {readonly { name: string, seconds: number, accuracy: number, ours: boolean }[]} rows
 */
export function accuracyAgainstTime(rows) {
  const x = quantity('seconds', 'seconds of training', {
    scale: { ...log, padding: 40 },
    axis: { format: '~s', tickCount: 6 },
  });
  const y = quantity('accuracy', 'accuracy', { scale: { zero: false, padding: 20 }, axis: { format: '%' } });
  const color = { condition: { test: 'datum.ours', value: '#56b4e9' }, value: '#e69f00' };
  return {
    title: {
      text: 'Accuracy against training time',
      subtitle: 'means over the sets and draws that everybody answered; Handful is blue',
    },
    width: WIDTH,
    height: HEIGHT,
    data: { values: rows },
    layer: [
      { mark: { type: 'point', filled: true, size: 110, opacity: 1 }, encoding: { x, y, color } },
      {
        mark: { type: 'text', align: 'center', dy: -14, fontSize: 12 },
        encoding: { x, y, text: { field: 'name' } },
      },
    ],
  };
}

/**
 * How often an answer of a stated probability is right.
 * @param {readonly { confidence: number, accuracy: number, texts: number }[]} rows
 */
export function reliabilityDiagram(rows) {
  const domain = { domain: [0, 1] };
  const x = quantity('confidence', 'stated probability', { scale: domain, axis: { format: '%' } });
  const y = quantity('accuracy', 'share that was right', { scale: domain, axis: { format: '%' } });
  return {
    title: { text: 'Reliability', subtitle: 'a dot on the line says what is true; its size is the number of answers' },
    width: HEIGHT,
    height: HEIGHT,
    layer: [
      {
        data: {
          values: [
            { confidence: 0, accuracy: 0 },
            { confidence: 1, accuracy: 1 },
          ],
        },
        mark: { type: 'line', color: '#aab3c2', strokeDash: [4, 4] },
        encoding: { x, y },
      },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, color: '#56b4e9', opacity: 0.9 },
        encoding: { x, y, size: quantity('texts', 'answers', { scale: { range: [20, 500] } }) },
      },
    ],
  };
}

/**
 * A cost over sizes on two logarithmic axes, one chart a thing that grows.
 * @param {readonly { part: string, size: number, cost: string, value: number }[]} rows
 */
export function growthChart(rows, { title, unit }) {
  const x = quantity('size', null, { scale: log, axis: { format: '~s', tickCount: 5 } });
  const y = quantity('value', unit, { scale: log, axis: { format: '~s', tickCount: 5 } });
  const color = { field: 'cost', type: 'nominal', title: null, sort: namesOf(rows, 'cost') };
  return {
    title: { text: title, subtitle: 'both axes logarithmic: a line with slope 1 grows in proportion' },
    data: { values: rows },
    facet: { field: 'part', type: 'nominal', title: null, sort: namesOf(rows, 'part') },
    columns: 2,
    resolve: { scale: { x: 'independent' } },
    spec: { width: 240, height: 180, mark: { type: 'line', point: { size: 40 } }, encoding: { x, y, color } },
  };
}
