// The functions of places.ts bound to one emulator: servers, channels, roles, members, and their end.

import {
  addChannel,
  addGuild,
  addMember,
  addRole,
  addThread,
  addUser,
  deleteChannel,
  directChannel,
  endOutage,
  leaveGuild,
  type NewChannel,
  type NewGuild,
  type NewMember,
  type NewUser,
  outage,
  rejoin,
  setOverwrite,
  setRole,
} from '../places.js';
import type { Channel, Guild, Member, Overwrite, Role, User } from '../types.js';
import type { World } from '../world.js';

export interface Servers {
  addUser(user?: NewUser): User;
  /** With #general, an owner, and the bot as a member. */
  addGuild(guild?: NewGuild): Guild;
  addGuilds(count: number): readonly Guild[];
  addRole(guild: Guild, role: { name: string; permissions?: bigint; mentionable?: boolean }): Role;
  /** Changes a role's permissions, @everyone's by default. */
  setRole(guild: Guild, permissions: bigint, roleId?: string): void;
  addMember(guild: Guild, user: User, member?: NewMember): Member;
  addChannel(guild: Guild, channel?: NewChannel): Channel;
  addThread(parent: Channel, thread?: NewChannel): Channel;
  setOverwrite(channel: Channel, overwrite: Overwrite): void;
  deleteChannel(channel: Channel): void;
  /** The bot is kicked. */
  removeGuild(guild: Guild): void;
  /** The bot is invited again. */
  rejoin(guild: Guild): void;
  /** Discord's own trouble; `endOutage` ends it. */
  outage(guild: Guild): void;
  endOutage(guild: Guild): void;
  /** The direct messages between the bot and a person. */
  dm(user: User): Channel;
}

export function createServers(world: World): Servers {
  return {
    addUser: (user) => addUser(world, user),
    addGuild: (guild) => addGuild(world, guild),
    addGuilds: (count) => {
      const owner = addUser(world, { username: 'owner' });
      return Array.from({ length: count }, () => addGuild(world, { owner }));
    },
    addRole: (guild, role) => addRole(world, guild, role),
    setRole: (guild, permissions, roleId) => setRole(world, guild, permissions, roleId),
    addMember: (guild, user, member) => addMember(world, guild, user, member),
    addChannel: (guild, channel) => addChannel(world, guild, channel),
    addThread: (parent, thread) => addThread(world, parent, thread),
    setOverwrite: (channel, overwrite) => setOverwrite(world, channel, overwrite),
    deleteChannel: (channel) => deleteChannel(world, channel),
    removeGuild: (guild) => leaveGuild(world, guild),
    rejoin: (guild) => rejoin(world, guild),
    outage: (guild) => outage(world, guild),
    endOutage: (guild) => endOutage(world, guild),
    dm: (user) => directChannel(world, user),
  };
}
