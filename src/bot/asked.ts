// What was answered lately, so that Right, Wrong and Why go on working for a while, after a restart too. An answer never waits for
// the disk: it is remembered in memory at once and written with its neighbours in one transaction a moment later.
//
//   asked/SPACE         answer id → the question and the prediction
//   asked-index/SPACE   person/PERSON/ID and source/MESSAGE/ID → when, the task, and both keys
//
// Of the nearest examples only a digest of each text is kept: a text that is forgotten as an example must not live on here.

import { hash } from 'node:crypto';
import { z } from 'zod';
import { isUserError, type KeySpace, METHOD_NAMES, type Prediction, type Store, type Write } from '../engine/index.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { AnsweredBy } from './reply.js';
import { createMutex } from './workspace/mutex.js';

/** An example that lay near the text when it was answered; `digest` is that of its text. */
export interface RememberedNeighbour {
  readonly digest: string;
  readonly label: string;
  readonly similarity: number;
}

export type RememberedPrediction = Omit<Prediction, 'nearest'> & { readonly nearest: readonly RememberedNeighbour[] };

export interface AskedRecord {
  readonly id: string;
  /** Id of the task, and its name at that time. */
  readonly task: string;
  readonly taskName: string;
  readonly text: string;
  readonly prediction: RememberedPrediction;
  readonly by: AnsweredBy;
  /** Who asked. */
  readonly person: string;
  /** No two answers of a process have the same. */
  readonly at: number;
  /** Id of the message that the text was taken from. */
  readonly source: string | null;
}

export type NewAsked = Omit<AskedRecord, 'id' | 'at' | 'prediction'> & { readonly prediction: Prediction };

export interface Asked {
  /** The id of the answer, at once. */
  remember(space: string, answered: NewAsked): string;
  /** null: never there, older than `KEPT_DAYS`, forgotten, or of another space. */
  find(space: string, id: string): Promise<AskedRecord | null>;
  /** The last answer that a person got. */
  last(space: string, person: string): Promise<AskedRecord | null>;
  /** Everything that is remembered of a person's questions, oldest first. */
  ofPerson(space: string, person: string): Promise<AskedRecord[]>;
  /** Everything that is remembered reaches the store; call before it closes. Never rejects: what goes wrong is in the log. */
  flush(): Promise<void>;
  forgetPerson(space: string, person: string): Promise<void>;
  forgetMessages(space: string, sources: readonly string[]): Promise<void>;
  forgetTask(space: string, task: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

export const KEPT_DAYS = 7;
const KEPT_MS = KEPT_DAYS * 24 * 60 * 60 * 1000;

/** So many, or so long, until what waits is written. */
const BATCH = 100;
const BATCH_MS = 500;
/** After a failure (a full disk); meanwhile no more than this many wait in memory. */
const RETRY_MS = 60_000;
const MOST_WAITING = 2000;
const SWEEP_MS = 60 * 60 * 1000;

const labelled = { label: z.string() };
const recordSchema: z.ZodType<AskedRecord> = z.object({
  id: z.string(),
  task: z.string(),
  taskName: z.string(),
  text: z.string(),
  prediction: z.object({
    label: z.string().nullable(),
    closest: z.string(),
    probability: z.number(),
    scores: z.array(z.object({ ...labelled, probability: z.number() })),
    similarity: z.number(),
    threshold: z.number(),
    nearest: z.array(z.object({ ...labelled, digest: z.string(), similarity: z.number() })),
    method: z.enum(METHOD_NAMES),
  }),
  by: z.union([
    z.object({ kind: z.literal('in-context') }),
    z.object({ kind: z.literal('version'), number: z.int(), method: z.enum(METHOD_NAMES) }),
  ]),
  person: z.string(),
  at: z.number(),
  source: z.string().nullable(),
});
const indexSchema = z.object({ at: z.number(), task: z.string(), keys: z.array(z.string()).readonly() });
type IndexEntry = z.infer<typeof indexSchema>;

export interface AskedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** A new id for every call, hard to guess: at most 12 letters, digits, `-` and `_`. */
  readonly ids: () => string;
}

export function createAsked({ store, clock, log, ids }: AskedOptions): Asked {
  const records = (space: string) => store.keySpace(`asked/${space}`, recordSchema);
  const index = (space: string) => store.keySpace(`asked-index/${space}`, indexSchema);
  const waiting = new Map<string, { readonly space: string; readonly record: AskedRecord }>();
  const mutex = createMutex();
  let timer: { readonly soon: boolean; readonly stop: () => void } | null = null;
  let failing = false;
  let lastAt = 0;
  let sweptAt = clock.now();

  const write = (delayMs: number): void => {
    const soon = delayMs === 0;
    if (timer !== null && (timer.soon || !soon)) return;
    timer?.stop();
    timer = { soon, stop: clock.after(delayMs, () => void save({ retry: true })) };
  };
  const save = ({ retry }: { retry: boolean }): Promise<void> => {
    timer?.stop();
    timer = null;
    return mutex.run('', async () => {
      const batch = [...waiting.values()];
      if (batch.length === 0) return;
      try {
        await store.batch(batch.flatMap(({ space, record }) => writesOf(records(space), index(space), record)));
        for (const { record } of batch) waiting.delete(record.id);
        failing = false;
        if (clock.now() - sweptAt < SWEEP_MS) return;
        sweptAt = clock.now();
        await store.sweep();
      } catch (error) {
        failing = true;
        log.bug('asked', error);
        if (retry) write(RETRY_MS);
      }
    });
  };

  /** Forgets the answers that a prefix lists, all or those of one task. */
  const erase = (space: string, prefixes: readonly string[], ofTask?: string): Promise<void> => {
    const isMeant = ({ task }: { task: string }): boolean => ofTask === undefined || task === ofTask;
    for (const { space: of, record } of waiting.values()) {
      const listed = indexKeys(record).some((key) => prefixes.some((prefix) => key.startsWith(prefix)));
      if (of === space && listed && isMeant(record)) waiting.delete(record.id);
    }
    return mutex.run('', async () => {
      const writes: Write[] = [];
      for (const prefix of prefixes) {
        const listed = (await index(space).entries(prefix)).filter(([, entry]) => isMeant(entry));
        for (const [key, { keys }] of listed)
          writes.push(records(space).drop(idOf(key)), ...keys.map((other) => index(space).drop(other)));
      }
      if (writes.length === 0) return;
      await store.batch(writes);
      await store.settle();
    });
  };

  const find = async (space: string, id: string): Promise<AskedRecord | null> => {
    const held = waiting.get(id);
    const record = held === undefined ? await stored(() => records(space).get(id)) : held.record;
    if (record === undefined || (held !== undefined && held.space !== space)) return null;
    return clock.now() - record.at >= KEPT_MS ? null : record;
  };

  return {
    remember: (space, { prediction, ...answered }) => {
      const nearest = prediction.nearest.map(({ text, ...neighbour }) => ({ ...neighbour, digest: digestOf(text) }));
      lastAt = Math.max(clock.now(), lastAt + 1);
      const record = { ...answered, id: ids(), at: lastAt, prediction: { ...prediction, nearest } };
      waiting.set(record.id, { space, record });
      if (waiting.size > MOST_WAITING) waiting.delete(waiting.keys().next().value!);
      write(waiting.size >= BATCH && !failing ? 0 : BATCH_MS);
      return record.id;
    },
    find,
    last: async (space, person) => {
      const held = [...waiting.values()].findLast((one) => one.space === space && one.record.person === person);
      if (held !== undefined) return find(space, held.record.id);
      const listed = await index(space).entries(personPrefix(person));
      const newest = listed.reduce<(typeof listed)[number] | null>(
        (latest, entry) => (latest === null || entry[1].at > latest[1].at ? entry : latest),
        null,
      );
      return newest === null ? null : find(space, idOf(newest[0]));
    },
    ofPerson: async (space, person) => {
      await save({ retry: false });
      const keys = await index(space).keys(personPrefix(person));
      const found = await Promise.all(keys.map((key) => find(space, idOf(key))));
      return found.flatMap((record) => record ?? []).sort((a, b) => a.at - b.at);
    },
    flush: () => save({ retry: false }),
    forgetPerson: (space, person) => erase(space, [personPrefix(person)]),
    forgetMessages: (space, sources) => erase(space, sources.map(sourcePrefix)),
    forgetTask: (space, task) => erase(space, [EVERYBODY], task),
    clearSpace: (space) => {
      for (const [id, held] of waiting) if (held.space === space) waiting.delete(id);
      return mutex.run('', async () => {
        await store.batch([records(space).clear(), index(space).clear()]);
        await store.settle();
      });
    },
  };
}

/** What tells an example's text again without keeping it. */
export const digestOf = (text: string): string => hash('sha256', text, 'base64').slice(0, 16);

/** A record that another release wrote in another shape is as good as gone: people can ask again. */
async function stored<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isUserError(error) && error.code === 'damaged') return undefined;
    throw error;
  }
}

const EVERYBODY = 'person/';
const personPrefix = (person: string): string => `${EVERYBODY}${encodeURIComponent(person)}/`;
const sourcePrefix = (source: string): string => `source/${encodeURIComponent(source)}/`;
const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

function indexKeys({ id, person, source }: AskedRecord): string[] {
  const prefixes = [personPrefix(person), ...(source === null ? [] : [sourcePrefix(source)])];
  return prefixes.map((prefix) => prefix + id);
}

function writesOf(records: KeySpace<AskedRecord>, index: KeySpace<IndexEntry>, record: AskedRecord): Write[] {
  const keys = indexKeys(record);
  return [
    records.put(record.id, record, KEPT_MS),
    ...keys.map((key) => index.put(key, { at: record.at, task: record.task, keys }, KEPT_MS)),
  ];
}
