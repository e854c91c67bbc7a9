// What Discord tells the bot, handed to whoever deals with it. Each event is handled once; a failure is logged and never stops the
// others; what is under way is known, so that stopping can wait for it.

import {
  ChannelType,
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayMessageDeleteBulkDispatchData,
  type GatewayMessageDeleteDispatchData,
  type Interaction,
} from 'discord.js';
import { createSay, languageOfLocale } from '../catalogue/index.js';
import { type Answerable, isAnsweredAlready, isGone, reasonOf } from './deliver.js';
import type { InteractionParts } from './interactions.js';
import { createInteractionHandler } from './interactions.js';
import { createMessageHandler } from './messages.js';
import { createOnce } from './once.js';
import { makePost } from './render.js';
import { guildSpace, privateSpace } from './spaces.js';

type DeletedIn = Pick<GatewayMessageDeleteDispatchData, 'channel_id' | 'guild_id'>;

export interface EventHandling {
  /** Nothing new is taken on; resolves when what was under way is done. */
  stop(): Promise<void>;
}

export function handleEvents(client: Client, parts: InteractionParts): EventHandling {
  const { handful } = parts;
  const { log, erasure, retention } = handful.services;
  const onInteraction = createInteractionHandler(parts);
  const onMessage = createMessageHandler(parts);
  const isNew = createOnce();
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  const track = (where: string, work: () => Promise<void>, failed?: (error: unknown) => Promise<unknown>): void => {
    if (stopping) return;
    const done = work()
      .catch(async (error: unknown) => {
        if (isGone(error) || isAnsweredAlready(error)) log.warn(`${where}: gone`, { reason: reasonOf(error) });
        else await (failed === undefined ? log.bug(where, error) : failed(error));
      })
      .catch((error: unknown) => log.warn(`${where}: not told`, { reason: reasonOf(error) }))
      .then(() => void underWay.delete(done));
    underWay.add(done);
  };

  client.on(Events.InteractionCreate, (interaction) => {
    if (!isNew(interaction.id)) return;
    track(
      'interaction',
      () => onInteraction(interaction),
      (error) => apologise(interaction, log.bug('interaction', error)),
    );
  });
  client.on(Events.MessageCreate, (message) => {
    if (isNew(message.id)) track('message', () => onMessage(message));
  });
  // As the gateway tells it: discord.js leaves out what happens in direct messages that it has not seen since it started.
  const { MessageDelete, MessageDeleteBulk } = GatewayDispatchEvents;
  client.ws.on(MessageDelete, (deleted: GatewayMessageDeleteDispatchData) =>
    track('message deleted', () => forget(deleted, [deleted.id])),
  );
  client.ws.on(MessageDeleteBulk, (deleted: GatewayMessageDeleteBulkDispatchData) =>
    track('messages deleted', () => forget(deleted, deleted.ids)),
  );
  client.on(Events.GuildCreate, ({ id }) => track('server joined', () => retention.present(guildSpace(id))));
  client.on(Events.GuildDelete, ({ id }) => {
    handful.services.runs.cancelSpace(guildSpace(id));
    track('server left', () => retention.left(guildSpace(id)));
  });
  client.on(Events.Error, (error) => void log.bug('discord', error));
  client.on(Events.ShardDisconnect, ({ code }, shard) => log.warn('disconnected', { shard, code }));
  client.on(Events.ShardReconnecting, (shard) => log.info('reconnecting', { shard }));
  client.on(Events.ShardResume, (shard, replayed) => log.info('resumed', { shard, replayed }));

  /** Examples that were taken from a message go with it. */
  async function forget(place: DeletedIn, ids: readonly string[]): Promise<void> {
    const space = place.guild_id === undefined ? await privateSpaceOf(place.channel_id) : guildSpace(place.guild_id);
    if (space !== null) await erasure.forgetMessages(space, ids);
  }

  async function privateSpaceOf(channelId: string): Promise<string | null> {
    const known = client.channels.cache.get(channelId);
    const channel = known?.isDMBased() === true && !known.partial ? known : await client.channels.fetch(channelId);
    return channel?.type === ChannelType.DM ? privateSpace(channel.recipientId) : null;
  }

  return {
    stop: async () => {
      stopping = true;
      await Promise.all(underWay);
    },
  };
}

async function apologise(interaction: Interaction, id: string): Promise<void> {
  if (interaction.isAutocomplete()) return;
  const text = createSay(languageOfLocale(interaction.locale))('bug', { id });
  const post = { ...makePost(text), flags: ['Ephemeral', 'SuppressEmbeds'] as const };
  const answerable = interaction as Answerable;
  await (answerable.deferred || answerable.replied ? answerable.followUp(post) : answerable.reply(post));
}
