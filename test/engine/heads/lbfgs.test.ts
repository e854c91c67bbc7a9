import { describe, expect, it } from 'vitest';
import { type Evaluation, lbfgs } from '../../../src/engine/heads/lbfgs.js';
import { expectClose, normals } from '../../support/numbers.js';

const OPTIONS = { maxIterations: 200, tolerance: 1e-8, memory: 10 };

/** A function of plain numbers as the minimiser wants it; counts how often it is asked. */
function counted(evaluate: (point: Float64Array) => { loss: number; gradient: number[] }) {
  const state = { calls: 0, evaluate: async (_: Float64Array): Promise<Evaluation> => await Promise.reject() };
  state.evaluate = async (point) => {
    state.calls++;
    const { loss, gradient } = evaluate(point);
    return { loss, gradient: Float64Array.from(gradient) };
  };
  return state;
}

/** ½ Σ scale · (x − target)², with scales four orders of magnitude apart. */
const quadratic = (scales: readonly number[], target: ArrayLike<number>) =>
  counted((point) => ({
    loss: scales.reduce((sum, scale, i) => sum + (scale * (point[i]! - target[i]!) ** 2) / 2, 0),
    gradient: scales.map((scale, i) => scale * (point[i]! - target[i]!)),
  }));

/** (1 − x)² + 100 (y − x²)² (Rosenbrock, 1960): a curved valley with its floor at (1, 1). */
const rosenbrock = () =>
  counted(([x, y]) => ({
    loss: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
    gradient: [-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)],
  }));

describe('lbfgs', () => {
  it('finds the floor of a quadratic with badly scaled axes', async () => {
    const target = normals(6, 'target');
    const { evaluate } = quadratic([0.01, 0.1, 1, 2, 10, 100], target);
    const found = await lbfgs(evaluate, new Float64Array(6), OPTIONS);
    expect((await evaluate(found)).loss).toBeLessThan(1e-6);
    expectClose(found.slice(2), target.slice(2), 1e-3);
  });

  it.each([
    [-1.2, 1],
    [0, 0],
    [3, -2],
  ])("finds the floor of Rosenbrock's valley from (%d, %d)", async (x, y) => {
    const { evaluate } = rosenbrock();
    expectClose(await lbfgs(evaluate, Float64Array.from([x, y]), OPTIONS), [1, 1], 1e-2);
  });

  it('stays where it starts when that is the floor, and asks once', async () => {
    const problem = quadratic([1, 2], [3, 4]);
    const start = Float64Array.from([3, 4]);
    expect(await lbfgs(problem.evaluate, start, OPTIONS)).toEqual(start);
    expect(problem.calls).toBe(1);
  });

  it('leaves the given start as it was', async () => {
    const start = Float64Array.from([5, 5]);
    await lbfgs(quadratic([1, 2], [3, 4]).evaluate, start, OPTIONS);
    expect([...start]).toEqual([5, 5]);
  });

  it('never ends higher than it started, however few iterations it has', async () => {
    const { evaluate } = rosenbrock();
    let last = (await evaluate(Float64Array.from([-1.2, 1]))).loss;
    for (let maxIterations = 0; maxIterations < 20; maxIterations++) {
      const point = await lbfgs(evaluate, Float64Array.from([-1.2, 1]), { ...OPTIONS, maxIterations });
      const { loss } = await evaluate(point);
      expect(loss).toBeLessThanOrEqual(last);
      last = loss;
    }
  });

  it('stops at the wanted tolerance', async () => {
    const { evaluate } = quadratic([1, 50], [3, 4]);
    const rough = await lbfgs(evaluate, new Float64Array(2), { ...OPTIONS, tolerance: 1 });
    expect(Math.max(...(await evaluate(rough)).gradient.map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it('steps back from where the loss is not a number', async () => {
    // −ln x + x: undefined left of 0, floor at 1.
    const { evaluate } = counted(([x]) => ({ loss: x! - Math.log(x!), gradient: [1 - 1 / x!] }));
    expectClose(await lbfgs(evaluate, Float64Array.from([0.01]), OPTIONS), [1], 1e-2);
  });

  it('ends where no step is better', async () => {
    // A gradient that points the wrong way.
    const { evaluate } = counted(([x]) => ({ loss: x! ** 2, gradient: [-2 * x! - 1] }));
    expect([...(await lbfgs(evaluate, Float64Array.from([0]), OPTIONS))]).toEqual([0]);
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
  ])('says that the loss at the start is %s', async (name, loss) => {
    const { evaluate } = counted(() => ({ loss, gradient: [1] }));
    await expect(lbfgs(evaluate, new Float64Array(1), OPTIONS)).rejects.toThrow(`the loss at the start is ${name}`);
  });
});
