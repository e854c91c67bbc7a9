import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type AnswererSource,
  type CascadeRequest,
  type CascadeResult,
  createEngine,
  decodeCheckpoint,
  type Engine,
  type EngineOptions,
  type TaskData,
  type TrainEvent,
} from '../../src/engine/index.js';
import { expectWellFormed } from '../contracts/answerer.js';
import { support, supportQuestions, supportZh, supportZhQuestions } from '../support/tasks.js';

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function open(options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({ encoder: 'hashing', backend: 'cpu', trainingThreads: 1, ...options });
  engines.push(engine);
  return engine;
}

/** A source that counts how often it is loaded. */
function sourceOf(key: string, data: TaskData | Uint8Array): AnswererSource & { loads: number } {
  const source = {
    key,
    loads: 0,
    ...(data instanceof Uint8Array ? { kind: 'checkpoint' as const } : { kind: 'in-context' as const }),
    load: async () => {
      source.loads++;
      return data as never;
    },
  };
  return source;
}

const requestOf = (changes: Partial<CascadeRequest> = {}): CascadeRequest => ({
  data: support,
  methods: ['head'],
  incumbent: 'in-context',
  target: 0.9,
  seed: 0,
  budgetSeconds: 120,
  ...changes,
});

const questions = Object.keys(supportQuestions);
const answers = Object.values(supportQuestions);
const names = (data: TaskData): string[] => data.labels.map(({ name }) => name);

/** A trained checkpoint; the cascade may prefer the in-context answerer, which has none. */
async function trainHead(engine: Engine): Promise<CascadeResult & { head: Uint8Array }> {
  const result = await engine.runCascade(requestOf({ exhaustive: true }));
  return { ...result, head: result.checkpoints.head! };
}

describe('an engine', () => {
  const engine = open();

  it('refuses an encoder that does not exist', () => {
    expect(() => createEngine({ encoder: 'magic', backend: 'auto' })).toThrow(
      expect.objectContaining({
        name: 'UserError',
        code: 'bad-configuration',
        message:
          'There is no encoder "magic". Expected one of embedded, use-lite, static-en-zh, hashing, a folder of a sentence encoder, or its hub id (owner/name).',
      }),
    );
  });

  it('describes itself', async () => {
    expect(await engine.describe()).toMatchObject({ encoder: 'hashing', backend: { name: 'cpu', better: [] } });
  });

  it('predicts in context, in the order of the texts', async () => {
    const predictions = await engine.predict(sourceOf('order', support), questions);
    expect(predictions.map(({ closest }) => closest)).toEqual(answers);
    for (const prediction of predictions) expectWellFormed(prediction, names(support), 'in-context');
  });

  it('loads a source once a key', async () => {
    const [first, second] = [sourceOf('first', support), sourceOf('second', support)];
    for (let i = 0; i < 3; i++) await engine.predict(first, questions);
    await engine.predict(second, questions);
    await engine.predict(first, questions);
    expect([first.loads, second.loads]).toEqual([1, 1]);
  });

  it('does not load for no texts', async () => {
    const source = sourceOf('none', support);
    expect(await engine.predict(source, [])).toEqual([]);
    expect(source.loads).toBe(0);
  });

  it('answers many at the same time, each with its own', async () => {
    const swapped = {
      ...support,
      examples: support.examples.map(({ text, label }) => ({ text, label: label === 'bug' ? 'praise' : 'bug' })),
    };
    const [plain, other] = [sourceOf('plain', support), sourceOf('swapped', swapped)];
    const crash = ['the app crashes when I open settings'];
    const both = await Promise.all(
      Array.from({ length: 20 }, (_, i) => engine.predict(i % 2 === 0 ? plain : other, crash)),
    );
    expect(both.map(([prediction]) => prediction!.closest)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'bug' : 'praise')),
    );
  });

  it('answers more texts than it works on at once', async () => {
    const texts = Array.from({ length: 150 }, (_, i) => questions[i % 3]!);
    const predictions = await engine.predict(sourceOf('many', support), texts);
    expect(predictions.map(({ closest }) => closest)).toEqual(texts.map((text) => supportQuestions[text]));
  });

  it('passes on what a load throws, and tries again the next time', async () => {
    const failing: AnswererSource = {
      kind: 'in-context',
      key: 'failing',
      load: () => {
        throw new Error('the store is gone');
      },
    };
    await expect(engine.predict(failing, questions)).rejects.toThrow('the store is gone');
    const [prediction] = await engine.predict(sourceOf('failing', support), questions.slice(0, 1));
    expect(prediction!.closest).toBe(answers[0]);
  });

  it('says that a checkpoint is damaged, as a UserError, and answers on', async () => {
    const damaged = sourceOf('damaged', Uint8Array.from([1, 2, 3]));
    await expect(engine.predict(damaged, questions)).rejects.toMatchObject({
      name: 'UserError',
      code: 'damaged',
      message: 'This is not a Handful checkpoint.',
    });
    expect((await engine.predict(sourceOf('order', support), questions)).length).toBe(3);
  });

  it('ends a cancelled prediction as a UserError, while others are answered and what was loaded stays', async () => {
    const abort = new AbortController();
    const source = sourceOf('stays', support);
    await engine.predict(source, questions);
    const cancelled = engine.predict(source, questions, { signal: abort.signal });
    const others = Promise.all([engine.predict(source, questions), engine.predict(source, questions)]);
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ name: 'UserError', code: 'cancelled' });
    expect((await others).flat().map(({ closest }) => closest)).toEqual([...answers, ...answers]);
    await expect(engine.predict(source, questions, { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(source.loads).toBe(1);
  });
});

describe('a cascade in threads', () => {
  const engine = open();

  it('trains what then answers, and its progress rises', async () => {
    const events: TrainEvent[] = [];
    const { record, checkpoints } = await engine.runCascade(requestOf({ exhaustive: true }), {
      onEvent: (event) => events.push(event),
    });
    expect(record.rungs.map(({ method, status }) => [method, status])).toEqual([
      ['in-context', 'measured'],
      ['head', 'measured'],
    ]);
    expect(record).toMatchObject({ encoder: 'hashing', backend: 'cpu', examples: 12 });
    const percents = events.flatMap((event) => (event.kind === 'progress' ? [event.percent] : []));
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    const source = sourceOf('head', checkpoints.head!);
    const predictions = await engine.predict(source, questions);
    expect(predictions.map(({ closest }) => closest)).toEqual(answers);
    for (const prediction of predictions) expectWellFormed(prediction, names(support), 'head');
    await engine.predict(source, questions);
    expect(source.loads).toBe(1);
  });

  it('gives the same bytes for the same seed', async () => {
    const [first, second] = [await trainHead(engine), await trainHead(engine)];
    expect(Buffer.compare(first.head, second.head)).toBe(0);
  });

  it('says that examples are too few, as a UserError', async () => {
    const data = { ...support, examples: support.examples.slice(0, 5) };
    await expect(engine.runCascade(requestOf({ data }))).rejects.toMatchObject({
      name: 'UserError',
      code: 'too-few-examples',
      message: 'This cannot be trained yet: bug has 1 example, praise 0; each label needs at least 2.',
    });
  });

  it.each([
    ['before it starts', 'start'],
    ['when the texts are read', 'progress'],
    ['after the first method', 'measured'],
  ] as const)('that is cancelled %s ends as a UserError, and the next one works', async (_, when) => {
    const abort = new AbortController();
    if (when === 'start') abort.abort();
    const running = engine.runCascade(requestOf(), {
      signal: abort.signal,
      onEvent: ({ kind }) => {
        if (kind === when) abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({
      name: 'UserError',
      code: 'cancelled',
      message: 'The run was cancelled; nothing was changed.',
    });
    expect((await engine.runCascade(requestOf())).record.rungs.length).toBe(2);
  });

  it('does not hold up answers', async () => {
    const source = sourceOf('meanwhile', support);
    const running = engine.runCascade(requestOf());
    expect((await engine.predict(source, questions)).map(({ closest }) => closest)).toEqual(answers);
    await running;
  });
});

describe('a closed engine', () => {
  it('has ended what was running, takes nothing more, and can be closed again', async () => {
    const engine = open();
    await engine.describe();
    const running = engine.runCascade(requestOf());
    const ended = expect(running).rejects.toThrow();
    await engine.close();
    await ended;
    await expect(engine.predict(sourceOf('late', support), questions)).rejects.toThrow('the engine is closed');
    await expect(engine.runCascade(requestOf())).rejects.toThrow('the engine is closed');
    await engine.close();
  });

  it('keeps no process alive, and the main thread never loads TensorFlow.js', async () => {
    const child = fileURLToPath(new URL('./engine-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [child]);
    expect(JSON.parse(stdout)).toEqual({ closest: 'a', rungs: 2, before: false, after: true });
  });
});

describe('the embedded encoder from end to end', () => {
  const engine = open({ encoder: 'embedded', backend: 'wasm' });

  it('answers in context, trains LoRA, and answers with it', async () => {
    const inContext = await engine.predict(sourceOf('context', support), questions);
    expect(inContext.map(({ closest }) => closest)).toEqual(answers);
    const events: TrainEvent[] = [];
    const examples = support.labels.flatMap(({ name }) =>
      support.examples.filter(({ label }) => label === name).slice(0, 2),
    );
    const { record, checkpoints } = await engine.runCascade(
      requestOf({ data: { ...support, examples }, methods: ['lora'], exhaustive: true }),
      { onEvent: (event) => events.push(event) },
    );
    expect(record.rungs.map(({ method, status }) => [method, status])).toEqual([
      ['in-context', 'measured'],
      ['head', 'measured'],
      ['lora', 'measured'],
    ]);
    expect(events.some((event) => event.kind === 'progress' && event.method === 'lora' && event.loss !== null)).toBe(
      true,
    );
    for (const method of ['head', 'lora'] as const) {
      expect(decodeCheckpoint(checkpoints[method]!).meta).toMatchObject({
        kind: 'trained',
        method,
        encoder: 'embedded',
      });
      const predictions = await engine.predict(sourceOf(method, checkpoints[method]!), questions);
      expect(predictions.map(({ closest }) => closest)).toEqual(answers);
      for (const prediction of predictions) expectWellFormed(prediction, names(support), method);
    }
  });

  it('can be cancelled in the middle of LoRA, and trains the next time', async () => {
    const abort = new AbortController();
    const running = engine.runCascade(requestOf({ methods: ['lora'] }), {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.kind === 'progress' && event.method === 'lora') abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'UserError', code: 'cancelled' });
    expect((await engine.runCascade(requestOf())).record.rungs.length).toBe(2);
  });

  it('answers and trains in Chinese', async () => {
    const zh = Object.keys(supportZhQuestions);
    const inContext = await engine.predict(sourceOf('zh', supportZh), zh);
    expect(inContext.map(({ closest }) => closest)).toEqual(Object.values(supportZhQuestions));
    const { record, checkpoints } = await engine.runCascade(
      requestOf({ data: supportZh, methods: 'auto', target: 1, exhaustive: true }),
    );
    expect(record.rungs.map(({ method, status, reason }) => [method, status, reason])).toEqual([
      ['in-context', 'measured', null],
      ['head', 'measured', null],
    ]);
    expect(record).toMatchObject({ encoder: 'embedded', facts: { tunable: false, scripts: { han: 1 } } });
    const trained = await engine.predict(sourceOf('zh-head', checkpoints.head!), zh);
    expect(trained.map(({ closest }) => closest)).toEqual(Object.values(supportZhQuestions));
  });

  it('has nothing to tune in Chinese, and says so to who asks for it', async () => {
    const { record } = await engine.runCascade(requestOf({ data: supportZh, methods: ['lora'] }));
    expect(record.rungs.map(({ method, status, reason }) => [method, status, reason])).toEqual([
      ['in-context', 'measured', null],
      ['head', 'measured', null],
      ['lora', 'skipped', { kind: 'nothing-to-tune', encoder: 'static-en-zh' }],
    ]);
  });
});
