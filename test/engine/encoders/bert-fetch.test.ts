import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explainFetchError } from '../../../src/engine/encoders/bert/hub-problems.js';
import {
  type BertFiles,
  type FetchOptions,
  type FetchProgress,
  fetchBert,
} from '../../../src/engine/encoders/bert/index.js';
import { COMMIT, type HubServer, startHubServer } from '../../support/hub-server.js';
import { writeTinyBert } from '../../support/tiny-bert.js';

const ID = 'owner/tiny-bert';

let source: string;
let home: string;
let hub: HubServer;
beforeEach(async () => {
  source = writeTinyBert();
  home = mkdtempSync(path.join(tmpdir(), 'handful-home-'));
  hub = await startHubServer(source, ID);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
});

const folder = (): string => path.join(home, 'models', 'owner', 'tiny-bert');
const fetchTiny = (files: Partial<BertFiles> = {}, options: FetchOptions = {}) =>
  fetchBert(ID, { home, hub: hub.address, ...files }, { retryMs: 1, ...options });
const failure = async (...args: Parameters<typeof fetchTiny>) => fetchTiny(...args).catch((error: unknown) => error);
const contentOf = (at: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(at, path.join(entry.parentPath, entry.name)))
      .sort()
      .map((file) => [file, readFileSync(path.join(at, file), 'base64')]),
  );
const weightsGets = (): string[] => hub.requests.filter((request) => request.startsWith('GET model.safetensors'));

describe('fetching an encoder by its hub id', () => {
  it('brings every file that there is, of one commit, and then needs no network', async () => {
    const fetched = await fetchTiny();
    expect(fetched).toMatchObject({ name: ID, path: folder(), onnx: 'onnx/model.onnx' });
    const { 'handful-complete.json': complete, ...files } = contentOf(folder());
    expect(files).toEqual(contentOf(source));
    expect(JSON.parse(Buffer.from(complete!, 'base64').toString())).toMatchObject({ commit: COMMIT });
    hub.requests.length = 0;
    expect(await fetchTiny()).toEqual(fetched);
    expect(await fetchTiny({ offline: true })).toEqual(fetched);
    expect(hub.requests).toEqual([]);
  });

  it('tells how far it is, up to the whole of each file', async () => {
    const reports: FetchProgress[] = [];
    await fetchTiny({}, { onProgress: (progress) => reports.push(progress) });
    const size = statSync(path.join(source, 'model.safetensors')).size;
    expect(reports).toContainEqual({ file: 'model.safetensors', bytes: size, total: size });
    expect(new Set(reports.map(({ file }) => file)).size).toBe(8);
    for (const { bytes, total } of reports) expect(bytes).toBeLessThanOrEqual(total);
  });

  it('goes on after a cut connection where it ended', async () => {
    hub.cuts.push(1000, 500);
    await fetchTiny();
    expect(weightsGets()).toEqual([
      'GET model.safetensors',
      'GET model.safetensors from 1000',
      'GET model.safetensors from 1500',
    ]);
    expect(contentOf(folder())['model.safetensors']).toBe(contentOf(source)['model.safetensors']);
  });

  it('begins again where the server knows no ranges', async () => {
    hub.cuts.push(1000);
    hub.ranges = false;
    await fetchTiny();
    expect(contentOf(folder())['model.safetensors']).toBe(contentOf(source)['model.safetensors']);
  });

  it('keeps what came before it was given up, and goes on in the next start', async () => {
    hub.cuts.push(1000, 0, 0, 0, 0, 0);
    expect(await failure()).toMatchObject({ details: { network: true } });
    expect(existsSync(path.join(folder(), 'model.safetensors'))).toBe(false);
    hub.cuts.length = 0;
    hub.requests.length = 0;
    await fetchTiny();
    expect(weightsGets()).toEqual(['GET model.safetensors from 1000']);
    expect(readdirSync(folder()).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('goes on with the part of a process that is gone, never with one that is at work', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    hub.cuts.push(1000, 0, 0, 0, 0, 0);
    await failure();
    hub.cuts.length = 0;
    const [part] = readdirSync(folder()).filter((name) => name.endsWith('.part'));
    const content = readFileSync(path.join(folder(), part!));
    rmSync(path.join(folder(), part!));
    writeFileSync(path.join(folder(), `${part}-${process.ppid}-0-0`), content);
    hub.cuts.push(10, 0, 0, 0, 0, 0);
    hub.requests.length = 0;
    await failure();
    expect(weightsGets()[0]).toBe('GET model.safetensors');
    rmSync(path.join(folder(), part!));
    hub.cuts.length = 0;
    hub.requests.length = 0;
    writeFileSync(path.join(folder(), `${part}-${pid}-0-0`), content);
    await fetchTiny();
    expect(weightsGets()).toEqual(['GET model.safetensors from 1000']);
    expect(existsSync(path.join(folder(), `${part}-${process.ppid}-0-0`))).toBe(true);
  });

  it('twice at once gives one whole encoder', async () => {
    const [one, other] = await Promise.all([fetchTiny(), fetchTiny()]);
    expect(one).toEqual(other);
    const { 'handful-complete.json': _, ...files } = contentOf(folder());
    expect(files).toEqual(contentOf(source));
  });

  it('refuses what has another checksum, and keeps nothing of it', async () => {
    hub.wrongSum = 'a'.repeat(64);
    expect(await failure()).toMatchObject({ code: 'damaged', message: expect.stringMatching(/SHA-256.*try again/) });
    expect(readdirSync(folder()).filter((name) => /part|safetensors/.test(name))).toEqual([]);
    hub.wrongSum = null;
    expect(await fetchTiny()).toMatchObject({ path: folder() });
  });

  it('stops when it is told to, and says why', async () => {
    hub.cuts.push(1000, 0, 0, 0, 0);
    const controller = new AbortController();
    const pending = fetchTiny({}, { signal: controller.signal, retryMs: 60_000 });
    const reason = new Error('enough');
    await vi.waitFor(() => expect(hub.cuts.length).toBe(4));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  it('takes the smallest change: only what is missing', async () => {
    await fetchTiny();
    rmSync(path.join(folder(), 'tokenizer.json'));
    hub.requests.length = 0;
    await fetchTiny();
    expect(hub.requests.filter((request) => request.startsWith('GET'))).toEqual(['GET tokenizer.json']);
  });

  it('takes a folder that was put there by hand, without a network too', async () => {
    mkdirSync(path.dirname(folder()), { recursive: true });
    writeTinyBert({ folder: folder() });
    expect(await fetchTiny({ offline: true })).toMatchObject({ path: folder() });
    expect(await fetchTiny({ hub: 'http://127.0.0.1:9' })).toMatchObject({ path: folder() });
  });

  it('shows the key to the hub alone', async () => {
    vi.stubEnv('HF_TOKEN', 'secret');
    await fetchTiny();
    expect(new Set(hub.keys.hub)).toEqual(new Set(['Bearer secret']));
    expect(new Set(hub.keys.store)).toEqual(new Set([undefined]));
  });
});

describe('an encoder that cannot be had', () => {
  it.each([
    [401, /does not give the model owner\/tiny-bert \(401\).*HF_TOKEN/],
    [403, /private or gated/],
    [404, /There is no model owner\/tiny-bert/],
    [500, /could not give.*status 500/],
  ])('status %i', async (status, message) => {
    hub.status = status;
    expect(await failure()).toMatchObject({ code: 'bad-configuration', message: expect.stringMatching(message) });
  });

  it('is not asked for offline', async () => {
    expect(await failure({ offline: true })).toMatchObject({ message: expect.stringMatching(/not fetched offline/) });
    expect(hub.requests).toEqual([]);
  });

  it('says that the hub cannot be reached', async () => {
    expect(await failure({ hub: 'http://127.0.0.1:9' })).toMatchObject({
      code: 'bad-configuration',
      message: expect.stringMatching(/127\.0\.0\.1:9 could not be reached.*HF_ENDPOINT/),
    });
  });

  it('says that an address is none', async () => {
    expect(await failure({ hub: 'mirror' })).toMatchObject({ message: expect.stringMatching(/"mirror" is none/) });
  });

  it.each(['tokenizer.json', 'model.safetensors'])(
    'says that the model has no %s, and fetches no weights',
    async (file) => {
      rmSync(path.join(source, file));
      expect(await failure()).toMatchObject({ message: expect.stringContaining(`has no ${file}`) });
      expect(weightsGets()).toEqual([]);
    },
  );

  it('says that there are only weights for Python', async () => {
    rmSync(path.join(source, 'model.safetensors'));
    writeFileSync(path.join(source, 'pytorch_model.bin'), 'x');
    expect(await failure()).toMatchObject({ message: expect.stringMatching(/only as pytorch_model\.bin/) });
  });

  it('of another architecture is refused before its weights are fetched', async () => {
    writeTinyBert({ folder: source, config: { model_type: 'mpnet', architectures: ['MPNetModel'] } });
    expect(await failure()).toMatchObject({ message: expect.stringMatching(/MPNetModel, which is not supported/) });
    expect(weightsGets()).toEqual([]);
  });

  it('says that the disk is full, or that the folder cannot be written', () => {
    const explain = (code: string) =>
      explainFetchError(Object.assign(new Error('write'), { code }), { name: ID, host: 'hub' });
    expect(explain('ENOSPC')).toMatchObject({ code: 'limit', message: expect.stringMatching(/disk is full/) });
    expect(explain('EACCES')).toMatchObject({ message: expect.stringMatching(/HANDFUL_HOME/) });
    const bug = new TypeError('x is not a function');
    expect(explainFetchError(bug, { name: ID, host: 'hub' })).toBe(bug);
  });
});
