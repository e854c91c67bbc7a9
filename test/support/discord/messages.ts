// Messages as Discord keeps them: made, edited, deleted, and told to the bot.

import {
  type APIEmbed,
  type APIMessage,
  type APIMessageTopLevelComponent,
  MessageFlags,
  MessageType,
} from 'discord.js';
import { emptyMessage } from './api-error.js';
import type { UploadedFile } from './body.js';
import { attachmentPayload, type StoredFile, storeSent } from './files.js';
import { memberPayload, userPayload } from './payloads.js';
import { asJson } from './rules/form.js';
import { canView } from './rules/permissions.js';
import { linkPreviewsOf, mentionsIn, pingedBy } from './rules/text.js';
import type { Channel, Json, Message, Pinged, User } from './types.js';
import { changed, type World } from './world.js';

export interface StoredMessage extends Message {
  readonly files: Map<string, StoredFile>;
  deleted: boolean;
  edits: number;
  pinged: Pinged;
  allowedMentions: Json | undefined;
}

export interface Draft {
  readonly channel: Channel;
  readonly author: User;
  readonly json: Json;
  readonly files?: readonly StoredFile[];
  readonly replyTo?: StoredMessage | null;
  readonly addressee?: User | null;
  readonly usedBy?: Message['usedBy'];
  readonly extra?: Partial<APIMessage>;
}

const NOBODY: Pinged = { users: [], roles: [], everyone: false };

export function createMessage(world: World, draft: Draft): StoredMessage {
  const { channel, author, json, replyTo = null, addressee = null, usedBy = null } = draft;
  const files = new Map<string, StoredFile>();
  const raw: APIMessage = {
    id: world.ids.next(),
    channel_id: channel.id,
    author: userPayload(author),
    content: '',
    timestamp: new Date(world.now()).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: replyTo === null ? MessageType.Default : MessageType.Reply,
    flags: (Number(json.flags ?? 0) & ~MessageFlags.Ephemeral) | (addressee === null ? 0 : MessageFlags.Ephemeral),
    ...(json.nonce === undefined ? {} : { nonce: String(json.nonce) }),
    ...(replyTo === null
      ? {}
      : {
          message_reference: {
            type: 0,
            message_id: replyTo.id,
            channel_id: channel.id,
            ...(channel.guild === null ? {} : { guild_id: channel.guild.id }),
          },
        }),
    ...draft.extra,
  };
  const message: StoredMessage = {
    id: raw.id,
    channel,
    author,
    raw,
    files,
    replyTo,
    addressee,
    usedBy,
    deleted: false,
    edits: 0,
    pinged: NOBODY,
    allowedMentions: undefined,
    ephemeral: addressee !== null,
    get content() {
      return raw.content;
    },
    get embeds() {
      return raw.embeds;
    },
    get components() {
      return raw.components ?? [];
    },
    get attachments() {
      return [...files.values()].map(({ attachment }) => attachment);
    },
    get flags() {
      return raw.flags ?? 0;
    },
    get thinking() {
      return ((raw.flags ?? 0) & MessageFlags.Loading) !== 0;
    },
    get linkPreviews() {
      return linkPreviewsOf(raw.content, raw.flags ?? 0);
    },
  };
  apply(world, message, json, draft.files ?? []);
  world.messages.set(message.id, message);
  return message;
}

/** Only what the body names changes, as with PATCH. Flags keep what only Discord sets. */
export function editMessage(world: World, message: StoredMessage, json: Json, sent: readonly UploadedFile[]): void {
  const { raw } = message;
  const editable = MessageFlags.SuppressEmbeds;
  const flags = json.flags === undefined || json.flags === null ? (raw.flags ?? 0) & editable : Number(json.flags);
  raw.flags = ((raw.flags ?? 0) & ~(editable | MessageFlags.Loading)) | (flags & editable);
  if (Array.isArray(json.attachments)) {
    const kept = new Set(json.attachments.map((entry) => String(asJson(entry).id)));
    for (const id of message.files.keys()) if (!kept.has(id)) message.files.delete(id);
  }
  if (!message.thinking) raw.edited_timestamp = new Date(world.now()).toISOString();
  message.edits++;
  apply(world, message, json, storeFiles(world, message.channel, json, sent));
}

export function storeFiles(
  world: World,
  channel: Channel,
  json: Json,
  sent: readonly UploadedFile[],
): readonly StoredFile[] {
  const listed = Array.isArray(json.attachments) ? json.attachments.map(asJson) : [];
  return sent.map((file) => {
    const entry = listed.find(({ id }) => String(id) === String(file.index));
    return storeSent(world, channel.id, file, typeof entry?.description === 'string' ? entry.description : undefined);
  });
}

/** Whether an edit with this body would leave nothing to see. */
export function checkNotEmpty(json: Json, files: readonly unknown[], before?: StoredMessage): void {
  const has = (key: 'content' | 'embeds' | 'components'): boolean => {
    const value = json[key] === undefined ? before?.raw[key] : json[key];
    if (typeof value === 'string') return value.trim() !== '';
    return Array.isArray(value) && value.length > 0;
  };
  const kept = Array.isArray(json.attachments) ? json.attachments.length : (before?.files.size ?? 0);
  const shows = has('content') || has('embeds') || has('components') || files.length > 0 || kept > 0;
  if (!shows) throw emptyMessage();
}

function apply(world: World, message: StoredMessage, json: Json, files: readonly StoredFile[]): void {
  const { raw } = message;
  for (const file of files) message.files.set(file.attachment.id, file);
  raw.attachments = message.attachments.map(attachmentPayload);
  if (json.content !== undefined) raw.content = String(json.content ?? '').trim();
  if (json.embeds !== undefined) raw.embeds = withFiles(json.embeds, message) ?? [];
  if (json.components !== undefined)
    raw.components = numbered(json.components) as unknown as APIMessageTopLevelComponent[];
  const allowed = json.allowed_mentions;
  if (allowed !== undefined || json.content !== undefined)
    message.allowedMentions = allowed === undefined || allowed === null ? undefined : asJson(allowed);
  message.pinged = pingedBy(raw.content, {
    author: message.author,
    channel: message.channel,
    replyTo: message.replyTo?.author ?? null,
    allowedMentions: message.allowedMentions,
  });
  raw.mentions = message.pinged.users.flatMap((id) => {
    const user = world.users.get(id);
    return user === undefined ? [] : [userPayload(user)];
  });
  raw.mention_roles = mentionsIn(raw.content).roles.filter((id) => message.pinged.roles.includes(id));
  raw.mention_everyone = message.pinged.everyone;
}

/** Discord numbers components that have no id, and answers with them. */
function numbered(value: unknown): Json[] {
  let next = 1;
  const number = (entry: Json): Json => ({
    ...entry,
    id: entry.id ?? next++,
    ...(Array.isArray(entry.components) ? { components: entry.components.map((child) => number(asJson(child))) } : {}),
  });
  return Array.isArray(value) ? value.map((entry) => number(asJson(entry))) : [];
}

/** Embeds with attachment:// replaced by the file's address. */
function withFiles(value: unknown, message: StoredMessage): APIEmbed[] | null {
  const text = JSON.stringify(value ?? []).replaceAll(/"attachment:\/\/([^"]+)"/g, (whole, name: string) => {
    const file = message.attachments.find((attachment) => attachment.name === name);
    return file === undefined ? whole : JSON.stringify(file.url);
  });
  return JSON.parse(text) as APIEmbed[] | null;
}

/** As REST answers and as the gateway tells it, before the rules on message content. */
export function messagePayload(message: StoredMessage): Json {
  const { raw, replyTo } = message;
  if (replyTo === null) return { ...raw };
  return { ...raw, referenced_message: replyTo.deleted ? null : { ...replyTo.raw } };
}

/** Tells the bot, unless it cannot see the channel. Ephemeral messages are never told. */
export function announce(world: World, event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: StoredMessage): void {
  changed(world);
  const { channel } = message;
  if (message.ephemeral || !canView(channel, world.bot)) return;
  const payload = messagePayload(message);
  if (channel.guild === null) world.dispatch(event, { ...payload, channel_type: channel.type }, null);
  else {
    const { user: _, ...member } = memberPayload(channel.guild, message.author);
    world.dispatch(
      event,
      { ...payload, guild_id: channel.guild.id, channel_type: channel.type, member },
      channel.guild.id,
    );
  }
}

export function removeMessages(world: World, channel: Channel, gone: readonly StoredMessage[]): void {
  for (const message of gone) message.deleted = true;
  const visible = gone.filter(({ ephemeral }) => !ephemeral).map(({ id }) => id);
  if (visible.length > 0 && canView(channel, world.bot)) {
    const place = { channel_id: channel.id, ...(channel.guild === null ? {} : { guild_id: channel.guild.id }) };
    const guildId = channel.guild?.id ?? null;
    if (gone.length === 1) world.dispatch('MESSAGE_DELETE', { id: visible[0], ...place }, guildId);
    else world.dispatch('MESSAGE_DELETE_BULK', { ids: visible, ...place }, guildId);
  }
  changed(world);
}
