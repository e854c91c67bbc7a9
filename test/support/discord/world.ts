// The state that every part of the emulator shares: one object of maps, the clock, and what was recorded.

import { EventEmitter } from 'node:events';
import type { ApiError } from './api-error.js';
import type { StoredFile } from './files.js';
import { createIds, type Ids } from './ids.js';
import type { InteractionRecord } from './interactions.js';
import type { StoredMessage } from './messages.js';
import type {
  Channel,
  DiscordOptions,
  Fault,
  Guild,
  Json,
  Member,
  PrivilegedIntent,
  RequestRecord,
  User,
  Violation,
} from './types.js';

/** Where an event belongs: a guild's shard, or shard 0. */
export type Dispatch = (event: string, data: Json, guildId: string | null) => boolean;

export type Command = Json & { readonly id: string; readonly name: string; readonly type: number };

export interface CommandScope {
  list: Command[];
  puts: number;
  /** Created in total; Discord allows 200 a day. */
  created: number;
}

export interface World {
  readonly options: Required<DiscordOptions>;
  readonly ids: Ids;
  readonly now: () => number;
  readonly bot: User;
  readonly appId: string;
  readonly users: Map<string, User>;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  readonly messages: Map<string, StoredMessage>;
  readonly files: Map<string, StoredFile>;
  /** `global`, or a guild's id. */
  readonly commands: Map<string, CommandScope>;
  readonly interactions: Map<string, InteractionRecord>;
  readonly tokens: Map<string, InteractionRecord>;
  readonly violations: Violation[];
  readonly requests: RequestRecord[];
  readonly faults: (Fault & { left: number })[];
  readonly typing: { readonly channel: Channel; readonly at: number }[];
  readonly privileged: Set<PrivilegedIntent>;
  /** `change` after everything that happens. */
  readonly changes: EventEmitter;
  readonly timers: Set<NodeJS.Timeout>;
  origin: string;
  dispatch: Dispatch;
}

const DAY_MS = 24 * 3_600_000;

export function createWorld(given: DiscordOptions, now: () => number): World {
  const ids = createIds(now);
  // Bot user and application share one id, as for every application made since 2016.
  const appId = ids.next();
  const options: Required<DiscordOptions> = {
    token: 'Ym90.fake.token',
    botName: 'handful',
    now,
    ackDeadlineMs: 3_000,
    tokenLifeMs: DAY_MS / 96,
    heartbeatMs: 41_250,
    shards: 1,
    maxConcurrency: 16,
    sessionStarts: 1_000,
    privileged: [],
    globalLimit: 50,
    routeLimit: { limit: 50, windowMs: 1_000 },
    ...given,
  };
  const bot: User = { id: appId, username: options.botName, bot: true, locale: 'en-US', dmsClosed: false };
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  return {
    options,
    ids,
    now,
    bot,
    appId,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    files: new Map(),
    commands: new Map(),
    interactions: new Map(),
    tokens: new Map(),
    violations: [],
    requests: [],
    faults: [],
    typing: [],
    privileged: new Set(options.privileged),
    changes,
    timers: new Set(),
    origin: '',
    dispatch: () => false,
  };
}

export const changed = (world: World): void => {
  world.changes.emit('change');
};

export function recordViolation(world: World, error: ApiError, where: string): void {
  world.violations.push({
    status: error.status,
    code: error.code,
    message: error.message,
    where,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  });
}

/** Waits until `get` gives something other than undefined; throws what `get` throws. */
export function eventually<T>(world: World, what: string, ms: number, get: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      world.timers.delete(timer);
      world.changes.off('change', look);
    };
    const look = (): void => {
      try {
        const value = get();
        if (value === undefined) return;
        stop();
        resolve(value);
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Discord emulator: waited ${ms} ms for ${what}.`));
    }, ms);
    world.timers.add(timer);
    world.changes.on('change', look);
    look();
  });
}

export const memberOf = (guild: Guild, user: User): Member | undefined => guild.members.get(user.id);
