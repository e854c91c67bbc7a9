// Servers and direct messages.

import { missingAccess, unknownGuild, unknownMember, unknownUser } from '../api-error.js';
import { channelPayload, guildPayload, memberPayload, partialGuild, rolesPayload } from '../payloads.js';
import { directChannel, leaveGuild } from '../places.js';
import type { Guild } from '../types.js';
import type { World } from '../world.js';
import type { Call, Route } from './router.js';

export function guildRoutes(world: World): readonly Route[] {
  const guildOf = ({ param }: Call): Guild => {
    const guild = world.guilds.get(param('guild'));
    if (guild === undefined) throw unknownGuild();
    if (guild.state === 'left') throw missingAccess();
    return guild;
  };
  const mine = (): Guild[] => [...world.guilds.values()].filter(({ state }) => state !== 'left');
  const memberRoute = (call: Call): unknown => {
    const guild = guildOf(call);
    const id = call.param('user') === '@me' ? world.bot.id : call.param('user');
    const user = world.users.get(id);
    if (user === undefined) throw unknownUser();
    if (!guild.members.has(id)) throw unknownMember();
    return memberPayload(guild, user);
  };
  return [
    {
      method: 'GET',
      pattern: '/users/@me/guilds',
      handle: () => mine().map((guild) => partialGuild(guild, world.bot)),
    },
    {
      method: 'DELETE',
      pattern: '/users/@me/guilds/:guild',
      handle: (call) => leaveGuild(world, guildOf(call)),
    },
    {
      method: 'POST',
      pattern: '/users/@me/channels',
      handle: ({ json }) => {
        const user = world.users.get(String(json.recipient_id));
        if (user === undefined) throw unknownUser();
        return channelPayload(directChannel(world, user));
      },
    },
    { method: 'GET', pattern: '/guilds/:guild', handle: (call) => guildPayload(guildOf(call)) },
    { method: 'GET', pattern: '/guilds/:guild/roles', handle: (call) => rolesPayload(guildOf(call)) },
    {
      method: 'GET',
      pattern: '/guilds/:guild/channels',
      handle: (call) => [...guildOf(call).channels.values()].filter(({ deleted }) => !deleted).map(channelPayload),
    },
    { method: 'GET', pattern: '/guilds/:guild/members/:user', handle: memberRoute },
  ];
}
