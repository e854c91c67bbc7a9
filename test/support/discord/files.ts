// Attachments and how they are served: whole, gone, cut short or slow.

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadedFile } from './body.js';
import type { Attachment, Upload } from './types.js';
import type { World } from './world.js';

export interface StoredFile {
  readonly path: string;
  readonly attachment: Attachment;
  gone: boolean;
  truncateAt: number | undefined;
  delayMs: number;
}

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl',
  png: 'image/png',
  svg: 'image/svg+xml',
};

export function storeUpload(world: World, channelId: string, upload: Upload, description?: string): StoredFile {
  const id = world.ids.next();
  const data = typeof upload.data === 'string' ? Buffer.from(upload.data) : Buffer.from(upload.data);
  const path = `/attachments/${channelId}/${id}/${encodeURIComponent(upload.name)}`;
  const attachment: Attachment = {
    id,
    name: upload.name,
    size: upload.size ?? data.length,
    contentType: upload.contentType ?? TYPES[upload.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    description: description ?? null,
    url: world.origin + path,
    data,
    text: () => data.toString('utf8'),
  };
  const file: StoredFile = {
    path,
    attachment,
    gone: upload.gone ?? false,
    truncateAt: upload.truncateAt,
    delayMs: upload.delayMs ?? 0,
  };
  world.files.set(path, file);
  return file;
}

/** A file that the bot sent; Discord replaces characters that are unsafe in names. */
export const storeSent = (world: World, channelId: string, file: UploadedFile, description?: string): StoredFile =>
  storeUpload(
    world,
    channelId,
    { name: file.name.replaceAll(/[^\p{L}\p{N}._()-]/gu, '_'), data: file.data },
    description,
  );

export const attachmentPayload = (attachment: Attachment) => ({
  id: attachment.id,
  filename: attachment.name,
  size: attachment.size,
  url: attachment.url,
  proxy_url: attachment.url,
  content_type: attachment.contentType,
  ...(attachment.description === null ? {} : { description: attachment.description }),
});

export async function serveFile(world: World, path: string, response: ServerResponse): Promise<void> {
  const file = world.files.get(path);
  if (file !== undefined && file.delayMs > 0) await sleep(file.delayMs);
  if (file === undefined || file.gone) {
    response.writeHead(404, { 'content-type': 'text/plain;charset=UTF-8' });
    response.end('This content is no longer available.');
    return;
  }
  const { data, contentType } = file.attachment;
  response.writeHead(200, { 'content-type': contentType, 'content-length': data.length });
  if (file.truncateAt === undefined) {
    response.end(data);
    return;
  }
  response.write(data.subarray(0, file.truncateAt), () => response.destroy());
}
