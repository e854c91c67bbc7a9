// Sending and editing messages of channels, wherever they are. Says whether it worked; a channel that is gone or closed to the bot is
// an ordinary outcome.

import { randomBytes } from 'node:crypto';
import type { Client } from 'discord.js';
import type { Log } from '../log.js';
import { isGone, reasonOf } from './deliver.js';
import type { Post } from './render.js';
import { persist } from './transient.js';

export interface Messenger {
  /** The id of the message; null when it could not be sent. */
  send(channel: string, post: Post): Promise<string | null>;
  /** Whether the message is still there and was changed. */
  edit(channel: string, message: string, post: Post): Promise<boolean>;
}

export function createMessenger(client: Client, log: Log): Messenger {
  const writable = async (channelId: string) => {
    const channel = await client.channels.fetch(channelId);
    return channel?.isSendable() === true ? channel : null;
  };
  const failed = (what: string, channel: string, error: unknown): void => {
    log.warn(isGone(error) ? `${what}: no access` : `${what} failed`, { channel, reason: reasonOf(error) });
  };
  return {
    send: async (channelId, post) => {
      try {
        const channel = await writable(channelId);
        if (channel === null) return null;
        // One nonce for all tries: a message whose answer was lost is not sent twice.
        const nonce = randomBytes(12).toString('hex');
        const message = await persist<{ id: string }>(() => channel.send({ ...post, nonce, enforceNonce: true }));
        return message.id;
      } catch (error) {
        failed('message not sent', channelId, error);
        return null;
      }
    },
    edit: async (channelId, message, post) => {
      try {
        const channel = await writable(channelId);
        if (channel === null) return false;
        const { flags: _, ...changes } = post;
        await persist<unknown>(() => channel.messages.edit(message, { ...changes, files: [...changes.files] }));
        return true;
      } catch (error) {
        failed('message not edited', channelId, error);
        return false;
      }
    },
  };
}
