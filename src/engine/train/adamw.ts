// AdamW (Loshchilov and Hutter, 2019, https://arxiv.org/abs/1711.05101) with a learning rate and weight decay a group, and
// clipping by the global norm.

import * as tf from '@tensorflow/tfjs';

export interface ParameterGroup {
  readonly variables: readonly tf.Variable[];
  readonly learningRate: number;
  readonly weightDecay: number;
}

export interface AdamW {
  /** One update; `factor` scales every learning rate (schedule). Gradients by variable name. */
  step(gradients: tf.NamedTensorMap, factor: number): void;
  dispose(): void;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export function createAdamW(groups: readonly ParameterGroup[], clipNorm: number): AdamW {
  const moments = new Map<string, { readonly first: tf.Variable; readonly second: tf.Variable }>();
  for (const variable of groups.flatMap((group) => group.variables)) {
    moments.set(variable.name, {
      first: tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      second: tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
    });
  }
  let steps = 0;
  return {
    step(gradients, factor) {
      steps++;
      tf.tidy(() => {
        // Added one by one: addN binds more buffers than a WebGPU shader may have.
        const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)) as tf.Tensor);
        const norm = tf.sqrt(squares.reduce((a, b) => tf.add(a, b)));
        const clip = tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-6)));
        for (const { variables, learningRate, weightDecay } of groups) {
          const rate = learningRate * factor;
          for (const variable of variables) {
            const gradient = gradients[variable.name];
            if (gradient === undefined) continue;
            const { first, second } = moments.get(variable.name)!;
            const clipped = tf.mul(gradient, clip);
            first.assign(tf.add(tf.mul(first, BETA1), tf.mul(clipped, 1 - BETA1)));
            second.assign(tf.add(tf.mul(second, BETA2), tf.mul(tf.square(clipped), 1 - BETA2)));
            const direction = tf.div(
              tf.div(first, 1 - BETA1 ** steps),
              tf.add(tf.sqrt(tf.div(second, 1 - BETA2 ** steps)), EPSILON),
            );
            variable.assign(tf.sub(tf.mul(variable, 1 - rate * weightDecay), tf.mul(direction, rate)));
          }
        }
      });
    },
    dispose() {
      for (const { first, second } of moments.values()) tf.dispose([first, second]);
    },
  };
}
