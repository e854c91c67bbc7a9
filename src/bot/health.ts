// GET /healthz for whatever supervises a Handful: 200 when every check passes, 503 with the names of those that do not. Says
// nothing of people or spaces.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type Engine, type Store, UserError } from '../engine/index.js';
import type { Log } from './log.js';

/** Rejects when something is wrong. */
export type Check = () => Promise<void>;

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

export interface HealthOptions {
  readonly port: number;
  readonly checks: Readonly<Record<string, Check>>;
  readonly log: Log;
  readonly timeoutMs?: number;
}

/** A check that takes longer has failed; supervisors give up about then. */
const TIMEOUT_MS = 2_000;

/** Listens on every interface; throws a UserError `bad-configuration` when the port cannot be had. */
export async function startHealth({ port, checks, log, timeoutMs = TIMEOUT_MS }: HealthOptions): Promise<Health> {
  let checking: Promise<string[]> | null = null;
  let before = '';
  /** Names of what is wrong. Requests at the same moment share one look. */
  const look = (): Promise<string[]> => {
    checking ??= failedOf(checks, timeoutMs).finally(() => {
      checking = null;
    });
    return checking;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/healthz') return send(request, response, 404, { status: 'not found' });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(request, response, 405, { status: 'method not allowed' });
    }
    const wrong = await look();
    if (wrong.join() !== before) {
      before = wrong.join();
      if (wrong.length > 0) log.warn('unhealthy', { wrong: before });
      else log.info('healthy again');
    }
    if (wrong.length > 0) return send(request, response, 503, { status: 'failing', wrong });
    return send(request, response, 200, { status: 'ok', uptimeSeconds: Math.floor(process.uptime()) });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.bug('healthz', error);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    server.listen(port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** That the store takes a write and that the engine answers. */
export function ownChecks({
  store,
  engine,
}: {
  store: Store;
  engine: Pick<Engine, 'describe'>;
}): Record<string, Check> {
  const health = store.keySpace('health', z.number());
  return {
    store: () => store.batch([health.put('last', Date.now())]),
    engine: async () => void (await engine.describe()),
  };
}

async function failedOf(checks: HealthOptions['checks'], timeoutMs: number): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ((await passes(check, timeoutMs)) ? [] : [name])),
  );
  return results.flat();
}

async function passes(check: Check, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const passed = Promise.resolve()
    .then(check)
    .then(
      () => true,
      () => false,
    );
  try {
    return await Promise.race([passed, late]);
  } finally {
    clearTimeout(timer);
  }
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function cannotListen(port: number, error: NodeJS.ErrnoException): UserError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'another program uses that port'
      : error.code === 'EACCES'
        ? 'this user may not use that port'
        : (error.code ?? error.message);
  return new UserError(
    'bad-configuration',
    `HANDFUL_PORT is ${port}: ${why}. Set HANDFUL_PORT to a free port (above 1023), or leave it out for no health check.`,
    { details: { port }, cause: error },
  );
}
