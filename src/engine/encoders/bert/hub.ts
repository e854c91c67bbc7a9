// The model hub or a mirror of it: what it says of a file, and its bytes, from where a cut download ended. Written against the
// headers of huggingface.co: x-repo-commit, x-linked-size and x-linked-etag (the SHA-256 of large files), else etag.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { HttpError, WrongContentError } from './hub-problems.js';
import { claimPart, type PartFile } from './part-file.js';

export interface FetchProgress {
  /** Inside the model's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly total: number;
}

export interface HubFile {
  readonly file: string;
  /** null: the hub does not say. */
  readonly size: number | null;
  readonly sha256: string | null;
  readonly etag: string;
  /** The commit that `main` stands for, so that all files come from one. */
  readonly commit: string | null;
}

export interface Hub {
  /** null: the model has no such file. */
  find(file: string, revision: string): Promise<HubFile | null>;
  /** Into `folder`, by way of a part file that a later call goes on with. */
  download(found: HubFile, folder: string, onProgress: (progress: FetchProgress) => void): Promise<void>;
}

export interface HubOptions {
  /** `https://host/`, with a slash at its end. */
  readonly address: string;
  /** `owner/name` */
  readonly id: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the first new try after a cut; twice as many before each next one. */
  readonly retryMs?: number | undefined;
}

/** New tries in a row that bring nothing. */
const MOST_TRIES = 4;
const MOST_REDIRECTS = 5;
/** Until an answer begins, and between two pieces of it. */
const SILENCE_MS = 30_000;
const PROGRESS_BYTES = 2 ** 18;

export function createHub({ address, id, signal, retryMs = 500 }: HubOptions): Hub {
  const urlOf = (file: string, revision: string): string =>
    `${address}${id}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;

  async function request(url: string, init: RequestInit, patience: Patience): Promise<Response> {
    // fetch drops the key where a redirect leads to another host.
    const token = process.env.HF_TOKEN;
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...init.headers };
    return fetch(url, { ...init, headers, signal: patience.signal });
  }

  /** What the address itself says: behind its redirect to a store the headers about the file are gone. */
  async function head(file: string, revision: string): Promise<{ response: Response; commit: string | null }> {
    let url = urlOf(file, revision);
    let commit: string | null = null;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const patience = createPatience(signal);
      try {
        const headers = { 'accept-encoding': 'identity' };
        const response = await request(url, { method: 'HEAD', redirect: 'manual', headers }, patience);
        const location = response.headers.get('location');
        commit ??= response.headers.get('x-repo-commit');
        const redirects = response.status >= 300 && response.status < 400;
        if (!redirects || location === null || response.headers.has('x-linked-etag')) return { response, commit };
        url = new URL(location, url).href;
      } finally {
        patience.end();
      }
    }
    throw new HttpError(310, file);
  }

  /** Appends to the part what is missing of it; returns its length and the whole file's. */
  async function append(found: HubFile, part: PartFile, have: number, tell: (bytes: number, total: number) => void) {
    const patience = createPatience(signal);
    const out = await open(part.path, 'a');
    try {
      const headers = { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) };
      const response = await request(urlOf(found.file, found.commit ?? 'main'), { headers }, patience);
      // The part is longer than the file: it is none of it.
      if (response.status === 416) {
        await response.body?.cancel();
        await out.truncate(0);
        return;
      }
      if (!response.ok || response.body === null) throw new HttpError(response.status, found.file);
      let bytes = have;
      if (response.status !== 206 && have > 0) {
        // It gives the whole file again.
        await out.truncate(0);
        bytes = 0;
      }
      const total = found.size ?? bytes + Number(response.headers.get('content-length') ?? 0);
      let told = bytes;
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        await out.appendFile(piece);
        patience.renew();
        bytes += piece.length;
        if (bytes - told < PROGRESS_BYTES) continue;
        told = bytes;
        tell(bytes, Math.max(total, bytes));
      }
    } finally {
      patience.end();
      await out.close();
    }
  }

  async function fill(found: HubFile, part: PartFile, tell: (bytes: number, total: number) => void): Promise<number> {
    let failures = 0;
    let have = part.bytes;
    for (;;) {
      const before = have;
      try {
        await append(found, part, have, tell);
        have = await sizeOf(part);
        if (found.size === null || have >= found.size) return have;
        // A server may end an answer early without a word.
        if (have === before) throw new Error(`${found.file} ended after ${have} of ${found.size} bytes`);
        failures = 0;
      } catch (error) {
        signal?.throwIfAborted();
        have = await sizeOf(part);
        failures = have > before ? 0 : failures + 1;
        const final = error instanceof HttpError && error.status < 500 && error.status !== 429;
        if (final || failures >= MOST_TRIES || isLocal(error)) throw error;
        await wait(retryMs * 2 ** failures, undefined, { signal });
      }
    }
  }

  return {
    async find(file, revision) {
      const { response, commit } = await head(file, revision);
      if (response.status === 404) return null;
      if (response.status >= 400) throw new HttpError(response.status, file);
      const told = (name: string): string | null => response.headers.get(name);
      const etag = (told('x-linked-etag') ?? told('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
      const size = told('x-linked-size') ?? (response.status < 300 ? told('content-length') : null);
      return {
        file,
        size: size === null ? null : Number(size),
        sha256: /^[0-9a-f]{64}$/.test(etag) ? etag : null,
        etag,
        commit,
      };
    },
    async download(found, folder, onProgress) {
      const { file, size, sha256, etag } = found;
      const target = path.join(folder, file);
      await mkdir(path.dirname(target), { recursive: true });
      const version = createHash('sha256').update(`${etag} ${size}`).digest('hex').slice(0, 12);
      const part = await claimPart(target, version);
      try {
        const bytes = await fill(found, part, (got, total) => onProgress({ file, bytes: got, total }));
        if (size !== null && bytes !== size) throw new WrongContentError(file, `${size} bytes`, `${bytes}`);
        const actual = sha256 === null ? null : await sha256Of(part.path);
        if (actual !== sha256) throw new WrongContentError(file, `the SHA-256 ${sha256}`, `${actual}`);
        await part.finish();
        onProgress({ file, bytes, total: bytes });
      } catch (error) {
        // A wrong part would be wrong again.
        await (error instanceof WrongContentError ? part.drop() : part.keep());
        throw error;
      }
    },
  };
}

const sizeOf = async (part: PartFile): Promise<number> => {
  const handle = await open(part.path, 'r');
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
};

/** Of this machine: trying again does not help. */
const isLocal = (error: unknown): boolean =>
  ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

interface Patience {
  readonly signal: AbortSignal;
  renew(): void;
  end(): void;
}

/** Gives up on a server that says nothing for a while, or when the caller does. */
function createPatience(signal: AbortSignal | undefined): Patience {
  const controller = new AbortController();
  const give = (): void => controller.abort(new Error(`the server said nothing for ${SILENCE_MS / 1000} seconds`));
  let timer = setTimeout(give, SILENCE_MS);
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    renew() {
      clearTimeout(timer);
      timer = setTimeout(give, SILENCE_MS);
    },
    end: () => clearTimeout(timer),
  };
}
