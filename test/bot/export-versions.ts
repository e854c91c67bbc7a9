// A version whose numbers come from no training: an export must take any.

import type { Task, Workspace } from '../../src/bot/workspace/types.js';
import { encodeTrained, type TrainedModel } from '../../src/engine/answerers/trained-model.js';
import type { FeatureSpace } from '../../src/engine/features.js';
import { normals } from '../support/numbers.js';
import { cascadeRecord } from './workspace/support.js';

export const LABELS = ['billing', 'bug', 'praise'];

/** A head over one encoder, with numbers of no training. */
function headOver(encoder: 'hashing' | 'static-en-zh'): TrainedModel {
  const width = encoder === 'hashing' ? 1024 : 384;
  const space: FeatureSpace = {
    dense: [{ name: encoder, centre: normals(width, 'centre'), length: 1 }],
    lexicon: null,
    lexicalLength: 0,
  };
  const classes = LABELS.length;
  return {
    method: 'head',
    encoder,
    weights: null,
    labels: LABELS,
    temperature: 1,
    scope: { space, classes, width, centroids: normals(classes * width, 'centroids'), threshold: 0.1 },
    experts: [
      {
        space,
        head: {
          classes,
          width,
          dense: normals(width * classes, 'head'),
          sparse: null,
          intercepts: new Float32Array(classes),
        },
        tuned: null,
      },
    ],
    shares: [1],
  };
}

/** A head over one encoder as the next version of the space's task. */
export async function addVersion(
  workspace: Workspace,
  space: string,
  encoder: 'hashing' | 'static-en-zh',
): Promise<Task> {
  const task = await workspace.findTask(space);
  await workspace.addVersion(task, {
    method: 'head',
    record: cascadeRecord({ labels: LABELS }),
    bytes: encodeTrained(headOver(encoder)),
    by: 'ann',
    trainedOn: [],
  });
  return task;
}
