// People write, edit and delete messages.

import { PermissionFlagsBits as Bits } from 'discord.js';
import { storeUpload } from '../files.js';
import { announce, createMessage, editMessage, removeMessages, type StoredMessage } from '../messages.js';
import { lengthOf } from '../rules/form.js';
import { mayIn, sendBit } from '../rules/permissions.js';
import type { Channel, Message, Upload, User } from '../types.js';
import type { World } from '../world.js';
import { NotOffered, requirePlace } from './offered.js';

const MAX_CONTENT = 4_000;

export interface SayExtras {
  readonly reply?: Message;
  /** Off: the reply does not notify the author it answers. */
  readonly ping?: boolean;
  readonly attachments?: readonly Upload[];
  /** Starts with a mention of the bot. */
  readonly mentionBot?: boolean;
  /** The gateway tells the bot twice. */
  readonly deliverTwice?: boolean;
}

export interface ChatPeople {
  say(user: User, channel: Channel, content: string, extras?: SayExtras): Message;
  edit(message: Message, content: string): void;
  deleteMessage(message: Message): void;
  /** Several at once, as moderators and bots do. */
  deleteMessages(messages: readonly Message[]): void;
}

export function createChatPeople(world: World): ChatPeople {
  const stored = (message: Message): StoredMessage => {
    const found = world.messages.get(message.id);
    if (found === undefined || found.deleted) throw new NotOffered('The message is deleted.');
    return found;
  };

  return {
    say: (user, channel, content, extras = {}) => {
      const { reply, ping = true, attachments = [], mentionBot = false, deliverTwice = false } = extras;
      requirePlace(channel, user);
      if (!mayIn(channel, user, sendBit(channel)))
        throw new NotOffered(`${user.username} may not write in #${channel.name}.`);
      if (attachments.length > 0 && !mayIn(channel, user, Bits.AttachFiles))
        throw new NotOffered(`${user.username} may not attach files in #${channel.name}.`);
      const text = mentionBot ? `<@${world.bot.id}> ${content}` : content;
      if (text.trim() === '' && attachments.length === 0) throw new NotOffered('An empty message cannot be sent.');
      if (lengthOf(text) > MAX_CONTENT) throw new NotOffered(`A message has at most ${MAX_CONTENT} characters.`);
      const message = createMessage(world, {
        channel,
        author: user,
        json: ping ? { content: text } : { content: text, allowed_mentions: { parse: ['users', 'roles', 'everyone'] } },
        files: attachments.map((upload) => storeUpload(world, channel.id, upload)),
        replyTo: reply === undefined ? null : stored(reply),
      });
      announce(world, 'MESSAGE_CREATE', message);
      if (deliverTwice) announce(world, 'MESSAGE_CREATE', message);
      return message;
    },

    edit: (message, content) => {
      const found = stored(message);
      editMessage(world, found, { content }, []);
      announce(world, 'MESSAGE_UPDATE', found);
    },

    deleteMessage: (message) => removeMessages(world, message.channel, [stored(message)]),

    deleteMessages: (messages) => {
      const [first] = messages;
      if (first === undefined) return;
      removeMessages(world, first.channel, messages.map(stored));
    },
  };
}
