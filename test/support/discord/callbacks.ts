// Answers to interactions: which are legal, what they make, and how deferrals end.

import { InteractionResponseType as Callback, InteractionType, MessageFlags, MessageType } from 'discord.js';
import { alreadyAcknowledged, unknownInteraction, unknownMessage } from './api-error.js';
import type { UploadedFile } from './body.js';
import { formOf } from './form-fields.js';
import type { InteractionRecord } from './interactions.js';
import { announce, checkNotEmpty, createMessage, editMessage, type StoredMessage, storeFiles } from './messages.js';
import { userPayload } from './payloads.js';
import { checkChoice } from './rules/command-options.js';
import { asJson, createForm } from './rules/form.js';
import { checkFlags, checkMessage, FLAGS } from './rules/message.js';
import { checkModal } from './rules/modal.js';
import type { Json, OfferedChoice } from './types.js';
import { changed, type World } from './world.js';

const MAX_CHOICES = 25;

export const existingFiles = (message: StoredMessage): ReadonlyMap<string, string> =>
  new Map(message.attachments.map(({ id, name }) => [id, name]));

/** Callback types that Discord takes for an interaction. */
function legalFor({ type, source }: InteractionRecord): readonly number[] {
  const says = [Callback.ChannelMessageWithSource, Callback.DeferredChannelMessageWithSource];
  const updates = [Callback.DeferredMessageUpdate, Callback.UpdateMessage];
  if (type === InteractionType.ApplicationCommandAutocomplete) return [Callback.ApplicationCommandAutocompleteResult];
  if (type === InteractionType.MessageComponent) return [...says, ...updates, Callback.Modal];
  if (type === InteractionType.ModalSubmit) return source === null ? says : [...says, ...updates];
  return [...says, Callback.Modal];
}

export function respond(world: World, record: InteractionRecord, json: Json, files: readonly UploadedFile[]): void {
  const latencyMs = performance.now() - record.dispatchedAt;
  if (record.failed || latencyMs > world.options.ackDeadlineMs) throw unknownInteraction();
  if (record.ack !== null) throw alreadyAcknowledged();
  const type = Number(json.type);
  const legal = legalFor(record);
  if (!legal.includes(type)) {
    const form = createForm();
    form.fail(['type'], 'BASE_TYPE_CHOICES', `Value must be one of {${legal.join(', ')}} for this interaction.`);
    form.done();
  }
  const data = asJson(json.data);
  const publish = perform(world, record, type, data, files);
  record.ack = { type, latencyMs, data };
  changed(world);
  publish?.();
}

/** Throws before anything is made when the data is not right. */
function perform(
  world: World,
  record: InteractionRecord,
  type: number,
  data: Json,
  files: readonly UploadedFile[],
): (() => void) | undefined {
  switch (type) {
    case Callback.ChannelMessageWithSource: {
      const message = say(world, record, data, files);
      record.original = message;
      record.answered = true;
      return () => announce(world, 'MESSAGE_CREATE', message);
    }
    case Callback.DeferredChannelMessageWithSource: {
      const form = createForm();
      checkFlags(form, ['data', 'flags'], data.flags, MessageFlags.Ephemeral);
      form.done();
      const message = draft(world, record, { flags: data.flags ?? 0 }, [], MessageFlags.Loading);
      record.original = message;
      return () => announce(world, 'MESSAGE_CREATE', message);
    }
    case Callback.UpdateMessage: {
      const { source } = record;
      if (source === null || source.deleted) throw unknownMessage();
      checkMessage(data, files, { flags: FLAGS.edit, existing: existingFiles(source) });
      checkNotEmpty(data, files, source);
      editMessage(world, source, data, files);
      record.original = source;
      record.answered = true;
      return () => announce(world, 'MESSAGE_UPDATE', source);
    }
    case Callback.DeferredMessageUpdate:
      record.original = record.source;
      return undefined;
    case Callback.ApplicationCommandAutocompleteResult:
      record.choices = checkChoices(record, data);
      return undefined;
    default:
      checkModal(data);
      record.form = formOf(record.user, data);
      return undefined;
  }
}

function checkChoices(record: InteractionRecord, data: Json): OfferedChoice[] {
  const form = createForm();
  const choices = form.list(['data', 'choices'], data.choices, { max: MAX_CHOICES, required: true }).map(asJson);
  for (const [index, choice] of choices.entries())
    checkChoice(form, ['data', 'choices', index], choice, record.focusedType ?? 0);
  form.done();
  return choices.map((choice) => ({
    name: String(asJson(choice.name_localizations)[record.user.locale] ?? choice.name),
    value: typeof choice.value === 'number' ? choice.value : String(choice.value),
  }));
}

/** A new message that answers an interaction, checked. */
export function say(
  world: World,
  record: InteractionRecord,
  json: Json,
  files: readonly UploadedFile[],
): StoredMessage {
  checkMessage(json, files, { flags: FLAGS.interaction, existing: new Map() });
  checkNotEmpty(json, files);
  return draft(world, record, json, files, 0);
}

function draft(
  world: World,
  record: InteractionRecord,
  json: Json,
  files: readonly UploadedFile[],
  extraFlags: number,
): StoredMessage {
  const flags = Number(json.flags ?? 0);
  const { user, channel } = record;
  const isFollowUp = record.ack !== null;
  const metadata = {
    id: record.id,
    type: record.type,
    user: userPayload(user),
    authorizing_integration_owners: { 0: channel.guild?.id ?? '0' },
    ...(isFollowUp && record.original !== null ? { original_response_message_id: record.original.id } : {}),
    ...(record.type === InteractionType.MessageComponent && record.source !== null
      ? { interacted_message_id: record.source.id }
      : {}),
  };
  return createMessage(world, {
    channel,
    author: world.bot,
    json: { ...json, flags: flags | extraFlags },
    files: storeFiles(world, channel, json, files),
    addressee: (flags & MessageFlags.Ephemeral) === 0 ? null : user,
    usedBy: isFollowUp ? null : { user, name: record.name },
    replyTo: null,
    extra: {
      type:
        record.type === InteractionType.ApplicationCommand && !isFollowUp
          ? MessageType.ChatInputCommand
          : MessageType.Default,
      webhook_id: world.appId,
      application_id: world.appId,
      interaction_metadata: metadata as never,
    },
  });
}

/** The edit of @original or of a follow-up, checked and told. */
export function editThrough(
  world: World,
  record: InteractionRecord,
  message: StoredMessage,
  json: Json,
  files: readonly UploadedFile[],
): void {
  checkMessage(json, files, { flags: FLAGS.edit, existing: existingFiles(message) });
  checkNotEmpty(json, files, message);
  const wasThinking = message.thinking;
  editMessage(world, message, json, files);
  // A deferral that gets its text counts as sent, not as edited.
  if (wasThinking) message.raw.edited_timestamp = null;
  record.edits.push({
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    files: message.attachments.map(({ name }) => name),
    atMs: performance.now() - record.dispatchedAt,
  });
  if (message === record.original) record.answered = true;
  announce(world, 'MESSAGE_UPDATE', message);
}
