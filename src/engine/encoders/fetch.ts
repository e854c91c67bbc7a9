// Makes sure that an encoder's files are there before threads read them: two threads would download them twice.

import { runCancelled, untilAborted } from '../abort.js';
import type { EncoderFiles, TrainEvent } from '../types.js';
import { fetchBert } from './bert/fetch.js';
import { isBertName } from './bert/name.js';
import { isOwnEncoder } from './blocks.js';

export interface FetchEncoderOptions {
  readonly signal?: AbortSignal;
  /** Told of the megabytes of each file. */
  readonly onEvent?: (event: TrainEvent) => void;
}

const MEGABYTE = 1e6;

/** Resolves with a name for the encoder's weights; null where they come with Handful. */
export function createEncoderFetcher(files: EncoderFiles) {
  const pending = new Map<string, Fetching>();
  return async function fetchEncoder(name: string, options: FetchEncoderOptions = {}): Promise<string | null> {
    const { signal, onEvent } = options;
    if (isOwnEncoder(name) || !isBertName(name)) return null;
    // Whoever comes while it is being fetched waits for the same files; afterwards a look at the folder is cheap.
    const held = pending.get(name);
    if (held !== undefined) {
      const found = await untilAborted(held.fetched, signal).catch((error: unknown) => {
        if (signal?.aborted) throw runCancelled(error);
        if (!held.signal?.aborted) throw error;
        return null;
      });
      // Whoever fetched it gave up.
      return found ?? fetchEncoder(name, options);
    }
    const onProgress = ({ bytes, total }: { bytes: number; total: number | null }): void => {
      onEvent?.({
        kind: 'progress',
        method: null,
        phase: 'download',
        fold: null,
        folds: null,
        step: Math.round(bytes / MEGABYTE),
        steps: Math.max(1, Math.round((total ?? bytes) / MEGABYTE)),
        loss: null,
        percent: 0,
        secondsLeft: null,
      });
    };
    const fetched = fetchBert(name, files, { signal, onProgress }).then(({ fingerprint }) => fingerprint);
    pending.set(name, { fetched, signal });
    try {
      return await fetched;
    } catch (error) {
      throw signal?.aborted ? runCancelled(error) : error;
    } finally {
      pending.delete(name);
    }
  };
}

interface Fetching {
  readonly fetched: Promise<string>;
  /** Of the one who fetches. */
  readonly signal: AbortSignal | undefined;
}
