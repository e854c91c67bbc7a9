import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEncoderFetcher } from '../../../src/engine/encoders/fetch.js';
import type { TrainEvent } from '../../../src/engine/types.js';
import { type HubServer, startHubServer } from '../../support/hub-server.js';
import { writeTinyBert } from '../../support/tiny-bert.js';

const ID = 'owner/tiny-bert';

let source: string;
let home: string;
let hub: HubServer;
beforeEach(async () => {
  source = writeTinyBert({ onnx: false });
  home = mkdtempSync(path.join(tmpdir(), 'handful-home-'));
  hub = await startHubServer(source, ID);
});
afterEach(() => hub.close());

const fetcher = () => createEncoderFetcher({ home, hub: hub.address });
const weightsGets = (): number => hub.requests.filter((request) => request.startsWith('GET model.safetensors')).length;

describe('the files of an encoder', () => {
  it('are none of a hub where the encoder comes with Handful', async () => {
    const fetch = fetcher();
    for (const name of ['embedded', 'use-lite', 'static-en-zh', 'hashing']) expect(await fetch(name)).toBeNull();
    expect(hub.requests).toEqual([]);
  });

  it('are fetched once for all who want them at the same time, and afterwards not again', async () => {
    const fetch = fetcher();
    const names = await Promise.all([fetch(ID), fetch(ID), fetch(ID)]);
    expect(new Set(names).size).toBe(1);
    expect(weightsGets()).toBe(1);
    hub.requests.length = 0;
    expect(await fetch(ID)).toBe(names[0]);
    expect(hub.requests).toEqual([]);
  });

  it('are named by their weights, wherever they lie', async () => {
    const fetch = fetcher();
    const name = await fetch(ID);
    expect(name).toMatch(/^[0-9a-f]{32}$/);
    expect(await fetch(source)).toBe(name);
    expect(await fetch(writeTinyBert({ onnx: false, seed: 'other' }))).not.toBe(name);
  });

  it('tell how far they are, as progress of a download that has no method and no fold', async () => {
    const events: TrainEvent[] = [];
    await fetcher()(ID, { onEvent: (event) => events.push(event) });
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(event).toMatchObject({ kind: 'progress', phase: 'download', method: null, fold: null, percent: 0 });
      if (event.kind === 'progress') expect(event.step).toBeLessThanOrEqual(event.steps);
    }
  });

  it('are tried again after a failure', async () => {
    const fetch = fetcher();
    hub.status = 404;
    await expect(fetch(ID)).rejects.toMatchObject({ name: 'UserError' });
    hub.status = null;
    expect(await fetch(ID)).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a fetch that somebody cancels', () => {
  it('ends as cancelled, also for who only waits for it, while others get the files', async () => {
    const fetch = fetcher();
    const abort = new AbortController();
    const first = fetch(ID);
    const waiting = fetch(ID, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'UserError', code: 'cancelled' });
    expect(await first).toMatch(/^[0-9a-f]{32}$/);
    expect(weightsGets()).toBe(1);
  });

  it('is taken over by who waited for it', async () => {
    const fetch = fetcher();
    const abort = new AbortController();
    const first = fetch(ID, { signal: abort.signal });
    const waiting = fetch(ID);
    abort.abort();
    await expect(first).rejects.toMatchObject({ name: 'UserError', code: 'cancelled' });
    expect(await waiting).toMatch(/^[0-9a-f]{32}$/);
  });
});
