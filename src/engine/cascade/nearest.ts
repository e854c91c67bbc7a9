// Which shots are nearest to held-out texts, by the cosines of the answerer in context: the demonstrations that a prompt may hold.

import { compareWith, createDemonstrations, namedPerLabel } from '../answerers/in-context.js';
import { selectRows } from '../features.js';
import { nearestShots } from '../heads/prototype.js';
import type { NearestRequest, NearestResult } from '../threads/protocol.js';
import { demonstrationsOf } from './methods/in-context.js';

export async function nearestToHeld(request: NearestRequest): Promise<NearestResult> {
  const { encoded, right, classes, names, join, seed } = request;
  const own = demonstrationsOf({
    shots: selectRows(encoded, request.shots),
    right: Int32Array.from(request.shots, (i) => right[i]!),
    names,
    seed,
  });
  const demonstrations = await createDemonstrations(own.withNames, classes, join.blocks);
  const { cosines } = await compareWith(demonstrations, selectRows(encoded, request.held));
  const columns = demonstrations.labels.length;
  return Array.from(request.held, (_, row) => {
    const similarities = cosines.subarray(row * columns, row * columns + own.kept.length);
    return nearestShots(similarities, own.labels, namedPerLabel(classes)).map((shot) => ({
      example: request.shots[own.kept[shot]!]!,
      similarity: similarities[shot]!,
    }));
  });
}
