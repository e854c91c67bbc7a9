// Files in Discord: what comes as an attachment, checked before it is fetched, and what goes out with the reply.

import { AttachmentBuilder } from 'discord.js';
import { MAX_FILE_BYTES } from '../../engine/index.js';
import { createSay, type Language } from '../catalogue/index.js';
import { fail } from '../fail.js';
import { createFormat } from '../format.js';
import type { Files } from '../services.js';

/** What Discord tells of an attachment before anything is downloaded. */
export interface AttachmentInfo {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly url: string;
}

export interface DiscordFiles extends Files {
  /** What was written, for the reply. */
  readonly outbox: AttachmentBuilder[];
}

/** Discord's own limit for a bot without a boosted server. */
const DEFAULT_UPLOAD_BYTES = 10 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;
const READABLE = /\.(csv|tsv|jsonl|ndjson|json|txt|md)$/i;

export function createDiscordFiles(
  language: Language,
  { attachments, uploadBytes = DEFAULT_UPLOAD_BYTES }: { attachments: readonly AttachmentInfo[]; uploadBytes?: number },
): DiscordFiles {
  const say = createSay(language);
  const format = createFormat(say);
  const reasonOf = (error: unknown): string => {
    if (error instanceof Refused) return error.message;
    const late = error instanceof Error && error.name === 'TimeoutError';
    return late
      ? say('discord.fetchSlow', { time: format.duration(FETCH_TIMEOUT_MS / 1000) })
      : say('discord.fetchBroken');
  };
  const outbox: AttachmentBuilder[] = [];
  return {
    outbox,
    open: async (id) => {
      const attachment = attachments.find((candidate) => candidate.id === id);
      if (attachment === undefined) throw fail(say, 'bad-file', say('discord.fileNotAttached'));
      const { name: file, size, url } = attachment;
      if (!READABLE.test(file)) throw fail(say, 'bad-file', say('discord.fileType', { file }));
      if (size === 0) throw fail(say, 'bad-file', say('discord.fileEmpty', { file }));
      if (size > MAX_FILE_BYTES) {
        const values = { file, found: format.bytes(size), limit: format.bytes(MAX_FILE_BYTES) };
        throw fail(say, 'bad-file', say('discord.fileTooLarge', values));
      }
      const content = await download(url, size).catch((error: unknown) => {
        throw fail(say, 'bad-file', say('discord.fileGone', { file, why: reasonOf(error) }));
      });
      return { name: file, source: content };
    },
    write: async (name, content) => {
      const bytes = Buffer.from(content);
      if (bytes.length > uploadBytes) {
        const values = { file: name, found: format.bytes(bytes.length), limit: format.bytes(uploadBytes) };
        throw fail(say, 'limit', say('discord.exportTooLarge', values));
      }
      outbox.push(new AttachmentBuilder(bytes, { name }));
      return name;
    },
    writeFolder: async (_, files) => {
      const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (total > uploadBytes) {
        const values = { found: format.bytes(total), limit: format.bytes(uploadBytes) };
        throw fail(say, 'limit', say('discord.folderTooLarge', values));
      }
      for (const { path, bytes } of files) outbox.push(new AttachmentBuilder(Buffer.from(bytes), { name: path }));
      return format.list(files.map(({ path }) => path));
    },
  };
}

/** Says why in figures alone. */
class Refused extends Error {}

/** Never reads more than Discord said the file has. */
async function download(url: string, size: number): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok || response.body === null) throw new Refused(String(response.status));
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body) {
    read += chunk.length;
    if (read > size) throw new Refused(`> ${size} B`);
    chunks.push(chunk);
  }
  if (read < size) throw new Refused(`${read} / ${size} B`);
  return Buffer.concat(chunks);
}
