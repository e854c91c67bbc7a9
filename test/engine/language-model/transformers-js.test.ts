import { execFile } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel, LoadProgress } from '../../../src/engine/language-model/language-model.js';
import {
  createTransformersJsModel,
  type TransformersJsOptions,
} from '../../../src/engine/language-model/transformers-js.js';
import { copyTiny, TINY, tinySettings } from '../../support/language-model/tiny.js';

const models: LanguageModel[] = [];
afterEach(async () => {
  await Promise.all(models.splice(0).map((model) => model.close()));
});

function open(changes: Partial<TransformersJsOptions> = {}): LanguageModel {
  const model = createTransformersJsModel({ ...tinySettings(), ...changes });
  models.push(model);
  return model;
}

const folder = (name: string) => ({ source: { kind: 'folder' as const, name } });

describe('a model in a folder', () => {
  it('takes the smallest weights that run well, and says which', async () => {
    const model = open();
    expect(await model.ready()).toEqual({ contextSize: 512, canScore: true });
    const bytes = statSync(path.join(TINY, 'onnx/model.onnx')).size;
    expect(model.describe()).toMatchObject({
      kind: 'transformers-js',
      name: 'tiny-decoder',
      weights: { dtype: 'fp32', device: 'cpu', bytes },
    });
  });

  it('is loaded once for all callers', async () => {
    const loads: LoadProgress[] = [];
    const model = open({ onProgress: (progress) => loads.push(progress) });
    await Promise.all([model.countTokens('a'), model.generate('a', { maxTokens: 2 }), model.ready(), model.ready()]);
    const weights = loads.filter(({ file }) => file === 'onnx/model.onnx');
    expect(weights.length).toBe(1);
    expect(weights[0]!.bytes).toBe(weights[0]!.total);
  });

  it('keeps the event loop free while it loads and writes', async () => {
    const model = open();
    await model.ready();
    let worst = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    }, 5);
    await model.generate('Text: the film', { maxTokens: 300 });
    clearInterval(timer);
    expect(worst).toBeLessThan(1000);
  });

  it('draws with a temperature, by its seed', async () => {
    const model = open();
    const draw = async (seed: number) => (await model.generate('Text:', { maxTokens: 20, temperature: 1, seed })).text;
    const first = await draw(1);
    expect(await draw(1)).toBe(first);
    expect(await draw(2)).not.toBe(first);
    expect((await model.generate('Text:', { maxTokens: 20 })).text).not.toBe(first);
  });

  it('puts messages into the template of the model, where texts cannot end their message', async () => {
    const model = open();
    const count = (content: string) => model.countTokens([{ role: 'user', content }]);
    const [plain, nasty] = [await count('a'), await count('a<|im_end|>')];
    // As letters, not as the one token that ends a message.
    expect(nasty).toBeGreaterThan(plain + 5);
    expect(await model.countTokens('<|im_end|>')).toBeGreaterThan(5);
  });

  it('says how much too long a prompt is', async () => {
    const model = open();
    const long = 'again '.repeat(400);
    const tokens = await model.countTokens(long);
    await expect(model.scoreContinuations(long, [' positive'])).rejects.toMatchObject({
      code: 'limit',
      message: `The prompt has ${tokens + 1} tokens, and ${TINY} reads at most 512 with its answer. Use fewer or shorter examples.`,
      details: { contextSize: 512 },
    });
    await expect(model.generate(long, { maxTokens: 5 })).rejects.toMatchObject({ code: 'limit' });
  });

  it('cuts an answer at the end of the context', async () => {
    const model = open();
    const prompt = 'again '.repeat(80);
    const tokens = await model.countTokens(prompt);
    expect(tokens).toBeLessThan(512);
    expect((await model.generate(prompt, { maxTokens: 5000 })).finish).toBe('length');
    expect(model.describe().usage.generatedTokens).toBeLessThanOrEqual(512 - tokens);
  });

  it('stops computing when nobody waits any more', async () => {
    const model = open();
    const abort = new AbortController();
    const running = model.generate('Text:', { maxTokens: 400, signal: abort.signal, onText: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await model.generate('Text:', { maxTokens: 1 });
    // The aborted call ended at its next step, long before its 400 tokens: it left no counts.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(model.describe().usage).toMatchObject({ calls: 2, failures: 0, generatedTokens: 1 });
  });

  it('can be closed while it loads, and while others wait', async () => {
    const model = open();
    const [loading, waiting] = [model.ready(), model.generate('a', { maxTokens: 3 })];
    const ended = Promise.all([
      expect(loading).rejects.toThrow('the language model is closed'),
      expect(waiting).rejects.toThrow('the language model is closed'),
    ]);
    await model.close();
    await ended;
  });

  it('keeps no process alive once closed', async () => {
    const child = fileURLToPath(new URL('./exit-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [child, TINY]);
    expect(JSON.parse(stdout)).toEqual({ scores: 2 });
  });
});

describe('a folder that is no model', () => {
  const broken = (change: (folder: string) => void): LanguageModel => {
    const copy = copyTiny();
    change(copy);
    return open(folder(copy));
  };
  const edit = (file: string, text: string) => (copy: string) => writeFileSync(path.join(copy, file), text);

  it('that is not there', async () => {
    await expect(open(folder('/no/such/folder')).ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: 'There is no folder /no/such/folder. Give the folder of a model, or the name of one on the hub.',
    });
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])('without %s, which it names', async (file) => {
    const model = broken((copy) => rmSync(path.join(copy, file)));
    await expect(model.ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining(`has no ${file}`),
    });
  });

  it('without weights', async () => {
    const model = broken((copy) => rmSync(path.join(copy, 'onnx'), { recursive: true }));
    await expect(model.ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('has no weights for ONNX Runtime: expected onnx/model.onnx'),
    });
  });

  it('without weights of the type that was asked for', async () => {
    await expect(open({ dtype: 'q4' }).ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: `${TINY} has no weights of type q4; it has fp32, fp16.`,
    });
  });

  it('with damaged weights', async () => {
    const model = broken((copy) => truncateSync(path.join(copy, 'onnx/model.onnx'), 100_000));
    await expect(model.ready()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('its weights'),
    });
  });

  it.each(['config.json', 'tokenizer.json'])('with a damaged %s, which it names', async (file) => {
    await expect(broken(edit(file, '{"half": ')).ready()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(file),
    });
  });

  it('with an encoder in it', async () => {
    const config = JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] });
    await expect(broken(edit('config.json', config)).ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('is not a decoder: BertModel cannot write text'),
    });
  });

  it('that is too large for the memory', async () => {
    await expect(open({ availableMemory: 2 ** 20 }).ready()).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringMatching(/does not fit into memory: its weights have 161 KiB, .* and 1\.0 MiB are free/),
    });
  });

  it('that wants a device which is not there', async () => {
    const device = process.platform === 'darwin' ? 'dml' : 'coreml';
    await expect(open({ device }).ready()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining(`The device ${device} is not there`),
    });
  });

  it('is tried again by the next call, and works when it was mended', async () => {
    const copy = copyTiny();
    const config = path.join(copy, 'config.json');
    rmSync(config);
    const model = open(folder(copy));
    await expect(model.ready()).rejects.toMatchObject({ code: 'bad-configuration' });
    expect(model.describe().state).toBe('failed');
    writeFileSync(config, readFileSync(path.join(TINY, 'config.json')));
    expect((await model.ready()).contextSize).toBe(512);
  });
});

describe('a model on a hub', () => {
  let hub: Server;
  let address: string;
  let asked: string[] = [];
  let status = 200;
  beforeAll(async () => {
    // A mirror: `owner/name/resolve/main/file`.
    hub = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      const file = path.join(TINY, url.replace('/someone/tiny/resolve/main/', ''));
      if (status !== 200) return void response.writeHead(status).end();
      if (!url.startsWith('/someone/tiny/') || !existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': statSync(file).size });
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    [asked, status] = [[], 200];
  });
  afterAll(() => new Promise((resolve) => hub.close(resolve)));

  const onHub = (
    name = 'someone/tiny',
    changes: Partial<TransformersJsOptions> = {},
  ): Partial<TransformersJsOptions> => ({
    source: { kind: 'hub', name },
    hub: address,
    cacheDir: mkdtempSync(path.join(tmpdir(), 'handful-hub-')),
    ...changes,
  });

  it('is fetched from the mirror with progress, then works offline', async () => {
    const progress: LoadProgress[] = [];
    const options = onHub('someone/tiny', { onProgress: (step) => progress.push(step) });
    const model = open(options);
    const { text } = await model.generate('Text:', { maxTokens: 5 });
    const bytes = statSync(path.join(TINY, 'onnx/model.onnx')).size;
    expect(progress).toContainEqual({ file: 'onnx/model.onnx', bytes, total: bytes });
    expect(readdirSync(path.join(options.cacheDir!, 'someone/tiny/onnx'))).toEqual(['model.onnx']);
    asked = [];
    const offline = open({ ...options, hub: 'http://127.0.0.1:9/' });
    expect((await offline.generate('Text:', { maxTokens: 5 })).text).toBe(text);
    expect(asked).toEqual([]);
  });

  it.each([
    ['there', 404, 'bad-configuration', /^There is no model someone\/other on 127\.0\.0\.1:\d+\. Check the name\.$/],
    ['open to all', 401, 'bad-configuration', /gives no model someone\/other \(401\): .* private or gated.*HF_TOKEN/],
    ['given while the hub is in trouble', 503, 'language-model', /could not give the model someone\/other/],
  ])('that is not %s', async (_, answer, code, message) => {
    status = answer;
    await expect(open(onHub('someone/other')).ready()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('that cannot be reached', async () => {
    await expect(open(onHub('someone/tiny', { hub: 'http://127.0.0.1:9/' })).ready()).rejects.toMatchObject({
      code: 'language-model',
      message:
        'The model someone/tiny is not on this machine, and 127.0.0.1:9 could not be reached. Check the network, or set HF_ENDPOINT to a mirror.',
    });
  });
});
