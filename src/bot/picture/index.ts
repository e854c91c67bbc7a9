// Pictures for the chat. This file is safe for the main thread: what draws (Vega, resvg) is loaded in a worker thread only, so a
// picture never holds up an answer.

import { Piscina } from 'piscina';
import type { CascadeRecord } from '../../engine/index.js';
import type { Language } from '../catalogue/index.js';
import { wordsIn } from '../format.js';
import { altText } from './alt-text.js';
import { reportCardSpec } from './report-card-spec.js';
import { SIZE } from './theme.js';
import type { DrawRequest } from './worker.js';

export interface Picture {
  /** A file name. */
  readonly name: string;
  readonly png: Uint8Array;
  readonly alt: string;
}

export interface Pictures {
  /**
   * Null when the chosen method was not measured: there is nothing to show. Rejects when it cannot be drawn, takes too long or
   * too many wait; a caller then does without a picture.
   */
  reportCard(record: CascadeRecord, language: Language): Promise<Picture | null>;
  close(): Promise<void>;
}

const NAME = 'report-card.png';
const TIMEOUT_MS = 10_000;
const MOST_WAITING = 16;
/** Milliseconds after which a thread without work ends. */
const IDLE_MS = 10_000;

/** Threads run compiled code, also when the caller (a test) runs TypeScript. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/bot/picture/worker.js', import.meta.url).href
  : new URL('./worker.js', import.meta.url).href;

export interface PicturesOptions {
  /** Longest wait for a picture, the queue and the start of the thread included. */
  readonly timeoutMs?: number;
}

export function createPictures({ timeoutMs = TIMEOUT_MS }: PicturesOptions = {}): Pictures {
  const pool = new Piscina({
    filename: ENTRY,
    minThreads: 0,
    maxThreads: 1,
    maxQueue: MOST_WAITING,
    idleTimeout: IDLE_MS,
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  // A thread that breaks while it has nothing to do: nobody waits for it, and the next picture gets another.
  pool.on('error', () => {});
  let closed = false;
  const draw = async (request: DrawRequest): Promise<Uint8Array> => {
    // A destroyed pool would start new threads.
    if (closed) throw new Error('the pictures are closed');
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await pool.run(request, { name: 'draw', signal });
    } catch (cause) {
      throw signal.aborted ? new Error(`the picture was not drawn within ${timeoutMs} ms`, { cause }) : cause;
    }
  };
  return {
    async reportCard(record, language) {
      const words = wordsIn(language);
      const spec = reportCardSpec(record, words);
      if (spec === null) return null;
      return { name: NAME, png: await draw({ spec, width: SIZE.pixels }), alt: altText(record, words) };
    },
    close() {
      closed = true;
      return pool.destroy();
    },
  };
}
