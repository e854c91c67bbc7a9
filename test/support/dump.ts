// Everything that a store holds, as tests compare it and look for traces in it.

import { z } from 'zod';
import type { Store } from '../../src/engine/index.js';

/** Namespace → key → value; without what belongs to no space. */
export async function dump(store: Store): Promise<Record<string, Record<string, unknown>>> {
  const namespaces = await store.namespaces('');
  const entries = await Promise.all(
    namespaces.map(
      async (namespace) =>
        [namespace, Object.fromEntries(await store.keySpace(namespace, z.unknown()).entries())] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, held]) => Object.keys(held).length > 0));
}
