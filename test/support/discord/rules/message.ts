// The limits of a message's body, for every route that sends or edits one.

import { MessageFlags, RESTJSONErrorCodes } from 'discord.js';
import { ApiError } from '../api-error.js';
import type { UploadedFile } from '../body.js';
import type { Json } from '../types.js';
import { checkComponents } from './components.js';
import { checkEmbeds } from './embeds.js';
import { asJson, createForm, type Form, type Path } from './form.js';

const MAX_CONTENT = 2_000;
const MAX_FILES = 10;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_DESCRIPTION = 1_024;
const MAX_NONCE = 25;

const SENDABLE = MessageFlags.SuppressEmbeds | MessageFlags.Ephemeral | MessageFlags.SuppressNotifications;

export interface BodyContext {
  /** Flags that this route may set. */
  readonly flags: number;
  /** Names and ids of attachments that the message has already. */
  readonly existing: ReadonlyMap<string, string>;
}

export const FLAGS = {
  message: MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications,
  interaction: SENDABLE,
  edit: MessageFlags.SuppressEmbeds,
} as const;

/** Throws what Discord would answer. Emptiness is judged by the caller, who knows what an edit leaves. */
export function checkMessage(json: Json, files: readonly UploadedFile[], context: BodyContext): void {
  checkFiles(files);
  const form = createForm();
  form.text(['content'], typeof json.content === 'string' ? json.content.trim() : json.content, { max: MAX_CONTENT });
  checkFlags(form, ['flags'], json.flags, context.flags);
  if (typeof json.nonce === 'string') form.text(['nonce'], json.nonce, { max: MAX_NONCE });
  checkAttachments(form, json, files, context);
  checkEmbeds(form, json.embeds, namesAfter(json, files, context));
  checkComponents(form, json.components);
  checkAllowedMentions(form, json.allowed_mentions);
  for (const key of ['poll', 'sticker_ids', 'tts', 'shared_client_theme'])
    if (json[key] !== undefined && json[key] !== false && json[key] !== null)
      form.fail([key], 'EMULATOR_UNSUPPORTED', 'The emulator does not know this field.');
  form.done();
}

function checkFiles(files: readonly UploadedFile[]): void {
  if (files.some(({ data }) => data.length > MAX_FILE_BYTES))
    throw new ApiError(413, RESTJSONErrorCodes.RequestEntityTooLarge, 'Request entity too large');
  if (files.length > MAX_FILES)
    throw new ApiError(
      400,
      RESTJSONErrorCodes.MaximumNumberOfAttachmentsInAMessageReached,
      'Maximum number of attachments in a message reached (10)',
    );
}

export function checkFlags(form: Form, path: Path, flags: unknown, allowed: number): void {
  const value = form.integer(path, flags, { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (value === undefined) return;
  if ((value & MessageFlags.IsComponentsV2) !== 0)
    form.fail(path, 'EMULATOR_UNSUPPORTED', 'The emulator does not know components v2.');
  else if ((value & ~allowed) !== 0)
    form.fail(path, 'MESSAGE_FLAGS_INVALID', `Only the flags ${allowed} may be set here, not ${value}.`);
}

function checkAttachments(form: Form, json: Json, files: readonly UploadedFile[], { existing }: BodyContext): void {
  const listed = form.list(['attachments'], json.attachments, { max: MAX_FILES });
  for (const [index, entry] of listed.entries()) {
    const { id, description, filename } = asJson(entry);
    const known = existing.has(String(id)) || files.some((file) => String(file.index) === String(id));
    if (!known) form.fail(['attachments', index], 'ATTACHMENT_NOT_FOUND', `Attachment ${String(id)} was not found.`);
    form.text(['attachments', index, 'description'], description, { max: MAX_DESCRIPTION });
    form.text(['attachments', index, 'filename'], filename, { min: 1, max: 260 });
  }
  if (json.attachments === undefined && existing.size + files.length > MAX_FILES)
    form.fail(['attachments'], 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_FILES} or fewer in length.`);
}

/** File names that the message will have, for `attachment://name` in embeds. */
function namesAfter(json: Json, files: readonly UploadedFile[], { existing }: BodyContext): ReadonlySet<string> {
  const kept = Array.isArray(json.attachments)
    ? json.attachments.map((entry) => existing.get(String(asJson(entry).id)) ?? '')
    : [...existing.values()];
  return new Set([...kept, ...files.map(({ name }) => name)]);
}

function checkAllowedMentions(form: Form, value: unknown): void {
  if (value === undefined || value === null) return;
  const { parse, users, roles } = asJson(value);
  const kinds = form.list(['allowed_mentions', 'parse'], parse, { max: 3 });
  for (const [index, kind] of kinds.entries())
    if (!['users', 'roles', 'everyone'].includes(String(kind)))
      form.fail(
        ['allowed_mentions', 'parse', index],
        'BASE_TYPE_CHOICES',
        "Value must be one of ('users', 'roles', 'everyone').",
      );
  for (const [key, list] of [
    ['users', users],
    ['roles', roles],
  ] as const) {
    const named = form.list(['allowed_mentions', key], list, { max: 100 });
    if (named.length > 0 && kinds.includes(key))
      form.fail(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${key}"] and ${key}: [ids...] are mutually exclusive.`,
      );
  }
}
