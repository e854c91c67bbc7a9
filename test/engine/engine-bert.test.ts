// A sentence encoder in a folder from end to end: a run on it, its checkpoints, and what happens when its weights change.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type AnswererSource,
  type CascadeRequest,
  createEngine,
  decodeCheckpoint,
  type Engine,
  type EngineOptions,
} from '../../src/engine/index.js';
import { expectWellFormed } from '../contracts/answerer.js';
import { NO_HUB } from '../support/encoder-files.js';
import { startHubServer } from '../support/hub-server.js';
import { support, supportQuestions } from '../support/tasks.js';
import { writeTinyBert } from '../support/tiny-bert.js';

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function open(options: Partial<EngineOptions> = {}): Engine {
  const engine = createEngine({ encoder: 'hashing', backend: 'cpu', trainingThreads: 1, files: NO_HUB, ...options });
  engines.push(engine);
  return engine;
}

const folder = writeTinyBert();
const questions = Object.keys(supportQuestions);
const names = support.labels.map(({ name }) => name);
const requestOf = (changes: Partial<CascadeRequest> = {}): CascadeRequest => ({
  data: support,
  methods: ['head', 'lora'],
  incumbent: 'in-context',
  target: 0.9,
  seed: 0,
  budgetSeconds: 300,
  exhaustive: true,
  options: { epochs: 2 },
  ...changes,
});
const checkpoint = (key: string, bytes: Uint8Array): AnswererSource => ({ kind: 'checkpoint', key, load: () => bytes });

describe('an encoder in a folder, for one run of an engine that has another', () => {
  const engine = open();
  const running = engine.runCascade(requestOf({ encoder: folder }));

  it('is measured by every method, and tuned', async () => {
    const { record, checkpoints } = await running;
    expect(record.encoder).toBe(folder);
    expect(record.facts).toMatchObject({ encoder: folder, tunable: true });
    expect(record.rungs.map(({ method, status, options }) => [method, status, options])).toEqual([
      ['in-context', 'measured', {}],
      ['head', 'measured', {}],
      ['lora', 'measured', { epochs: 2 }],
    ]);
    const { meta } = decodeCheckpoint(checkpoints.lora!);
    expect(meta).toMatchObject({ kind: 'trained', method: 'lora', encoder: folder });
    const { weights, experts } = meta as { weights: string; experts: { tuned: { encoder: string } | null }[] };
    expect(weights).toMatch(/^[0-9a-f]{32}$/);
    expect(experts.map(({ tuned }) => tuned?.encoder ?? null)).toEqual([null, folder]);
    expect((await engine.describe()).encoder).toBe('hashing');
  });

  it('answers from its checkpoints, and in context', async () => {
    const { checkpoints } = await running;
    for (const method of ['head', 'lora'] as const) {
      const texts = support.examples.map(({ text }) => text);
      const predictions = await engine.predict(checkpoint(method, checkpoints[method]!), texts);
      for (const prediction of predictions) expectWellFormed(prediction, names, method);
      const right = predictions.filter(({ closest }, i) => closest === support.examples[i]!.label).length;
      expect(right, method).toBeGreaterThanOrEqual(10);
    }
    const source = { kind: 'in-context', key: 'support', load: () => support } as const;
    const own = await engine.predict({ ...source, encoder: folder }, questions);
    for (const prediction of own) expectWellFormed(prediction, names, 'in-context');
    const hashed = await engine.predict({ ...source, key: 'support, hashed' }, questions);
    expect(hashed.map(({ probability }) => probability)).not.toEqual(own.map(({ probability }) => probability));
  });

  it('gives the same answers to another engine, and is refused once its weights are others', async () => {
    const { checkpoints } = await running;
    const other = open({ encoder: folder });
    for (const method of ['head', 'lora'] as const) {
      const source = checkpoint(method, checkpoints[method]!);
      expect(await other.predict(source, questions)).toEqual(await engine.predict(source, questions));
    }
    writeTinyBert({ folder, seed: 'other weights' });
    const later = open({ encoder: folder });
    for (const method of ['head', 'lora'] as const) {
      await expect(later.predict(checkpoint(method, checkpoints[method]!), questions)).rejects.toMatchObject({
        name: 'UserError',
        code: 'damaged',
        message: `The files of the encoder ${folder} changed since this version was trained on them. Train again.`,
      });
    }
    writeTinyBert({ folder });
    const back = open({ encoder: folder });
    expect(await back.predict(checkpoint('head', checkpoints.head!), questions)).toHaveLength(questions.length);
  });
});

describe('an encoder that cannot be had', () => {
  const engine = open();

  it('is a mistake that is told before anything is measured', async () => {
    const away = path.join(folder, 'not-there');
    await expect(engine.runCascade(requestOf({ encoder: away }))).rejects.toMatchObject({
      name: 'UserError',
      code: 'bad-configuration',
      message: expect.stringContaining(`There is no folder ${away}.`),
    });
    await expect(engine.runCascade(requestOf({ encoder: 'magic' }))).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('There is no encoder "magic".'),
    });
  });
});

describe('an encoder of a hub', () => {
  it('is downloaded by a run, which tells how far it is and can be cancelled meanwhile', async () => {
    const hub = await startHubServer(writeTinyBert(), 'owner/tiny');
    try {
      const home = mkdtempSync(path.join(tmpdir(), 'handful-home-'));
      const engine = open({ files: { home, hub: hub.address } });
      const request = requestOf({ encoder: 'owner/tiny', methods: ['head'] });
      const abort = new AbortController();
      const cancelled = engine.runCascade(request, {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.kind === 'progress' && event.phase === 'download') abort.abort();
        },
      });
      await expect(cancelled).rejects.toMatchObject({ name: 'UserError', code: 'cancelled' });
      const phases = new Set<string>();
      const { record } = await engine.runCascade(request, {
        onEvent: (event) => {
          if (event.kind === 'progress') phases.add(event.phase);
        },
      });
      expect(record).toMatchObject({ encoder: 'owner/tiny', stopped: expect.any(String) });
      expect([...phases].slice(0, 2)).toEqual(['download', 'read']);
    } finally {
      await hub.close();
    }
  });
});
