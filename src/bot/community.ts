// What moderators of a community set: the roles that count as moderators too, the channel that gets the log, and the channels whose
// messages Handful answers by itself. Held in memory for the spaces used last, since every message of a watched server asks.

import { z } from 'zod';
import type { Store } from '../engine/index.js';

export interface CommunitySettings {
  /** Ids of roles whose members are moderators for Handful. */
  readonly moderatorRoles: readonly string[];
  /** Channel that gets what moderators may want to read; null: none. */
  readonly logChannel: string | null;
  /** Channel → id of the task that answers its messages. */
  readonly watches: Readonly<Record<string, string>>;
}

export interface Communities {
  get(space: string): Promise<CommunitySettings>;
  /** Changes of one space happen one after another. */
  change(space: string, by: (settings: CommunitySettings) => CommunitySettings): Promise<CommunitySettings>;
  /** Channels that it answered are watched no more. */
  forgetTask(space: string, task: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

const NOTHING: CommunitySettings = { moderatorRoles: [], logChannel: null, watches: {} };
const KEY = 'settings';
const IN_MEMORY = 1000;

const schema = z.strictObject({
  moderatorRoles: z.array(z.string()),
  logChannel: z.string().nullable(),
  watches: z.record(z.string(), z.string()),
});

export function createCommunities(store: Store): Communities {
  const keySpace = (space: string) => store.keySpace<CommunitySettings>(`community/${space}`, schema);
  const held = new Map<string, Promise<CommunitySettings>>();
  const changing = new Map<string, Promise<unknown>>();

  const hold = (space: string, settings: Promise<CommunitySettings>): Promise<CommunitySettings> => {
    held.delete(space);
    held.set(space, settings);
    if (held.size > IN_MEMORY) held.delete(held.keys().next().value!);
    settings.catch(() => held.delete(space));
    return settings;
  };
  const get = (space: string): Promise<CommunitySettings> =>
    hold(
      space,
      held.get(space) ??
        keySpace(space)
          .get(KEY)
          .then((settings) => settings ?? NOTHING),
    );

  const change: Communities['change'] = (space, by) => {
    const write = async (): Promise<CommunitySettings> => {
      const settings = by(await get(space));
      await keySpace(space).set(KEY, settings);
      return hold(space, Promise.resolve(settings));
    };
    const done = (changing.get(space) ?? Promise.resolve()).then(write, write);
    changing.set(space, done);
    const end = (): void => {
      if (changing.get(space) === done) changing.delete(space);
    };
    done.then(end, end);
    return done;
  };

  return {
    get,
    change,
    forgetTask: async (space, task) => {
      if (!Object.values((await get(space)).watches).includes(task)) return;
      await change(space, ({ watches, ...settings }) => ({
        ...settings,
        watches: Object.fromEntries(Object.entries(watches).filter(([, answering]) => answering !== task)),
      }));
    },
    clearSpace: async (space) => {
      await store.batch([keySpace(space).clear()]);
      held.delete(space);
    },
  };
}
