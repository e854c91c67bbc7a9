// A small model hub: serves a folder the way huggingface.co does (large files behind a redirect, their SHA-256 in a header,
// ranges), and can be told to fail.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface HubServer {
  readonly address: string;
  /** `GET model.safetensors`, `GET model.safetensors from 100`, `HEAD config.json`, … */
  readonly requests: string[];
  /** `Authorization` of each request to the hub, and to the store behind it. */
  readonly keys: { readonly hub: (string | undefined)[]; readonly store: (string | undefined)[] };
  /** What happens to the next GETs of large files: the connection is cut after so many bytes. */
  readonly cuts: number[];
  /** Answers instead of files, by status. */
  status: number | null;
  /** SHA-256 that is announced instead of the right one. */
  wrongSum: string | null;
  ranges: boolean;
  close(): Promise<void>;
}

export const COMMIT = 'c0ffee';

/** Serves `folder` as the model `id`; safetensors and ONNX files are the large ones. */
export async function startHubServer(folder: string, id: string): Promise<HubServer> {
  const store = createServer(answerStore);
  const hub = createServer(answerHub);
  await Promise.all([store, hub].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const portOf = (server: typeof hub): number => (server.address() as AddressInfo).port;
  const state: HubServer = {
    address: `http://127.0.0.1:${portOf(hub)}`,
    requests: [],
    keys: { hub: [], store: [] },
    cuts: [],
    status: null,
    wrongSum: null,
    ranges: true,
    close: async () => {
      for (const server of [store, hub]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
  return state;

  function answerHub(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const match = new RegExp(`^/${id}/resolve/(?:main|${COMMIT})/(.+)$`).exec(decodeURIComponent(url));
    const file = match?.[1] ?? '';
    state.requests.push(`${method} ${file}${headers.range ? ` from ${/\d+/.exec(headers.range)![0]}` : ''}`);
    state.keys.hub.push(headers.authorization);
    if (state.status !== null) return void response.writeHead(state.status).end();
    const at = path.join(folder, file);
    if (match === null || !existsSync(at)) return void response.writeHead(404, { 'x-repo-commit': COMMIT }).end();
    const content = readFileSync(at);
    if (!isLarge(file)) {
      const size = { 'content-length': content.length, etag: '"0123456789abcdef0123456789abcdef01234567"' };
      response.writeHead(200, { 'x-repo-commit': COMMIT, ...size });
      return void response.end(method === 'HEAD' ? undefined : content);
    }
    response.writeHead(302, {
      location: `http://127.0.0.1:${portOf(store)}/${file}`,
      'x-repo-commit': COMMIT,
      'x-linked-size': content.length,
      'x-linked-etag': `"${state.wrongSum ?? createHash('sha256').update(content).digest('hex')}"`,
    });
    response.end();
  }

  function answerStore(request: IncomingMessage, response: ServerResponse): void {
    const { url = '', headers } = request;
    state.keys.store.push(headers.authorization);
    const content = readFileSync(path.join(folder, url));
    const start = state.ranges && headers.range ? Number(/\d+/.exec(headers.range)![0]) : 0;
    const rest = content.subarray(start);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...range });
    const cut = state.cuts.shift();
    if (cut === undefined) return void response.end(rest);
    response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  }
}

const isLarge = (file: string): boolean => /\.(safetensors|onnx|bin)$/.test(file);
