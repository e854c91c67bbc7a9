// /task watch: Handful answers the messages of a channel by itself, where it is sure. Off until a moderator switches it on.

import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const taskWatch = defineCommand({
  name: 'task watch',
  summary: 'task.watch.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    channel: option.channel({ summary: 'option.channel' }),
    task: option.task(),
    stop: option.yesNo({ summary: 'option.stopWatching' }),
  },
  rest: 'task',
  examples: ['/task watch channel:#help task:support', '/task watch channel:#help stop:yes'],
  run: async (services, context, input) => {
    const { say, space, format, role, channelOf } = context;
    const { communities, config, workspace } = services;
    if (role === 'owner') throw fail(say, 'bad-input', say('watch.onlyDiscord'));
    const { channel } = input;
    if (channel === undefined) {
      const { watches } = await communities.get(space);
      const names = new Map((await workspace.tasks(space)).map(({ id, name }) => [id, name]));
      const lines = Object.entries(watches).map(([id, task]) =>
        say('watch.watching', { channel: channelOf(id), task: names.get(task) ?? '–' }),
      );
      return { kind: 'settings', text: lines.length === 0 ? say('watch.none') : lines.join('\n') };
    }
    const news = [{ key: 'journal.watched', task: null, values: {} }] as const;
    if (input.stop === true) {
      await communities.change(space, (settings) => {
        const { [channel]: _, ...watches } = settings.watches;
        return { ...settings, watches };
      });
      return { kind: 'settings', news, text: say('watch.stopped', { channel: channelOf(channel) }) };
    }
    if (config.discord?.messageContent !== true) throw fail(say, 'bad-configuration', say('watch.needsIntent'));
    const task = await findTask(services, context, input.task);
    await communities.change(space, (settings) => ({
      ...settings,
      watches: { ...settings.watches, [channel]: task.id },
    }));
    const values = { channel: channelOf(channel), task: task.name };
    return { kind: 'settings', news, text: format.sentences(say('watch.watching', values), say('watch.started')) };
  },
});
