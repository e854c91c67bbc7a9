// The HTTP side: finds the route, checks the token, counts limits, injects faults, and writes down every refusal.

import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import { type Body, readBody } from './body.js';
import { serveFile } from './files.js';
import { createLimits } from './limits.js';
import { bucketOf, type Call, createRouter, type Route } from './routes/router.js';
import { asJson } from './rules/form.js';
import type { Fault, RequestRecord } from './types.js';
import { changed, recordViolation, type World } from './world.js';

const API = /^\/api\/v10(\/.*)$/;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: OutgoingHttpHeaders;
}

export function createHttpServer(world: World, routes: readonly Route[]): Server {
  const find = createRouter(routes);
  const limits = createLimits(world, world.options);

  const answer = (
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    body: Body,
  ): Answer | Promise<Answer> => {
    const hit = find(request.method ?? 'GET', path);
    if (hit === null) throw new ApiError(404, 0, '404: Not Found');
    const authenticated = request.headers.authorization !== undefined;
    if (hit.route.open !== true && request.headers.authorization !== `Bot ${world.options.token}`)
      throw new ApiError(401, 0, '401: Unauthorized');
    const { headers, refusal } = limits.check(bucketOf(hit), authenticated);
    if (refusal !== null) return { status: 429, body: refusal, headers };
    const call: Call = {
      query,
      json: asJson(body.json),
      list: Array.isArray(body.json) ? body.json : [],
      files: body.files,
      param: (name) => hit.params[name] ?? '',
    };
    const result = hit.route.handle(call);
    return { status: result === undefined ? 204 : 200, body: result, headers };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://discord');
    if (url.pathname.startsWith('/attachments/')) return serveFile(world, url.pathname, response);
    const method = request.method ?? 'GET';
    const path = API.exec(url.pathname)?.[1] ?? url.pathname;
    const decoded = decodeURIComponent(path);
    const record: RequestRecord = { method, path: decoded, json: {}, files: [], at: performance.now(), status: 0 };
    world.requests.push(record);
    const fault = takeFault(world, method, decoded);
    try {
      const body = await readBody(request);
      Object.assign(record, { json: asJson(body.json), files: body.files.map(({ name }) => name) });
      if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
      if (fault?.destroy === 'before') return void request.socket.destroy();
      if (fault?.status !== undefined) {
        record.status = fault.status;
        return send(response, { status: fault.status, body: fault.body ?? {}, headers: { ...fault.headers } });
      }
      const result = await answer(request, path, url.searchParams, body);
      record.status = result.status;
      if (fault?.destroy === 'after') return void request.socket.destroy();
      send(response, result);
    } catch (error) {
      const refusal = error instanceof ApiError ? error : new ApiError(500, 0, `Emulator error: ${String(error)}`);
      record.status = refusal.status;
      recordViolation(world, refusal, `${method} ${decoded}`);
      const { code, message, errors } = refusal;
      send(response, { status: refusal.status, body: { message, code, errors }, headers: {} });
    } finally {
      changed(world);
    }
  };

  return createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
}

function takeFault(world: World, method: string, path: string): Fault | undefined {
  const fault = world.faults.find(
    (candidate) => candidate.left > 0 && (candidate.method ?? method) === method && candidate.path.test(path),
  );
  if (fault !== undefined) fault.left--;
  return fault;
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  if (status === 204) {
    response.writeHead(204, headers);
    response.end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
