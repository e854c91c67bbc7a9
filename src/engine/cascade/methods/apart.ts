// Texts that a method learns from besides the shots. Those that are held out are never among them, not even as another spelling.

import { duplicateKey } from '../../data/duplicates.js';
import { type EncodedTexts, selectRows } from '../../features.js';
import type { FitInput } from '../method.js';

/** Duplicate keys of the held-out texts. */
export const heldKeys = ({ held }: Pick<FitInput, 'held'>): Set<string> => new Set(held.texts.map(duplicateKey));

/** The texts without a label, each once, without those that are held out or among the shots. */
export function looseTexts({ unlabelled, shots, held }: Pick<FitInput, 'unlabelled' | 'shots' | 'held'>): EncodedTexts {
  const seen = heldKeys({ held });
  for (const text of shots.texts) seen.add(duplicateKey(text));
  const rows = unlabelled.texts.flatMap((text, row) => {
    const key = duplicateKey(text);
    if (seen.has(key)) return [];
    seen.add(key);
    return [row];
  });
  return selectRows(unlabelled, rows);
}
