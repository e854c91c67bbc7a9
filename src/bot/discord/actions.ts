// What a button, a select option or a form does, as a custom id of at most 100 characters: a command with its options. What does
// not fit is kept in the store for a while under a short id, so that buttons go on working after a restart.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../../engine/index.js';
import type { Clock } from '../clock.js';

export interface Action {
  readonly command: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Whose action it is, so that it goes when they want to be forgotten. */
export interface Owner {
  readonly space: string;
  readonly person: string;
}

export interface Actions {
  /** A custom id; `prefix` tells what kind of component it is. */
  encode(prefix: Prefix, action: Action, owner: Owner): string;
  /** null: not ours; 'gone': it was kept too long ago, or in another space. */
  decode(
    customId: string,
    space: string,
  ): Promise<{ readonly prefix: Prefix; readonly action: Action } | 'gone' | null>;
  /** Everything that was kept reaches the store. */
  flush(): Promise<void>;
  forgetPerson(space: string, person: string): Promise<void>;
  /** What was kept for texts that were taken from these messages. */
  forgetMessages(space: string, messages: readonly string[]): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

/** `do`: run it; `form`: open or submit its form; `pick`: a select menu, whose values are custom ids themselves. */
export type Prefix = 'do' | 'form' | 'pick';

export const MAX_CUSTOM_ID = 100;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const IN_MEMORY = 2000;

const keptSchema = z.strictObject({
  command: z.string(),
  options: z.record(z.string(), z.string()),
  person: z.string(),
  until: z.number(),
});
type Kept = z.infer<typeof keptSchema>;

export function createActions({ store, clock }: { store: Store; clock: Clock }): Actions {
  const keySpace = (space: string) => store.keySpace(`action/${space}`, keptSchema);
  const recent = new Map<string, Kept>();
  const writing = new Set<Promise<void>>();
  const memoryKey = (space: string, id: string): string => `${space} ${id}`;

  const keep = ({ command, options }: Action, { space, person }: Owner): string => {
    // What was taken from a message is found again by the message.
    const { source } = options;
    const id = `${source === undefined ? '' : sourcePrefix(source)}${randomBytes(6).toString('base64url')}`;
    const kept = { command, options, person, until: clock.now() + KEPT_MS };
    recent.set(memoryKey(space, id), kept);
    if (recent.size > IN_MEMORY) recent.delete(recent.keys().next().value!);
    const write = keySpace(space)
      .set(id, kept, KEPT_MS)
      .finally(() => writing.delete(write));
    writing.add(write);
    return id;
  };

  const forget = async (space: string, keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return;
    await store.batch(keys.map((key) => keySpace(space).drop(key)));
    for (const key of keys) recent.delete(memoryKey(space, key));
  };

  return {
    encode: (prefix, action, owner) => {
      const query = queryOf(action.options);
      const id = `${prefix}:${action.command}${query === '' ? '' : `?${query}`}`;
      return id.length <= MAX_CUSTOM_ID ? id : `${prefix}#${keep(action, owner)}`;
    },
    decode: async (customId, space) => {
      const match = /^(do|form|pick)([:#])([^?]*)(?:\?(.*))?$/s.exec(customId);
      if (match === null) return null;
      const prefix = match[1] as Prefix;
      if (match[2] === ':')
        return { prefix, action: { command: match[3]!, options: Object.fromEntries(new URLSearchParams(match[4])) } };
      const kept = recent.get(memoryKey(space, match[3]!)) ?? (await keySpace(space).get(match[3]!));
      if (kept === undefined || kept.until < clock.now()) return 'gone';
      return { prefix, action: { command: kept.command, options: kept.options } };
    },
    flush: async () => {
      await Promise.all(writing);
    },
    forgetPerson: async (space, person) => {
      await Promise.all(writing);
      const entries = await keySpace(space).entries();
      const theirs = entries.filter(([, kept]) => kept.person === person);
      await forget(
        space,
        theirs.map(([key]) => key),
      );
    },
    forgetMessages: async (space, messages) => {
      await Promise.all(writing);
      for (const message of messages) await forget(space, await keySpace(space).keys(sourcePrefix(message)));
    },
    clearSpace: async (space) => {
      await Promise.all(writing);
      await store.batch([keySpace(space).clear()]);
      for (const key of recent.keys()) if (key.startsWith(`${space} `)) recent.delete(key);
    },
  };
}

const sourcePrefix = (message: string): string => `${message}_`;

/** Only what would break the query is escaped: Chinese labels stay short enough for an id. */
const queryOf = (options: Action['options']): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value.replace(/[%&=+#\p{Cc}]/gu, encodeURIComponent)}`)
    .join('&');
