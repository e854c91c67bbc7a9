import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine, type TaskData } from '../../src/engine/index.js';
import { colours, request } from '../support/cascade-jobs.js';

const inContext = (key: string, data: TaskData = colours) => {
  let loads = 0;
  return {
    kind: 'in-context' as const,
    key,
    load: () => {
      loads++;
      return data;
    },
    loads: () => loads,
  };
};

describe('an engine with the hashing encoder', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine({ encoder: 'hashing', backend: 'auto', trainingThreads: 1 });
  });
  afterAll(() => engine.close());

  it('loads an answerer once and answers in the order of the texts', async () => {
    const source = inContext('once');
    const [first] = await engine.predict(source, ['a red rose']);
    expect(first!.closest).toBe('red');
    const answers = await engine.predict(source, ['a green leaf', 'the blue sky']);
    expect(answers.map(({ closest }) => closest)).toEqual(['green', 'blue']);
    expect(source.loads()).toBe(1);
    expect(await engine.predict(source, [])).toEqual([]);
  });

  it('answers many at once, each by the answerer that was asked', async () => {
    const swapped: TaskData = {
      ...colours,
      examples: colours.examples.map((example) => ({ ...example, label: example.label === 'red' ? 'blue' : 'red' })),
    };
    const [right, wrong] = [inContext('right'), inContext('wrong', swapped)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => engine.predict(i % 2 === 0 ? right : wrong, ['a red rose'])),
    );
    answers.forEach(([answer], i) => {
      expect(answer!.closest).toBe(i % 2 === 0 ? 'red' : 'blue');
    });
  });

  it('gives errors their code back across threads, and a failed load can be tried again', async () => {
    const damaged = { kind: 'checkpoint' as const, key: 'damaged', load: () => new Uint8Array([1, 2, 3]) };
    await expect(engine.predict(damaged, ['x'])).rejects.toMatchObject({ name: 'UserError', code: 'damaged' });
    let tries = 0;
    const flaky = {
      kind: 'in-context' as const,
      key: 'flaky',
      load: () => {
        if (tries++ === 0) throw new Error('not yet');
        return colours;
      },
    };
    await expect(engine.predict(flaky, ['x'])).rejects.toThrow('not yet');
    expect(await engine.predict(flaky, ['a red rose'])).toHaveLength(1);
  });

  it('trains in threads, and the trained answerer answers', async () => {
    const { record, checkpoints } = await engine.runCascade(
      request({ methods: ['head'], target: 1, exhaustive: true }),
    );
    expect(record.rungs.map(({ status }) => status)).toEqual(['measured', 'measured']);
    const source = { kind: 'checkpoint' as const, key: 'head', load: () => checkpoints.head! };
    const answers = await engine.predict(source, ['a red rose', 'a green leaf']);
    expect(answers.map(({ closest, method }) => `${closest} ${method}`)).toEqual(['red head', 'green head']);
  });

  it('ends a cancelled run at once and runs again afterwards', async () => {
    const abort = new AbortController();
    const run = engine.runCascade(request(), { signal: abort.signal, onEvent: () => abort.abort() });
    await expect(run).rejects.toMatchObject({
      code: 'cancelled',
      message: 'The run was cancelled; nothing was changed.',
    });
    const { record } = await engine.runCascade(request());
    expect(record.rungs.length).toBeGreaterThan(0);
  });

  it('goes on answering while it trains', async () => {
    let running = true;
    const run = engine.runCascade(request({ methods: ['head'], target: 1 })).finally(() => {
      running = false;
    });
    let answered = 0;
    while (running) {
      await engine.predict(inContext('meanwhile'), [`a red rose ${answered}`]);
      answered++;
    }
    await run;
    expect(answered).toBeGreaterThan(0);
  });
});

describe('an engine with the embedded encoder', () => {
  it('answers in two languages, and a head is trained on top', async () => {
    const engine = createEngine({ encoder: 'embedded', backend: 'wasm', trainingThreads: 1 });
    try {
      const data: TaskData = {
        instruction: '',
        labels: [{ name: 'billing' }, { name: 'bug' }],
        examples: [
          { text: 'I was charged twice this month', label: 'billing' },
          { text: 'please send me the invoice again', label: 'billing' },
          { text: 'my refund has not arrived', label: 'billing' },
          { text: 'the app crashes when I press save', label: 'bug' },
          { text: 'nothing happens after I click the button', label: 'bug' },
          { text: 'an error message pops up at login', label: 'bug' },
        ],
      };
      const source = inContext('embedded', data);
      const [answer] = await engine.predict(source, ['why did you take the money two times?']);
      expect(answer!.closest).toBe('billing');
      expect(answer!.scores.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
      expect(answer!.nearest[0]!.label).toBe('billing');
      const chinese: TaskData = { instruction: '', labels: [{ name: '账单' }, { name: '故障' }], examples: [] };
      const [zero] = await engine.predict(inContext('zh', chinese), ['软件出故障了打不开']);
      expect(zero!.closest).toBe('故障');
      const { record } = await engine.runCascade(request({ data, methods: ['head'], target: 1 }));
      expect(record.rungs.map(({ status }) => status)).toEqual(['measured', 'measured']);
    } finally {
      await engine.close();
    }
  });
});

it('refuses an encoder that does not exist', () => {
  expect(() => createEngine({ encoder: 'bert', backend: 'auto' })).toThrow(
    'There is no encoder "bert". Expected one of embedded, use-lite, static-en-zh, hashing.',
  );
});

it('says what to do when a forced backend does not run here', async () => {
  const engine = createEngine({ encoder: 'hashing', backend: 'webgpu' });
  await expect(engine.describe()).rejects.toMatchObject({ code: 'bad-configuration' });
  await engine.close();
});

it('does not load TensorFlow.js in the main thread', async () => {
  const door = fileURLToPath(new URL('../../dist/engine/index.js', import.meta.url));
  const script = `import(${JSON.stringify(door)}).then(() => {
    const { createRequire } = process.getBuiltinModule('node:module');
    const loaded = Object.keys(createRequire(${JSON.stringify(door)}).cache).filter((file) => file.includes('tensorflow'));
    console.log(JSON.stringify(loaded));
  })`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual([]);
});
