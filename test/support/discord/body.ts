// Bodies of requests: JSON, or multipart with `payload_json` and `files[n]`.

import type { IncomingMessage } from 'node:http';
import { RESTJSONErrorCodes } from 'discord.js';
import { ApiError } from './api-error.js';

export interface UploadedFile {
  /** The n of files[n]. */
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly data: Buffer;
}

export interface Body {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    return { json: raw.length === 0 ? {} : parse(raw.toString('utf8')), files: [] };
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
  let json: unknown = {};
  const files: UploadedFile[] = [];
  for (const [key, value] of form) {
    if (typeof value === 'string') {
      if (key === 'payload_json') json = parse(value);
      continue;
    }
    files.push({
      index: Number(/\[(\d+)\]/.exec(key)?.[1] ?? 0),
      name: value.name,
      type: value.type,
      data: Buffer.from(await value.arrayBuffer()),
    });
  }
  return { json, files };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(
      400,
      RESTJSONErrorCodes.RequestBodyContainsInvalidJSON,
      'The request body contains invalid JSON.',
    );
  }
}
