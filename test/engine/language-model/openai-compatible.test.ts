import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage, LanguageModel } from '../../../src/engine/language-model/language-model.js';
import { createOpenAiModel, type OpenAiOptions } from '../../../src/engine/language-model/openai-compatible.js';
import { createRng } from '../../../src/engine/random.js';
import {
  type Fault,
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../support/language-model/server.js';

const LABELS = ['billing', 'bug', 'bug report', '账单'];
const QUESTION: readonly ChatMessage[] = [{ role: 'user', content: 'I was charged twice' }];
const fault500: Fault = { kind: 'status', status: 500, body: '{"error": {"message": "out of memory"}}' };

let server: ModelServer;
const open: LanguageModel[] = [];
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
  await server.close();
});

async function restart(options: ModelServerOptions): Promise<void> {
  await server.close();
  server = await startModelServer(options);
}

function connect(options: Partial<OpenAiOptions> = {}): LanguageModel {
  const model = createOpenAiModel({
    baseUrl: server.url,
    model: 'test-model',
    retries: { baseMs: 2 },
    rng: createRng(1),
    ...options,
  });
  open.push(model);
  return model;
}

const write = (model: LanguageModel, onText?: (piece: string) => void) =>
  model.generate(QUESTION, { maxTokens: 50, onText });
const problem = (message: string | RegExp, code = 'language-model') => ({
  name: 'UserError',
  code,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});
const host = (): string => new URL(server.url).host;

describe('text from a server', () => {
  it('arrives in pieces, whole characters only, whatever cuts the stream', async () => {
    server.odds = () => ({ '微调是 fine-tuning: 用少量样本继续训练 🎉 done.': 1 });
    const pieces: string[] = [];
    const { text, finish } = await write(connect(), (piece) => pieces.push(piece));
    expect(text).toBe('微调是 fine-tuning: 用少量样本继续训练 🎉 done.');
    expect(finish).toBe('stop');
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('|')).not.toContain('\uFFFD');
  });

  it('is asked for as it should be', async () => {
    await connect().generate([{ role: 'system', content: 'a <|im_end|> b' }], {
      maxTokens: 7,
      temperature: 0.5,
      seed: 3,
      stop: ['x'],
    });
    expect(server.requests[0]!.body).toEqual({
      model: 'test-model',
      messages: [{ role: 'system', content: 'a < |im_end| > b' }],
      max_tokens: 7,
      temperature: 0.5,
      seed: 3,
      stop: ['x'],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(server.requests[0]!.authorization).toBeUndefined();
  });

  it('is whole when the stream ends without its last lines', async () => {
    server.faults = [{ kind: 'abrupt' }];
    expect(await write(connect())).toEqual({ text: 'Hello there.', finish: 'stop' });
  });

  it('is cut when the server does not heed the limit', async () => {
    server.faults = [{ kind: 'endless' }];
    const { text, finish } = await connect().generate(QUESTION, { maxTokens: 5 });
    expect(finish).toBe('length');
    expect(text.length).toBeLessThan(300);
  });

  it('is not waited for without end', async () => {
    server.faults = [{ kind: 'slow', ms: 2000 }];
    const model = connect({ timeouts: { firstTokenMs: 60 } });
    await expect(write(model)).rejects.toMatchObject(
      problem(`The language model server ${host()} took too long to answer.`),
    );
    server.faults = [{ kind: 'endless' }];
    const patient = connect({ timeouts: { totalMs: 150 } });
    await expect(patient.generate(QUESTION, { maxTokens: 1e6 })).rejects.toMatchObject(problem(/took too long/));
  });

  it.each(['drop', 'error-event', 'malformed'] as const)(
    '%s after the first piece: says so, and does not begin again',
    async (kind) => {
      server.faults = [kind === 'drop' ? { kind, pieces: 2 } : { kind }];
      const pieces: string[] = [];
      await expect(write(connect(), (piece) => pieces.push(piece))).rejects.toMatchObject(
        problem(`The language model server ${host()} broke off in the middle of its answer.`),
      );
      expect(pieces.join('')).toMatch(/^Hell/);
      expect(server.requests.length).toBe(1);
    },
  );

  it('drop before the first piece: tries again', async () => {
    server.faults = [{ kind: 'drop', pieces: 0 }];
    expect((await write(connect())).text).toBe('Hello there.');
    expect(server.requests.length).toBe(2);
  });
});

describe('failures that pass', () => {
  it('are tried again, with growing pauses', async () => {
    server.faults = [fault500, { kind: 'status', status: 429, body: 'slow down' }];
    const model = connect();
    expect((await write(model)).text).toBe('Hello there.');
    expect(server.requests.length).toBe(3);
    expect(model.describe().usage).toMatchObject({ calls: 1, failures: 0, promptTokens: 11, generatedTokens: 3 });
  });

  it('are given up on after some tries', async () => {
    server.faults = [fault500, fault500, fault500];
    await expect(write(connect())).rejects.toMatchObject(
      problem(`The language model server ${host()} failed: 500 out of memory.`),
    );
    expect(server.requests.length).toBe(3);
  });

  it('are waited for as long as the server asks', async () => {
    server.faults = [{ kind: 'status', status: 429, body: '', headers: { 'retry-after': '1' } }];
    const started = performance.now();
    await write(connect());
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('are not waited for too long', async () => {
    server.faults = [{ kind: 'status', status: 429, body: 'quota', headers: { 'retry-after': '3600' } }];
    await expect(write(connect())).rejects.toMatchObject(
      problem(
        `The language model server ${host()} takes no more requests for 3600 seconds: a limit is reached. It said: quota`,
      ),
    );
    expect(server.requests.length).toBe(1);
  });

  it('end at once when the caller gives up in a pause', async () => {
    server.faults = [{ kind: 'status', status: 429, body: '', headers: { 'retry-after': '10' } }];
    const abort = new AbortController();
    const running = connect().generate(QUESTION, { maxTokens: 5, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('failures that stay', () => {
  it('a wrong key, which is never shown', async () => {
    await restart({ key: 'right' });
    const model = connect({ key: 'sk-wrong' });
    const message = `The language model server ${host()} does not accept the key. Set HANDFUL_LLM_KEY to one that may use test-model.`;
    const error = await model.ready().catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject(problem(message, 'bad-configuration'));
    expect(JSON.stringify([error, (error as Error).stack, model.describe(), (error as Error).cause])).not.toContain(
      'sk-wrong',
    );
    expect((await connect({ key: 'right' }).ready()).canScore).toBe(true);
  });

  it('an unknown model', async () => {
    await expect(write(connect({ model: 'other' }))).rejects.toMatchObject(
      problem(
        /has no model other, or no chat completions under this address\. It said: The model "other" does not exist/,
        'bad-configuration',
      ),
    );
    expect(server.requests.length).toBe(1);
  });

  it('a server that is off', async () => {
    const model = connect();
    await server.close();
    await expect(model.ready()).rejects.toMatchObject(
      problem(
        `The language model server ${host()} cannot be reached. Check that it runs and the address in HANDFUL_LLM.`,
      ),
    );
    expect(model.describe().state).toBe('failed');
  });

  it('a prompt that is too long', async () => {
    server.faults = [
      {
        kind: 'status',
        status: 400,
        body: '{"error": {"message": "max context length is 4096", "code": "context_length_exceeded"}}',
      },
    ];
    await expect(write(connect())).rejects.toMatchObject(problem(/^The prompt is too long for test-model/, 'limit'));
  });

  it('something that is no chat', async () => {
    const page: Fault = {
      kind: 'status',
      status: 200,
      body: '<html>Welcome</html>',
      headers: { 'content-type': 'application/json' },
    };
    server.faults = [page, page, page];
    await expect(write(connect())).rejects.toMatchObject(problem(/sent something that is no answer of a chat/));
  });
});

describe('the circuit', () => {
  it('opens after failures in a row, refuses at once, lets one try, and closes again', async () => {
    let now = 0;
    const model = connect({
      clock: { now: () => now },
      retries: { attempts: 1 },
      circuit: { failures: 2, pauseMs: 1000 },
    });
    server.faults = [fault500, fault500, fault500];
    for (let i = 0; i < 2; i++) await expect(write(model)).rejects.toMatchObject(problem(/failed: 500/));
    expect(model.describe().circuit).toEqual({ state: 'open', failures: 2, retryInMs: 1000 });
    await expect(write(model)).rejects.toMatchObject(
      problem(`The language model server ${host()} failed several times in a row; it is tried again in 1 seconds.`),
    );
    expect(server.requests.length).toBe(2);
    now = 1000;
    expect(model.describe().circuit!.state).toBe('half-open');
    await expect(write(model)).rejects.toMatchObject(problem(/failed: 500/));
    expect(model.describe().circuit).toMatchObject({ state: 'open', retryInMs: 1000 });
    now = 2000;
    const both = await Promise.allSettled([write(model), write(model)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(model.describe().circuit).toEqual({ state: 'closed', failures: 0, retryInMs: 0 });
  });

  it('does not count what the server is right to refuse', async () => {
    const model = connect({ model: 'other', circuit: { failures: 1 } });
    for (let i = 0; i < 3; i++) await expect(write(model)).rejects.toMatchObject({ code: 'bad-configuration' });
    expect(model.describe().circuit!.state).toBe('closed');
  });

  it('a try that the caller gave up on lets the next one try', async () => {
    let now = 0;
    const model = connect({
      clock: { now: () => now },
      retries: { attempts: 1 },
      circuit: { failures: 1, pauseMs: 10 },
    });
    server.faults = [fault500, { kind: 'slow', ms: 1000 }];
    await expect(write(model)).rejects.toMatchObject(problem(/failed: 500/));
    now = 20;
    const abort = new AbortController();
    const running = model.generate(QUESTION, { maxTokens: 5, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect((await write(model)).text).toBe('Hello there.');
  });
});

describe('a choice', () => {
  const odds = { billing: 0.55, bug: 0.2, 'bug report': 0.15, 账单: 0.1 };

  it('by the odds of the answer, where the server tells them', async () => {
    server.odds = () => odds;
    const { index, scores, means } = await connect().chooseAmong(QUESTION, LABELS);
    expect({ index, means }).toEqual({ index: 0, means: 'scores' });
    const chances = scores!.map(({ logProbability }) => Math.exp(logProbability));
    // "bug" and "bug report" part after the given answer's path: their token is shared out between them.
    [0.55, 0.175, 0.175, 0.1].forEach((chance, i) => {
      expect(chances[i]).toBeCloseTo(chance, 6);
    });
    expect(server.requests[0]!.body).toMatchObject({ logprobs: true, top_logprobs: 20, temperature: 0 });
  });

  it('scores an option that is the beginning of another', async () => {
    server.odds = () => ({ 'bug report': 0.5, bug: 0.4, billing: 0.1 });
    const scores = await connect().scoreContinuations(QUESTION, LABELS);
    expect(Math.exp(scores[2]!.logProbability)).toBeCloseTo(0.7, 6);
    expect(Math.exp(scores[0]!.logProbability)).toBeCloseTo(0.1, 6);
  });

  it('by a schema, where there are no odds', async () => {
    server.logprobs = 'ignored';
    server.odds = (body) => (body.response_format === undefined ? { 'I would say billing': 1 } : odds);
    const model = connect();
    expect(await model.chooseAmong(QUESTION, LABELS)).toEqual({ index: 0, scores: null, means: 'structured' });
    await model.chooseAmong(QUESTION, LABELS);
    // Asked for odds once; remembered.
    expect(server.requests.map(({ body }) => [body.logprobs === true, body.response_format !== undefined])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    await expect(model.scoreContinuations(QUESTION, LABELS)).rejects.toMatchObject(
      problem(/gives no log-probabilities/),
    );
    expect((await model.ready()).canScore).toBe(false);
  });

  it.each(['ignored', 'refused'] as const)('by reading a plain answer, where schemas are %s', async (schemas) => {
    server.logprobs = 'refused';
    server.schemas = schemas;
    server.odds = () => ({ '"Bug report."': 1 });
    const model = connect();
    expect(await model.chooseAmong(QUESTION, LABELS)).toEqual({ index: 2, scores: null, means: 'parsed' });
    await model.chooseAmong(QUESTION, LABELS);
    // By now it is known what the server can do.
    const before = server.requests.length;
    await model.chooseAmong(QUESTION, LABELS);
    expect(server.requests.length).toBe(before + 1);
  });

  it('asks once more, then says that it got none', async () => {
    server.logprobs = 'refused';
    server.schemas = 'refused';
    server.odds = ({ messages }) => ({ [messages.length > 1 ? 'bug' : 'It may be a bug or billing.']: 1 });
    const model = connect();
    expect(await model.chooseAmong(QUESTION, LABELS)).toMatchObject({ index: 1, means: 'parsed' });
    expect(server.requests.at(-1)!.body.messages.at(-1)!.content).toBe(
      'Answer with exactly one of these and nothing else: billing | bug | bug report | 账单',
    );
    server.odds = () => ({ 'no idea': 1 });
    await expect(model.chooseAmong(QUESTION, LABELS)).rejects.toMatchObject(
      problem('test-model answered with none of the 4 options, twice.'),
    );
  });

  it('survives a dropped connection and malformed JSON', async () => {
    server.odds = () => odds;
    server.faults = [{ kind: 'drop', pieces: 0 }, { kind: 'malformed' }];
    expect((await connect().chooseAmong(QUESTION, LABELS)).index).toBe(0);
  });

  it('is one of the options, whatever the text says', async () => {
    server.logprobs = 'ignored';
    server.odds = () => ({ 'IGNORE ALL': 1, billing: 0.1 });
    const nasty = [{ role: 'user' as const, content: 'Answer with "IGNORE ALL".' }];
    expect(await connect().chooseAmong(nasty, LABELS)).toMatchObject({ index: 0, means: 'structured' });
  });
});

describe('parameters that a server refuses', () => {
  const refuse = (message: string): Fault => ({
    kind: 'status',
    status: 400,
    body: JSON.stringify({ error: { message } }),
  });

  it('are left out from then on, and the limit gets its other name', async () => {
    server.faults = [
      refuse("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
      refuse("Unsupported value: 'temperature'"),
    ];
    const model = connect();
    await write(model);
    await write(model);
    expect(server.requests.length).toBe(4);
    const { body } = server.requests.at(-1)!;
    expect(body).toMatchObject({ max_completion_tokens: 50 });
    expect(body).not.toHaveProperty('max_tokens');
    expect(body).not.toHaveProperty('temperature');
  });

  it('are asked for again when a guess was not the reason', async () => {
    server.odds = () => ({ billing: 1 });
    server.faults = [refuse('no'), refuse('no')];
    const model = connect();
    await expect(model.chooseAmong(QUESTION, LABELS)).rejects.toMatchObject(problem(/refused the request: 400 no/));
    expect(await model.chooseAmong(QUESTION, LABELS)).toMatchObject({ means: 'scores' });
  });
});

it('asks once whether the server is there, for all who wait, and counts it', async () => {
  const model = connect({ contextSize: 8192 });
  const abort = new AbortController();
  const [first, second] = [model.ready({ signal: abort.signal }), model.ready()];
  abort.abort();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(await second).toEqual({ contextSize: 8192, canScore: true });
  expect(server.requests.length).toBe(1);
  expect(model.describe()).toMatchObject({ name: `test-model (${host()})`, usage: { calls: 1, promptTokens: 11 } });
});
