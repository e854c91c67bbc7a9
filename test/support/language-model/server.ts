// A real HTTP server with OpenAI's chat completions, whose answers and faults the tests choose. It streams in small pieces cut
// anywhere, with comments and both kinds of line ends between events, as real servers and proxies do.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the next chat request meets instead of an answer. */
export type Fault =
  /** Begins to answer after `ms`. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Cut in the middle of the answer, after `pieces` pieces. */
  | { readonly kind: 'drop'; readonly pieces: number }
  | { readonly kind: 'malformed' }
  /** Never stops writing. */
  | { readonly kind: 'endless' }
  /** An error event in the middle of a stream. */
  | { readonly kind: 'error-event' }
  /** Ends without `[DONE]` and without its last blank line. */
  | { readonly kind: 'abrupt' }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    };

export interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly [field: string]: unknown;
}

export interface ModelServer {
  /** Base address, with `/v1`. */
  readonly url: string;
  /** Chat requests so far, faults included. */
  readonly requests: { readonly body: ChatBody; readonly authorization: string | undefined }[];
  /** Chances of whole answers to a request; the likeliest is given. */
  odds: (body: ChatBody) => Readonly<Record<string, number>>;
  /** Whether the server knows log-probabilities and schemas: answers, ignores the question, or refuses it. */
  logprobs: 'yes' | 'ignored' | 'refused';
  schemas: 'yes' | 'ignored' | 'refused';
  /** Sent once each, in order. */
  faults: Fault[];
  close(): Promise<void>;
}

export interface ModelServerOptions {
  readonly key?: string;
  readonly model?: string;
}

export async function startModelServer({ key, model = 'test-model' }: ModelServerOptions = {}): Promise<ModelServer> {
  const server: Omit<ModelServer, 'url' | 'close'> = {
    requests: [],
    odds: () => ({ 'Hello there.': 1 }),
    logprobs: 'yes',
    schemas: 'yes',
    faults: [],
  };
  const http = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    if (key !== undefined && authorization !== `Bearer ${key}`) {
      return fail(response, 401, `Incorrect API key provided: ${authorization}`);
    }
    if (request.url === '/v1/models') return json(response, { object: 'list', data: [{ id: model }] });
    if (request.url !== '/v1/chat/completions') return fail(response, 404, 'no such path');
    const body = JSON.parse(await textOf(request)) as ChatBody;
    server.requests.push({ body, authorization });
    const fault = server.faults.shift();
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, fault.headers ?? {}).end(fault.body);
      return;
    }
    if (body.model !== model) return fail(response, 404, `The model "${body.model}" does not exist`, 'model_not_found');
    if (body.logprobs !== undefined && server.logprobs === 'refused')
      return fail(response, 400, 'logprobs is not supported');
    if (body.response_format !== undefined && server.schemas === 'refused') return fail(response, 400, 'bad request');
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const odds = oddsFor(body);
    const answer = Object.keys(odds).reduce((best, text) => (odds[text]! > odds[best]! ? text : best));
    await (body.stream === true ? stream(response, answer, fault) : whole(response, body, odds, answer, fault));
  }

  function oddsFor(body: ChatBody): Readonly<Record<string, number>> {
    const odds = server.odds(body);
    const format = body.response_format as { json_schema: { schema: { properties: { answer: { enum: string[] } } } } };
    if (format === undefined || server.schemas !== 'yes') return odds;
    const allowed = format.json_schema.schema.properties.answer.enum;
    const best = Object.keys(odds).filter((text) => allowed.includes(text));
    const answer = best.sort((a, b) => odds[b]! - odds[a]!)[0] ?? allowed[0]!;
    return { [JSON.stringify({ answer })]: 1 };
  }

  async function whole(
    response: ServerResponse,
    body: ChatBody,
    odds: Readonly<Record<string, number>>,
    answer: string,
    fault: Fault | undefined,
  ): Promise<void> {
    if (fault?.kind === 'malformed') return void response.writeHead(200, JSON_TYPE).end('{"choices": [{"mess');
    if (fault?.kind === 'drop') {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 });
      response.write('{"choices": [');
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.destroy();
      return;
    }
    const logprobs = body.logprobs === true && server.logprobs === 'yes' ? { content: positionsOf(odds) } : null;
    json(response, {
      choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop', logprobs }],
      usage: { prompt_tokens: 11, completion_tokens: 3 },
    });
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return Object.assign(server, {
    url: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const json = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, JSON_TYPE).end(JSON.stringify(value));
};
const fail = (response: ServerResponse, status: number, message: string, code: string | null = null): void => {
  response.writeHead(status, JSON_TYPE).end(JSON.stringify({ error: { message, code, type: 'error' } }));
};

async function stream(response: ServerResponse, answer: string, fault: Fault | undefined): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = async (text: string): Promise<void> => {
    const data = Buffer.from(text);
    // Seven bytes at a time cut lines, events and characters.
    for (let at = 0; at < data.length; at += 7) response.write(data.subarray(at, at + 7));
    await new Promise((resolve) => setImmediate(resolve));
  };
  const event = (value: unknown, end = '\n\n'): string => `data: ${JSON.stringify(value)}${end}`;
  const piece = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  const pieces = tokensOf(answer);
  await send(': connected\r\n\r\n');
  if (fault?.kind === 'endless') {
    while (!response.destroyed && !response.writableEnded) {
      await send(event(piece('more and more ')));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return;
  }
  for (const [i, content] of pieces.entries()) {
    if (fault?.kind === 'drop' && i === fault.pieces) return void response.destroy();
    if (fault?.kind === 'malformed' && i === 1) await send('data: {"choices": [{"del\n\n');
    if (fault?.kind === 'error-event' && i === 1) await send(event({ error: { message: 'out of memory' } }));
    await send(i % 2 === 0 ? event(piece(content), '\r\n\r\n') : event(piece(content)));
  }
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  if (fault?.kind === 'abrupt') return void response.end(event(last, ''));
  await send(event(last));
  await send(event({ choices: [], usage: { prompt_tokens: 11, completion_tokens: pieces.length } }));
  response.end('data: [DONE]\n\n');
}

/** Four characters a token. */
const tokensOf = (text: string): string[] => text.match(/[\s\S]{1,4}/gu) ?? [];

/** The likeliest answer token by token, with what else could have stood at each place. */
function positionsOf(odds: Readonly<Record<string, number>>): unknown[] {
  const END = '<|im_end|>';
  let live = Object.entries(odds).map(([text, chance]) => ({ tokens: [...tokensOf(text), END], chance }));
  const positions: unknown[] = [];
  for (let at = 0; ; at++) {
    const total = live.reduce((sum, { chance }) => sum + chance, 0);
    const chances = new Map<string, number>();
    for (const { tokens, chance } of live) chances.set(tokens[at]!, (chances.get(tokens[at]!) ?? 0) + chance / total);
    const top = [...chances]
      .sort((a, b) => b[1] - a[1])
      .map(([token, chance]) => ({ token, logprob: Math.log(chance), bytes: [...Buffer.from(token)] }));
    const best = top[0]!;
    if (best.token === END) return positions;
    positions.push({ ...best, top_logprobs: top });
    live = live.filter(({ tokens }) => tokens[at] === best.token);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
