// Messages: those that address Handful (a mention, a direct message) go to dispatch like a line of the local chat; those of watched
// channels are answered where the answer is sure; everything else is not looked at.

import { randomBytes } from 'node:crypto';
import { type Message, MessageFlags } from 'discord.js';
import { isUserError } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import type { Handful } from '../compose.js';
import { wordsIn } from '../format.js';
import { WATCHED } from '../limits.js';
import type { Reply } from '../reply.js';
import { answerWatched } from '../watch.js';
import type { Actions } from './actions.js';
import { isGone, reasonOf } from './deliver.js';
import { createGrowing, type Growing } from './growing.js';
import type { News } from './news.js';
import { makePost, type Post, renderReply } from './render.js';
import { guildSpace } from './spaces.js';
import { type DiscordSpeaker, messageSpeaker } from './speaker.js';
import { persist } from './transient.js';

export interface MessageParts {
  readonly handful: Handful;
  readonly actions: Actions;
  readonly news: News;
}

export function createMessageHandler({ handful, actions, news }: MessageParts) {
  const { services, dispatch } = handful;
  const { log, communities, limits } = services;

  return async (message: Message): Promise<void> => {
    if (message.author.bot || message.system) return;
    const bot = message.client.user.id;
    const addressed = message.guildId === null || isMentioned(message, bot);
    if (addressed) await answer(message, withoutMention(message.content, bot));
    else await watch(message);
  };

  async function answer(message: Message, text: string): Promise<void> {
    const speaker = await messageSpeaker(services, message, text);
    // What is said to Handful is submitted to it, but is not somebody's message that was labelled.
    const { source: _, ...asker } = speaker;
    const line = withAttachment(text, message);
    const respond = async (): Promise<void> => {
      const growing = createGrowing();
      const speaking = { ...asker, onPartial: growing.push };
      const work = line.trim() === '' ? dispatch.command('help', {}, asker) : dispatch.line(line, speaking);
      const begun = await begin(message, growing, work);
      const reply = await work;
      if (reply === null) return;
      const sent = await send(message, reply, asker, begun);
      const place = { channel: message.channelId, message: sent, mayPost: sent !== null, webhook: null };
      await news.noticed({ reply, speaker: asker, place });
    };
    const done = respond();
    // It may start a training, whose report waits for this reply.
    if (/^[/／]/.test(line)) news.expect(done);
    await done;
  }

  async function watch(message: Message): Promise<void> {
    const { guildId, channelId, content } = message;
    if (guildId === null || content.trim() === '') return;
    const space = guildSpace(guildId);
    if ((await communities.get(space)).watches[channelId] === undefined) return;
    const speaker = await messageSpeaker(services, message, content);
    const context = { ...speaker, ...wordsIn(speaker.language) };
    try {
      const reply = await limits.run(context, WATCHED, () =>
        answerWatched(services, context, { channel: channelId, text: content }),
      );
      if (reply !== null) await send(message, reply, speaker);
    } catch (error) {
      // Nobody asked: a channel that is too busy stays without answers.
      if (!isUserError(error)) throw error;
    }
  }

  /** Shows the beginning of a reply that takes a while; null when there was nothing to show before the reply. */
  async function begin(message: Message, growing: Growing, work: Promise<unknown>): Promise<Message | null> {
    let begun: Message | null = null;
    await growing.showUntil(work, async (post) => {
      try {
        begun = begun === null ? await message.reply(outgoing(post)) : await begun.edit(changed(post));
      } catch (error) {
        log.warn('beginning not shown', { channel: message.channelId, reason: reasonOf(error) });
      }
    });
    return begun;
  }

  /**
   * The id of the last message; null when it could not be sent. `begun`: shows the beginning of the reply, which takes its place.
   */
  async function send(
    message: Message,
    reply: Reply,
    speaker: DiscordSpeaker,
    begun: Message | null = null,
  ): Promise<string | null> {
    const say = createSay(speaker.language);
    const posts = renderReply(reply, { say, actions, owner: speaker, files: speaker.files.outbox });
    try {
      let last = message;
      for (const post of posts) {
        const answering = last;
        const options = outgoing(post);
        const anew = () => persist(() => answering.reply(options));
        last = begun !== null && post === posts[0] ? await replace(begun, post, anew) : await anew();
      }
      return last.id;
    } catch (error) {
      log.warn(isGone(error) ? 'no access to reply' : 'reply failed', {
        channel: message.channelId,
        reason: reasonOf(error),
      });
      if (message.guildId !== null && isGone(error)) await tellPrivately(message, say('discord.cannotWrite'));
      return null;
    }
  }

  /** Whoever asks in a channel where Handful may not write should not wait for ever. */
  async function tellPrivately(message: Message, text: string): Promise<void> {
    try {
      await message.author.send(makePost(text));
    } catch (error) {
      log.warn('no direct message', { reason: reasonOf(error) });
    }
  }
}

/** One nonce for all tries: a reply whose answer was lost is not sent twice. A question that was deleted is answered all the same. */
const outgoing = (post: Post) => ({
  ...post,
  flags: [MessageFlags.SuppressEmbeds] as const,
  nonce: randomBytes(12).toString('hex'),
  enforceNonce: true,
  failIfNotExists: false,
});

const changed = ({ content, components, files, allowedMentions }: Post) => ({
  content,
  components: [...components],
  files: [...files],
  allowedMentions,
});

/** A beginning that somebody deleted meanwhile is no place for the reply. */
async function replace(begun: Message, post: Post, anew: () => Promise<Message>): Promise<Message> {
  try {
    return await persist(() => begun.edit(changed(post)));
  } catch (error) {
    if (!isGone(error)) throw error;
    return anew();
  }
}

/** Named in the text: a reply to one of Handful's messages mentions it too, and is not meant for it. */
const isMentioned = (message: Message, bot: string): boolean => new RegExp(`<@!?${bot}>`).test(message.content);

const withoutMention = (content: string, bot: string): string =>
  content.replace(new RegExp(`<@!?${bot}>[,:]?`, 'g'), ' ').trim();

/** `/teach-file` in a message takes the file that is attached to it. */
function withAttachment(line: string, message: Message): string {
  const attachment = message.attachments.first();
  if (
    attachment === undefined ||
    !/^[/／](teach-file|task import|concept add|concept edit)\b/.test(line) ||
    /\bfile:/.test(line)
  )
    return line;
  return `${line} file:${attachment.id}`;
}
