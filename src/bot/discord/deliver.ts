// A reply on its way to Discord. Every interaction is answered within three seconds: at once when the work is quick, else it is
// acknowledged first and edited when the work is done. What can no longer be answered goes to the channel, if all may read it.

import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Message,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  RESTJSONErrorCodes,
  type StringSelectMenuInteraction,
} from 'discord.js';
import type { Log } from '../log.js';
import type { Growing } from './growing.js';
import { pause } from './pause.js';
import type { Post } from './render.js';
import { isTransient, persist } from './transient.js';

export type Answerable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ButtonInteraction
  | StringSelectMenuInteraction
  | ModalSubmitInteraction;

export interface Outgoing {
  readonly posts: readonly Post[];
  /** Only the asker sees it. */
  readonly isPrivate: boolean;
}

/** Quick answers take one request instead of two, and one that Discord's limit of 50 a second does not count. */
const QUICK_MS = 250;

/** Interaction, webhook or channel that Discord does not know (any more), or that Handful may not use. */
const GONE: ReadonlySet<number | string> = new Set([
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.UnknownMessage,
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
]);

export const isGone = (error: unknown): boolean => error instanceof DiscordAPIError && GONE.has(error.code);
/** By another process of the same bot; or by this one, when the answer to its request got lost. */
export const isAnsweredAlready = (error: unknown): boolean =>
  error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;

/**
 * Answer an interaction with what `work` makes; the id of the message when it is known. `privately` says what the reply will most
 * likely be, for the acknowledgement. `growing`: the beginning of a reply that is still being written.
 */
export async function deliver(
  interaction: Answerable,
  work: Promise<Outgoing>,
  { privately, log, growing }: { privately: boolean; log: Log; growing?: Growing },
): Promise<string | null> {
  const update = updates(interaction);
  try {
    const quick = await Promise.race([work, pause(QUICK_MS)]);
    if (quick !== null) return await answerAtOnce(interaction, quick, { update, log });
    if (!(await acknowledge(interaction, { privately, update, log }))) {
      await work;
      return null;
    }
    // A beginning that cannot be shown is no reason to fail: the reply comes.
    await growing?.showUntil(work, (post) =>
      interaction.editReply({ ...post, files: [] }).catch((error: unknown) => {
        log.warn('beginning not shown', { interaction: interaction.id, reason: reasonOf(error) });
      }),
    );
    return await answerLater(interaction, await work, { update, acknowledgedPrivately: privately });
  } catch (error) {
    const outgoing = await work;
    if (!isGone(error) && !isTransient(error)) throw error;
    log.warn('interaction not answered', { interaction: interaction.id, reason: reasonOf(error) });
    return outgoing.isPrivate ? null : sendInstead(interaction, outgoing, log);
  }
}

/** A press on something that only the presser sees changes that message, rather than adding one. */
function updates(interaction: Answerable): interaction is ButtonInteraction | StringSelectMenuInteraction {
  return interaction.isMessageComponent() && interaction.message.flags.has(MessageFlags.Ephemeral);
}

const flagsOf = (post: Post, isPrivate: boolean) => ({
  ...post,
  flags: isPrivate ? ([MessageFlags.Ephemeral, post.flags] as const) : ([post.flags] as const),
});

/** Whether what comes is ours to show. */
async function acknowledge(
  interaction: Answerable,
  { privately, update, log }: { privately: boolean; update: boolean; log: Log },
): Promise<boolean> {
  try {
    await persist<unknown>(() =>
      update && interaction.isMessageComponent()
        ? interaction.deferUpdate()
        : interaction.deferReply(privately ? { flags: MessageFlags.Ephemeral } : {}),
    );
    return true;
  } catch (error) {
    if (!isAnsweredAlready(error)) throw error;
    log.warn('interaction answered already', { interaction: interaction.id });
    interaction.deferred = true;
    // Somebody who was told to wait gets what they wait for, whoever told them.
    return update || (await interaction.fetchReply()).flags.has(MessageFlags.Loading);
  }
}

async function answerAtOnce(
  interaction: Answerable,
  { posts, isPrivate }: Outgoing,
  { update, log }: { update: boolean; log: Log },
): Promise<string | null> {
  const [first, ...others] = posts;
  const answer = async (): Promise<string | null> => {
    if (update && interaction.isMessageComponent()) {
      const { flags: _, ...changes } = first!;
      await interaction.update({ ...changes, files: [...changes.files], components: [...changes.components] });
      return interaction.message.id;
    }
    const response = await interaction.reply({ ...flagsOf(first!, isPrivate), withResponse: true });
    return response.resource?.message?.id ?? null;
  };
  let repeated = false;
  try {
    const id = await persist(() => {
      const again = repeated;
      repeated = true;
      return answer().catch((error: unknown) => {
        // The first try got through, and only its answer was lost.
        if (again && isAnsweredAlready(error)) return shownAlready(interaction);
        throw error;
      });
    });
    await followUps(interaction, others, update || isPrivate);
    return id;
  } catch (error) {
    if (!isAnsweredAlready(error)) throw error;
    log.warn('interaction answered already', { interaction: interaction.id });
    return shownAlready(interaction);
  }
}

async function shownAlready(interaction: Answerable): Promise<string | null> {
  interaction.replied = true;
  return interaction.fetchReply().then(
    ({ id }) => id,
    () => null,
  );
}

async function answerLater(
  interaction: Answerable,
  { posts, isPrivate }: Outgoing,
  { update, acknowledgedPrivately }: { update: boolean; acknowledgedPrivately: boolean },
): Promise<string | null> {
  const [first, ...others] = posts;
  // What was announced to all turns out to be for one alone: an error, a question.
  if (!update && isPrivate && !acknowledgedPrivately) {
    await persist(() => interaction.deleteReply()).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
    await followUps(interaction, posts, true);
    return null;
  }
  const message = await persist(() => interaction.editReply({ ...first!, files: [...first!.files] }));
  await followUps(interaction, others, isPrivate);
  return message.id;
}

/** A page whose answer was lost may come twice: better than not at all. */
async function followUps(interaction: Answerable, posts: readonly Post[], isPrivate: boolean): Promise<void> {
  for (const post of posts) await persist(() => interaction.followUp(flagsOf(post, isPrivate)));
}

async function sendInstead(interaction: Answerable, { posts }: Outgoing, log: Log): Promise<string | null> {
  const { channel } = interaction;
  if (channel === null || !('send' in channel)) return null;
  try {
    let message: Message | null = null;
    for (const post of posts) message = await channel.send(post);
    return message?.id ?? null;
  } catch (error) {
    log.warn('reply not delivered', { interaction: interaction.id, reason: reasonOf(error) });
    return null;
  }
}

/** Code and status, never the request: it holds texts. */
export function reasonOf(error: unknown): string {
  if (error instanceof DiscordAPIError) return `${error.status} ${error.code}`;
  return error instanceof Error ? error.name : typeof error;
}
