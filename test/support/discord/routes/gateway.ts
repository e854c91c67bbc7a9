// Where to connect, and who the application is.

import { unknownUser } from '../api-error.js';
import type { Gateway } from '../gateway.js';
import { applicationFlags } from '../gateway-rules.js';
import { userPayload } from '../payloads.js';
import type { World } from '../world.js';
import type { Route } from './router.js';

const RESET_AFTER_MS = 14_400_000;

export function gatewayRoutes(world: World, gateway: Gateway): readonly Route[] {
  const application = () => ({
    id: world.appId,
    name: world.bot.username,
    description: '',
    icon: null,
    flags: applicationFlags(world.privileged),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '00',
    bot: userPayload(world.bot),
    approximate_guild_count: world.guilds.size,
  });
  return [
    {
      method: 'GET',
      pattern: '/gateway/bot',
      handle: () => ({
        url: world.origin.replace('http', 'ws'),
        shards: world.options.shards,
        session_start_limit: {
          total: 1_000,
          remaining: Math.max(0, world.options.sessionStarts - gateway.counts.identified),
          reset_after: RESET_AFTER_MS,
          max_concurrency: world.options.maxConcurrency,
        },
      }),
    },
    { method: 'GET', pattern: '/users/@me', handle: () => userPayload(world.bot) },
    { method: 'GET', pattern: '/applications/@me', handle: application },
    { method: 'GET', pattern: '/oauth2/applications/@me', handle: application },
    {
      method: 'GET',
      pattern: '/users/:user',
      handle: ({ param }) => {
        const user = world.users.get(param('user'));
        if (user === undefined) throw unknownUser();
        return userPayload(user);
      },
    },
  ];
}
