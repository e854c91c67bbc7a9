// /settings: how Handful is set up here, the language one reads, and what moderators set for their community.

import { createSay, LANGUAGES } from '../catalogue/index.js';
import type { CommunitySettings } from '../community.js';
import { fail } from '../fail.js';
import type { Context, Services } from '../services.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const settings = defineCommand({
  name: 'settings',
  summary: 'settings.summary',
  options: {
    language: option.choice(LANGUAGES as ['en', 'zh'], { summary: 'option.language' }),
    moderators: option.role({ summary: 'option.moderators' }),
    log: option.channel({ summary: 'option.logChannel' }),
    remove: option.choice(['moderators', 'log'] as const, { summary: 'option.removeSetting' }),
  },
  examples: ['/settings', '/settings language:zh'],
  run: async (services, context, input) => {
    const { config, settings, communities } = services;
    const { space, person, format, role } = context;
    const changed = await changeCommunity(services, context, input);
    if (input.language !== undefined) await settings.setLanguage(space, person, input.language);
    const say = input.language === undefined ? context.say : createSay(input.language);
    const text = [
      say('settings.language', { language: say('language.name') }),
      ...(role === 'owner' ? [] : communityLines({ ...context, say }, await communities.get(space))),
      say('settings.encoder', { encoder: config.encoder, backend: config.backend }),
      say('settings.training', {
        training: say(config.training ? 'word.on' : 'word.off'),
        target: format.percent(config.target),
        budget: format.duration(config.budgetSeconds),
      }),
      say('settings.more'),
    ].join('\n');
    const news = [{ key: 'journal.settings', task: null, values: {} }] as const;
    return { kind: 'settings', news: changed ? news : [], text };
  },
});

interface CommunityInput {
  readonly moderators: string | undefined;
  readonly log: string | undefined;
  readonly remove: 'moderators' | 'log' | undefined;
}

/** Whether anything was to change. */
async function changeCommunity({ communities }: Services, context: Context, input: CommunityInput): Promise<boolean> {
  const { moderators, log, remove } = input;
  const { space, say, role } = context;
  if (moderators === undefined && log === undefined && remove === undefined) return false;
  if (role === 'owner') throw fail(say, 'bad-input', say('settings.onlyDiscord'));
  if (role === 'member') throw fail(say, 'forbidden', say('access.moderators', { command: 'settings' }));
  await communities.change(space, (now) => ({
    ...now,
    moderatorRoles:
      moderators !== undefined
        ? [...new Set([...now.moderatorRoles, moderators])]
        : remove === 'moderators'
          ? []
          : now.moderatorRoles,
    logChannel: log ?? (remove === 'log' ? null : now.logChannel),
  }));
  return true;
}

function communityLines(
  { say, format, roleOf, channelOf }: Pick<Context, 'say' | 'format' | 'roleOf' | 'channelOf'>,
  { moderatorRoles, logChannel }: CommunitySettings,
): string[] {
  return [
    moderatorRoles.length === 0
      ? say('settings.moderatorsDefault')
      : say('settings.moderators', { roles: format.list(moderatorRoles.map(roleOf)) }),
    logChannel === null ? say('settings.noLog') : say('settings.log', { channel: channelOf(logChannel) }),
  ];
}
