// How a cost grows: the exponent b of cost = a · size^b, fitted by least squares on the logarithms of both, with its 95 % interval.

/** Two-sided 95 % points of Student's t by degrees of freedom, from 1. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];

/**
 * @param {readonly (readonly [size: number, cost: number])[]} points at least three, all positive
 * @returns {{ exponent: number, low: number, high: number, factor: number, points: number }}
 */
export function fitExponent(points) {
  if (points.length < 3) throw new Error(`expected three points or more to fit a growth, found ${points.length}`);
  if (points.flat().some((value) => !(value > 0))) throw new Error('expected sizes and costs above zero');
  const logs = points.map((point) => point.map(Math.log));
  const mean = (at) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [x0, y0] = [mean(0), mean(1)];
  const sum = (of) => logs.reduce((total, [x, y]) => total + of(x - x0, y - y0), 0);
  const spread = sum((x) => x * x);
  if (spread === 0) throw new Error('expected points of different sizes');
  const exponent = sum((x, y) => x * y) / spread;
  const freedom = logs.length - 2;
  const error = Math.sqrt(sum((x, y) => (y - exponent * x) ** 2) / freedom / spread);
  const half = (T95[freedom - 1] ?? 2.2) * error;
  return {
    exponent,
    low: exponent - half,
    high: exponent + half,
    factor: Math.exp(y0 - exponent * x0),
    points: points.length,
  };
}
