import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import {
  contrastiveTargets,
  pairCosineLoss,
  prototypicalLoss,
  softmaxCrossEntropy,
  supervisedContrastive,
  viewContrast,
} from '../../../src/engine/train/losses.js';
import { expectSameGradients, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';

const oneHot = (labels: readonly number[], classes: number): tf.Tensor2D =>
  tf.tensor2d(
    labels.map((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0))),
    [labels.length, classes],
  );

describe('softmaxCrossEntropy', () => {
  const labels = [0, 2, 1, 2];

  it('has value and gradient of −mean log softmax of the right class', () =>
    expectSameGradients({
      operation: () => {
        const targets = oneHot(labels, 3);
        return (logits: tf.Tensor2D) => softmaxCrossEntropy(logits, targets, labels.length);
      },
      plain: (logits: tf.Tensor2D) => tf.neg(tf.mean(tf.sum(tf.mul(oneHot(labels, 3), tf.logSoftmax(logits)), 1))),
      inputs: [randomValues([4, 3], 'logits')],
    }));

  it('has the gradient for targets that are spread, and for rows that do not count', () => {
    const spread = [
      [0.5, 0.5, 0],
      [0, 0, 0],
      [0.2, 0.3, 0.5],
    ];
    return expectSameGradients({
      operation: () => {
        const targets = tf.tensor2d(spread);
        return (logits: tf.Tensor2D) => softmaxCrossEntropy(logits, targets, 2);
      },
      plain: (logits: tf.Tensor2D) => tf.div(tf.sum(tf.mul(tf.tensor2d(spread), tf.logSoftmax(logits))), -2),
      inputs: [randomValues([3, 3], 'logits')],
    });
  });

  it.each<[string, readonly (readonly number[])[], readonly number[], number]>([
    ['equal logits are ln 2', [[1, 1]], [0], Math.log(2)],
    ['odds of 3 to 1 for the right class are ln(4/3)', [[Math.log(3), 0]], [0], Math.log(4 / 3)],
    ['odds of 3 to 1 against it are ln 4', [[Math.log(3), 0]], [1], Math.log(4)],
    [
      'the mean is taken over rows',
      [
        [Math.log(3), 0],
        [Math.log(3), 0],
      ],
      [0, 1],
      (Math.log(4 / 3) + Math.log(4)) / 2,
    ],
    ['huge logits stay finite', [[5000, -5000]], [1], 10_000],
  ])('%s', async (_, logits, right, expected) => {
    await startBackend('cpu');
    const loss = softmaxCrossEntropy(tf.tensor2d(logits.map((row) => [...row])), oneHot(right, 2), right.length);
    expect((await loss.data())[0]).toBeCloseTo(expected, 4);
  });
});

describe('contrastiveTargets', () => {
  it('spreads each row over the other rows of its label', () => {
    const { targets, mask, anchors } = contrastiveTargets([7, 8, 7, 7]);
    expect([...targets]).toEqual([0, 0, 0.5, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0.5, 0.5, 0, 0.5, 0]);
    expect([...mask].map((value) => value < -1e8)).toEqual(Array.from({ length: 16 }, (_, i) => i % 5 === 0));
    expect(anchors).toBe(3);
  });

  it('of labels that are all different has no anchor', () => {
    const { targets, anchors } = contrastiveTargets([0, 1, 2]);
    expect(anchors).toBe(0);
    expect(targets.every((x) => x === 0)).toBe(true);
  });
});

describe('supervisedContrastive', () => {
  const labels = [0, 1, 0, 2, 1, 0];
  const temperature = 0.5;

  it('has value and gradient of the formula of the paper (equation 2)', () =>
    expectSameGradients({
      operation: () => (units: tf.Tensor2D) => supervisedContrastive(units, labels, temperature),
      // Σ over anchors i with positives of −1/|P(i)| Σ over p of ln( exp(zᵢ·z_p/τ) / Σ over a ≠ i of exp(zᵢ·z_a/τ) )
      plain: (units: tf.Tensor2D) => {
        const rows = tf.split(units, labels.length, 0) as tf.Tensor2D[];
        const similarity = (i: number, j: number): tf.Tensor => tf.div(tf.sum(tf.mul(rows[i]!, rows[j]!)), temperature);
        const anchors = [0, 1, 2, 4, 5];
        const terms = anchors.flatMap((i) => {
          const others = labels.flatMap((_, a) => (a === i ? [] : [similarity(i, a)]));
          const total = tf.log(tf.addN(others.map((value) => tf.exp(value))));
          const positives = labels.flatMap((label, p) => (p !== i && label === labels[i] ? [p] : []));
          return positives.map((p) => tf.div(tf.sub(total, similarity(i, p)), positives.length));
        });
        return tf.div(tf.addN(terms), anchors.length);
      },
      inputs: [randomValues([6, 4], 'units')],
    }));

  it.each(['wasm', 'cpu'] as const)(
    'on the backend %s is 0 without gradient where no two rows share a label',
    async (backend) => {
      await startBackend(backend);
      const loss = supervisedContrastive(tf.ones([3, 2]), [0, 1, 2], 0.1);
      expect((await loss.data())[0]).toBe(0);
    },
  );

  it('is lower where rows of one label lie together', async () => {
    await startBackend('cpu');
    const value = (rows: number[][]): number =>
      supervisedContrastive(tf.tensor2d(rows), [0, 0, 1, 1], 0.1).dataSync()[0]!;
    const together = value([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    const mixed = value([
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
    expect(together).toBeLessThan(0.1);
    expect(mixed).toBeGreaterThan(5);
  });
});

describe('both losses', () => {
  beforeAll(() => startBackend('wasm'));

  it('leave no tensor behind', async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const rows = tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, 'float32', 1);
        const targets = oneHot([0, 1, 2, 0], 3);
        tf.grad((x: tf.Tensor) => softmaxCrossEntropy(x as tf.Tensor2D, targets, 4))(rows);
        tf.grad((x: tf.Tensor) => supervisedContrastive(x as tf.Tensor2D, [0, 1, 0, 1], 0.1))(rows);
      }),
    );
  });
});

describe('pairCosineLoss', () => {
  const pairs = [
    { first: 0, second: 1, alike: true },
    { first: 2, second: 1, alike: false },
    { first: 3, second: 0, alike: true },
    { first: 2, second: 1, alike: false },
  ];

  it('has value and gradient of the mean squared distance of each cosine from 1 or 0', () =>
    expectSameGradients({
      operation: () => (units: tf.Tensor2D) => pairCosineLoss(units, pairs),
      plain: (units: tf.Tensor2D) =>
        tf.div(
          tf.addN(
            pairs.map(({ first, second, alike }) => {
              const row = (at: number): tf.Tensor => tf.slice(units, [at, 0], [1, -1]);
              return tf.square(tf.sub(tf.sum(tf.mul(row(first), row(second))), alike ? 1 : 0));
            }),
          ),
          pairs.length,
        ),
      inputs: [randomValues([4, 3], 'units')],
    }));

  it('is 0 where alike texts lie together and the others at right angles', async () => {
    await startBackend('cpu');
    const units = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const right = [
      { first: 0, second: 1, alike: true },
      { first: 1, second: 2, alike: false },
    ];
    expect((await pairCosineLoss(units, right).data())[0]).toBe(0);
    const wrong = [{ first: 0, second: 2, alike: true }];
    expect((await pairCosineLoss(units, wrong).data())[0]).toBe(1);
  });
});

describe('viewContrast', () => {
  it('has value and gradient of the cross-entropy of each text’s twin', () =>
    expectSameGradients({
      operation: () => (units: tf.Tensor2D) => viewContrast(units, 0.5),
      plain: (units: tf.Tensor2D) => {
        const [first, second] = tf.split(units, 2) as [tf.Tensor2D, tf.Tensor2D];
        const logits = tf.div(tf.matMul(first, second, false, true), 0.5) as tf.Tensor2D;
        return tf.neg(tf.mean(tf.sum(tf.mul(oneHot([0, 1, 2], 3), tf.logSoftmax(logits)), 1)));
      },
      inputs: [randomValues([6, 4], 'units')],
    }));
});

describe('prototypicalLoss', () => {
  const episode = {
    labels: [0, 0, 0, 1, 1, 1],
    isQuery: [false, false, true, false, true, true],
    ways: 2,
  };

  it('has value and gradient of the cross-entropy over squared distances from the prototypes', () =>
    expectSameGradients({
      operation: () => (units: tf.Tensor2D) => prototypicalLoss(units, episode, 0.5),
      plain: (units: tf.Tensor2D) => {
        const row = (at: number): tf.Tensor => tf.slice(units, [at, 0], [1, -1]);
        const prototypes = [tf.div(tf.add(row(0), row(1)), 2), row(3)];
        const queries = [2, 4, 5].map((at) => {
          const distances = prototypes.map((prototype) => tf.sum(tf.square(tf.sub(row(at), prototype))));
          return tf.logSoftmax(tf.div(tf.neg(tf.stack(distances)), 0.5));
        });
        const right = queries.map((logs, i) => tf.slice(logs, [episode.labels[[2, 4, 5][i]!]!], [1]));
        return tf.neg(tf.mean(tf.concat(right)));
      },
      inputs: [randomValues([6, 3], 'units')],
    }));
});
