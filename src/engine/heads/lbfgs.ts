// L-BFGS (Liu and Nocedal, 1989): minimises a smooth function from its gradients, remembering the last few steps as curvature.

export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  readonly maxIterations: number;
  /** Stop when the largest entry of the gradient is below this. */
  readonly tolerance: number;
  readonly memory: number;
}

/** Returns the point with the least loss found from `start`. Throws when the loss is not finite there. */
export async function lbfgs(
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  start: Float64Array,
  { maxIterations, tolerance, memory }: LbfgsOptions,
): Promise<Float64Array> {
  let point = start;
  let here = await evaluate(point);
  if (!Number.isFinite(here.loss)) throw new Error(`the loss at the start is ${here.loss}`);
  const steps: { readonly move: Float64Array; readonly change: Float64Array; readonly curvature: number }[] = [];

  for (let iteration = 0; iteration < maxIterations && largest(here.gradient) > tolerance; iteration++) {
    const direction = twoLoop(here.gradient, steps);
    let slope = dot(direction, here.gradient);
    if (slope >= 0) {
      steps.length = 0;
      direction.set(here.gradient.map((g) => -g));
      slope = -dot(here.gradient, here.gradient);
    }
    // Armijo backtracking; without curvature the first step is as long as the unit ball.
    let rate = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next = moved(point, direction, rate);
    let there = await evaluate(next);
    for (let tries = 0; !(there.loss <= here.loss + 1e-4 * rate * slope) && tries < 20; tries++) {
      rate /= 2;
      next = moved(point, direction, rate);
      there = await evaluate(next);
    }
    if (!(there.loss < here.loss)) break;
    const move = difference(next, point);
    const change = difference(there.gradient, here.gradient);
    const curvature = dot(move, change);
    if (curvature > 1e-12) {
      steps.push({ move, change, curvature });
      if (steps.length > memory) steps.shift();
    }
    const gain = here.loss - there.loss;
    point = next;
    here = there;
    if (gain < 1e-7 * Math.max(1, Math.abs(here.loss))) break;
  }
  return point;
}

/** −H · gradient by the two-loop recursion (Nocedal and Wright, 2006, algorithm 7.4). */
function twoLoop(
  gradient: Float64Array,
  steps: readonly { readonly move: Float64Array; readonly change: Float64Array; readonly curvature: number }[],
): Float64Array {
  const out = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const { move, change, curvature } = steps[i]!;
    const alpha = dot(move, out) / curvature;
    alphas[i] = alpha;
    addScaled(out, change, -alpha);
  }
  const last = steps[steps.length - 1];
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let k = 0; k < out.length; k++) out[k]! *= scale;
  }
  steps.forEach(({ move, change, curvature }, i) => {
    addScaled(out, move, alphas[i]! - dot(change, out) / curvature);
  });
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

function moved(point: Float64Array, direction: Float64Array, rate: number): Float64Array {
  const out = Float64Array.from(point);
  addScaled(out, direction, rate);
  return out;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

const largest = (values: Float64Array): number => {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
};
