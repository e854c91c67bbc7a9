// Channels and their messages, as far as the bot's permissions reach.

import { PermissionFlagsBits as Bits, RESTJSONErrorCodes } from 'discord.js';
import { ApiError, missingAccess, missingPermissions, unknownChannel, unknownMessage } from '../api-error.js';
import { existingFiles } from '../callbacks.js';
import { redact } from '../gateway-rules.js';
import {
  announce,
  checkNotEmpty,
  createMessage,
  editMessage,
  messagePayload,
  removeMessages,
  type StoredMessage,
  storeFiles,
} from '../messages.js';
import { channelPayload } from '../payloads.js';
import { asJson, createForm } from '../rules/form.js';
import { checkMessage, FLAGS } from '../rules/message.js';
import { canView, mayIn, sendBit } from '../rules/permissions.js';
import type { Channel, Json } from '../types.js';
import type { World } from '../world.js';
import type { Call, Handler, Route } from './router.js';

export function channelRoutes(world: World): readonly Route[] {
  const channelOf = ({ param }: Call): Channel => {
    const channel = world.channels.get(param('channel'));
    if (channel === undefined || channel.deleted) throw unknownChannel();
    if (channel.guild !== null && channel.guild.state === 'left') throw missingAccess();
    if (!canView(channel, world.bot)) throw missingAccess();
    return channel;
  };

  const need = (channel: Channel, bits: bigint): void => {
    if (!mayIn(channel, world.bot, bits)) throw missingPermissions();
  };

  const messageOf = (call: Call): StoredMessage => {
    const channel = channelOf(call);
    const message = world.messages.get(call.param('message'));
    // Ephemeral messages exist only for their interaction's token.
    if (message === undefined || message.channel !== channel || message.deleted || message.ephemeral)
      throw unknownMessage();
    return message;
  };

  const shown = (message: StoredMessage): Json =>
    world.privileged.has('message-content')
      ? messagePayload(message)
      : redact(messagePayload(message), world.bot.id, message.channel.guild !== null);

  const post: Handler = (call) => {
    const channel = channelOf(call);
    const { json, files } = call;
    need(channel, sendBit(channel));
    if (files.length > 0) need(channel, Bits.AttachFiles);
    if (Array.isArray(json.embeds) && json.embeds.length > 0) need(channel, Bits.EmbedLinks);
    if (channel.recipient?.dmsClosed === true)
      throw new ApiError(403, RESTJSONErrorCodes.CannotSendMessagesToThisUser, 'Cannot send messages to this user');
    const again = json.enforce_nonce === true ? findNonce(world, channel, json.nonce) : undefined;
    if (again !== undefined) return shown(again);
    checkMessage(json, files, { flags: FLAGS.message, existing: new Map() });
    checkNotEmpty(json, files);
    const message = createMessage(world, {
      channel,
      author: world.bot,
      json,
      files: storeFiles(world, channel, json, files),
      replyTo: referenced(world, channel, json),
    });
    announce(world, 'MESSAGE_CREATE', message);
    return shown(message);
  };

  const list: Handler = (call) => {
    const channel = channelOf(call);
    const form = createForm();
    const limit = call.query.has('limit') ? Number(call.query.get('limit')) : 50;
    form.integer(['limit'], limit, { min: 1, max: 100 });
    form.done();
    if (!mayIn(channel, world.bot, Bits.ReadMessageHistory)) return [];
    return selectMessages(world, channel, call.query, limit).map(shown);
  };

  const patch: Handler = (call) => {
    const message = messageOf(call);
    if (message.author.id !== world.bot.id)
      throw new ApiError(
        403,
        RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser,
        'Cannot edit a message authored by another user',
      );
    checkMessage(call.json, call.files, { flags: FLAGS.edit, existing: existingFiles(message) });
    if (call.files.length > 0) need(message.channel, Bits.AttachFiles);
    checkNotEmpty(call.json, call.files, message);
    editMessage(world, message, call.json, call.files);
    announce(world, 'MESSAGE_UPDATE', message);
    return shown(message);
  };

  const pattern = '/channels/:channel/messages';
  return [
    { method: 'GET', pattern: '/channels/:channel', handle: (call) => channelPayload(channelOf(call)) },
    { method: 'GET', pattern, handle: list },
    { method: 'POST', pattern, handle: post },
    {
      method: 'GET',
      pattern: `${pattern}/:message`,
      handle: (call) => {
        const message = messageOf(call);
        need(message.channel, Bits.ReadMessageHistory);
        return shown(message);
      },
    },
    { method: 'PATCH', pattern: `${pattern}/:message`, handle: patch },
    {
      method: 'DELETE',
      pattern: `${pattern}/:message`,
      handle: (call) => {
        const message = messageOf(call);
        if (message.author.id !== world.bot.id) need(message.channel, Bits.ManageMessages);
        removeMessages(world, message.channel, [message]);
      },
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/typing',
      handle: (call) => {
        const channel = channelOf(call);
        need(channel, sendBit(channel));
        world.typing.push({ channel, at: performance.now() });
      },
    },
  ];
}

function findNonce(world: World, channel: Channel, nonce: unknown): StoredMessage | undefined {
  if (nonce === undefined) return undefined;
  return [...world.messages.values()].find(
    (message) => message.channel === channel && message.author === world.bot && message.raw.nonce === String(nonce),
  );
}

/** The message that this one answers; gone ones are an error unless the bot says otherwise. */
function referenced(world: World, channel: Channel, json: Json): StoredMessage | null {
  if (json.message_reference === undefined || json.message_reference === null) return null;
  const { message_id: id, fail_if_not_exists: strict = true } = asJson(json.message_reference);
  if (!mayIn(channel, world.bot, Bits.ReadMessageHistory))
    throw new ApiError(
      400,
      RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory,
      'Cannot reply without permission to read message history',
    );
  const message = world.messages.get(String(id));
  if (message !== undefined && message.channel === channel && !message.deleted && !message.ephemeral) return message;
  if (strict === false) return null;
  const form = createForm();
  form.fail(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
  form.done();
  return null;
}

/** Newest first, at most `limit`, before or after an id. */
function selectMessages(world: World, channel: Channel, query: URLSearchParams, limit: number): StoredMessage[] {
  const all = [...world.messages.values()].filter(
    (message) => message.channel === channel && !message.deleted && !message.ephemeral,
  );
  const before = query.get('before');
  const after = query.get('after');
  if (after !== null)
    return all
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse();
  return all
    .filter(({ id }) => before === null || BigInt(id) < BigInt(before))
    .slice(-limit)
    .reverse();
}
