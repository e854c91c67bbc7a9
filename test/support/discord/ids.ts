// Snowflakes on Discord's epoch. Message ids rise with time; guild ids are spread over milliseconds, so that (id >> 22) % n
// spreads guilds over shards as it does on Discord.

const EPOCH = 1_420_070_400_000;
const GUILD_AGE_MS = 400 * 24 * 3_600_000;

export interface Ids {
  next(): string;
  guild(): string;
}

export function createIds(now: () => number): Ids {
  const start = now();
  let last = 0;
  let count = 0n;
  let guilds = 0;
  const snowflake = (time: number): string =>
    ((BigInt(Math.trunc(time) - EPOCH) << 22n) | (count++ & 0x3fffffn)).toString();
  return {
    next: () => {
      last = Math.max(last, now());
      return snowflake(last);
    },
    guild: () => snowflake(start - GUILD_AGE_MS + guilds++),
  };
}

export const shardOf = (guildId: string, shards: number): number => Number((BigInt(guildId) >> 22n) % BigInt(shards));
