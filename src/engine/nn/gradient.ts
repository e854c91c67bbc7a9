// A typed face on tf.customGrad: an operation whose gradient is written out by hand.

import * as tf from '@tensorflow/tfjs';

export interface GradientRule<T extends tf.Tensor> {
  readonly value: T;
  /** From the gradient of the value to the gradient of each input; `saved` are the tensors handed to `save`. */
  readonly gradient: (dy: T, saved: readonly tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

/**
 * Runs `forward` and lets gradients flow to `inputs` by its rule. Tensors of the forward pass that the gradient needs must go
 * through `save`: others are disposed before it runs.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (save: (tensors: readonly tf.Tensor[]) => void) => GradientRule<T>,
): T {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const { value, gradient } = forward((tensors) => save([...tensors]));
    // What the rule makes on the way is freed at once: without this, a step holds it until its end (a third of its memory).
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradient(dy as T, saved) as tf.Tensor);
    return { value, gradFunc };
  });
  return op(...inputs) as T;
}
