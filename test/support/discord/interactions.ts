// Interactions: the payload that starts one, its deadline, its token, and what a test can wait for.

import { randomBytes } from 'node:crypto';
import { InteractionResponseType as Callback, InteractionContextType, PermissionFlagsBits } from 'discord.js';
import { unknownInteraction } from './api-error.js';
import type { StoredMessage } from './messages.js';
import { interactionChannel, interactionMember } from './payloads.js';
import { permissionsIn } from './rules/permissions.js';
import type { Ack, Channel, Edit, Form, Interaction, Json, OfferedChoice, User } from './types.js';
import { changed, eventually, recordViolation, type World } from './world.js';

const WAIT_MS = 5_000;
const FILE_LIMIT = 10 * 1024 * 1024;

/** What the emulator knows about an interaction; tests hold its `handle`. */
export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly user: User;
  readonly channel: Channel;
  /** What the person used, as Discord shows it above the reply: `/task create`. */
  readonly name: string;
  readonly payload: Json;
  /** The message whose component or form this is about. */
  readonly source: StoredMessage | null;
  /** Type of the focused option of an autocomplete. */
  readonly focusedType: number | null;
  readonly createdAt: number;
  readonly dispatchedAt: number;
  readonly handle: Interaction;
  ack: Ack | null;
  /** The deadline passed; the person read "The application did not respond". */
  failed: boolean;
  original: StoredMessage | null;
  /** Whether `original` says something by now. */
  answered: boolean;
  readonly edits: Edit[];
  readonly followUps: StoredMessage[];
  form: Form | null;
  choices: readonly OfferedChoice[] | null;
}

export interface Start {
  readonly type: number;
  readonly user: User;
  readonly channel: Channel;
  readonly name: string;
  readonly data: Json;
  readonly source?: StoredMessage | null;
  readonly focusedType?: number;
  readonly extra?: Json;
}

export function startInteraction(world: World, start: Start): InteractionRecord {
  const { type, user, channel, source = null } = start;
  const id = world.ids.next();
  const token = randomBytes(60).toString('base64url');
  const payload = buildPayload(world, start, id, token);
  const guildId = channel.guild?.id ?? null;
  const deliver = (): boolean => world.dispatch('INTERACTION_CREATE', payload, guildId);
  const dispatchedAt = performance.now();
  const record: InteractionRecord = {
    id,
    token,
    type,
    user,
    channel,
    name: start.name,
    payload,
    source,
    focusedType: start.focusedType ?? null,
    createdAt: world.now(),
    dispatchedAt,
    ack: null,
    failed: false,
    original: null,
    answered: false,
    edits: [],
    followUps: [],
    form: null,
    choices: null,
    get handle() {
      return handle;
    },
  };
  world.interactions.set(id, record);
  world.tokens.set(token, record);
  const heard = deliver();
  const timer = setTimeout(() => {
    world.timers.delete(timer);
    if (record.ack !== null) return;
    record.failed = true;
    if (heard)
      recordViolation(world, unknownInteraction(), `${record.name}: no answer in ${world.options.ackDeadlineMs} ms`);
    changed(world);
  }, world.options.ackDeadlineMs);
  world.timers.add(timer);
  const handle = createHandle(world, record, deliver);
  return record;
}

function buildPayload(world: World, start: Start, id: string, token: string): Json {
  const { user, channel, source, data, extra } = start;
  const { guild } = channel;
  const appPermissions =
    guild === null
      ? PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks | PermissionFlagsBits.MentionEveryone
      : permissionsIn(channel, world.bot);
  return {
    id,
    application_id: world.appId,
    type: start.type,
    token,
    version: 1,
    data,
    ...(guild === null
      ? {}
      : {
          guild_id: guild.id,
          guild: { id: guild.id, features: [], locale: guild.preferredLocale },
          guild_locale: guild.preferredLocale,
        }),
    channel_id: channel.id,
    channel: interactionChannel(channel, user),
    ...interactionMember(channel, user),
    ...(source === undefined || source === null ? {} : { message: { ...source.raw } }),
    locale: user.locale,
    app_permissions: appPermissions.toString(),
    entitlements: [],
    authorizing_integration_owners: { 0: guild?.id ?? '0' },
    context: guild === null ? InteractionContextType.BotDM : InteractionContextType.Guild,
    attachment_size_limit: FILE_LIMIT,
    ...extra,
  };
}

function createHandle(world: World, record: InteractionRecord, deliver: () => boolean): Interaction {
  const didNotRespond = (): Error =>
    new Error(`${record.name}: the application did not respond within ${world.options.ackDeadlineMs} ms.`);
  const wait = <T>(what: string, ms: number, get: () => T | null | undefined): Promise<T> =>
    eventually(world, `${what} of ${record.name}`, ms, () => {
      const value = get();
      if (value !== null && value !== undefined) return value;
      if (record.failed) throw didNotRespond();
      return undefined;
    });
  let acked: Promise<Ack> | undefined;
  return {
    id: record.id,
    token: record.token,
    type: record.type,
    user: record.user,
    channel: record.channel,
    payload: record.payload,
    edits: record.edits,
    followUps: record.followUps,
    get acked() {
      acked ??= wait('the acknowledgement', world.options.ackDeadlineMs + 1_000, () => record.ack);
      return acked;
    },
    reply: (ms = WAIT_MS) => wait('the reply', ms, () => shownBy(record)),
    followUp: (index = 0, ms = WAIT_MS) => wait(`follow-up ${index}`, ms, () => record.followUps[index]),
    form: (ms = WAIT_MS) => wait('the form', ms, () => record.form),
    choices: (ms = WAIT_MS) => wait('the choices', ms, () => record.choices),
    deliverAgain: () => {
      deliver();
    },
    visibleTo: (user) => {
      const message = shownBy(record);
      return message !== null && (message.addressee === null || message.addressee.id === user.id);
    },
  };
}

/** What the person sees as the answer; a silent acknowledgement is answered by its first follow-up. */
function shownBy(record: InteractionRecord): StoredMessage | null {
  if (record.answered) return record.original;
  if (record.ack?.type === Callback.DeferredMessageUpdate) return record.followUps[0] ?? null;
  return null;
}
