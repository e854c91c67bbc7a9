// Answering interactions: the callback, then @original and follow-ups through the interaction's token.

import { InteractionResponseType as Callback } from 'discord.js';
import {
  invalidWebhookToken,
  unknownChannel,
  unknownInteraction,
  unknownMessage,
  unknownWebhook,
} from '../api-error.js';
import { editThrough, respond, say } from '../callbacks.js';
import type { InteractionRecord } from '../interactions.js';
import { announce, messagePayload, removeMessages, type StoredMessage } from '../messages.js';
import type { World } from '../world.js';
import type { Call, Handler, Route } from './router.js';

export function interactionRoutes(world: World): readonly Route[] {
  const callback: Handler = ({ param, json, files, query }) => {
    const record = world.interactions.get(param('interaction'));
    if (record === undefined || record.token !== param('token')) throw unknownInteraction();
    respond(world, record, json, files);
    if (query.get('with_response') !== 'true') return undefined;
    const message = record.original;
    return {
      interaction: {
        id: record.id,
        type: record.type,
        response_message_id: message?.id,
        response_message_loading: message?.thinking,
        response_message_ephemeral: message?.ephemeral,
      },
      resource: { type: record.ack?.type, ...(message === null ? {} : { message: messagePayload(message) }) },
    };
  };

  const open = ({ param }: Call): InteractionRecord => {
    if (param('webhook') !== world.appId) throw unknownWebhook();
    const record = world.tokens.get(param('token'));
    if (record === undefined || world.now() - record.createdAt > world.options.tokenLifeMs) throw invalidWebhookToken();
    // Before the first answer the webhook does not exist yet.
    if (record.ack === null) throw unknownWebhook();
    if (record.channel.deleted) throw unknownChannel();
    return record;
  };

  const messageOf = (call: Call): [InteractionRecord, StoredMessage] => {
    const record = open(call);
    const id = call.param('message');
    const message = [record.original, ...record.followUps].find(
      (candidate) => candidate !== null && (id === '@original' ? candidate === record.original : candidate.id === id),
    );
    if (message === undefined || message === null || message.deleted) throw unknownMessage();
    return [record, message];
  };

  const followUp: Handler = (call) => {
    const record = open(call);
    const { original } = record;
    // The first follow-up after a deferral becomes the deferred message, and keeps its visibility.
    if (
      record.ack?.type === Callback.DeferredChannelMessageWithSource &&
      original?.thinking === true &&
      !original.deleted
    ) {
      const { flags: _, ...json } = call.json;
      editThrough(world, record, original, json, call.files);
      return messagePayload(original);
    }
    const message = say(world, record, call.json, call.files);
    record.followUps.push(message);
    announce(world, 'MESSAGE_CREATE', message);
    return messagePayload(message);
  };

  const pattern = '/webhooks/:webhook/:token/messages/:message';
  return [
    { method: 'POST', pattern: '/interactions/:interaction/:token/callback', open: true, handle: callback },
    { method: 'POST', pattern: '/webhooks/:webhook/:token', open: true, handle: followUp },
    { method: 'GET', pattern, open: true, handle: (call) => messagePayload(messageOf(call)[1]) },
    {
      method: 'PATCH',
      pattern,
      open: true,
      handle: (call) => {
        const [record, message] = messageOf(call);
        editThrough(world, record, message, call.json, call.files);
        return messagePayload(message);
      },
    },
    {
      method: 'DELETE',
      pattern,
      open: true,
      handle: (call) => {
        const [record, message] = messageOf(call);
        removeMessages(world, record.channel, [message]);
      },
    },
  ];
}
