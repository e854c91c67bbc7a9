// /healthz over a real socket.

import { afterEach, describe, expect, it } from 'vitest';
import { type Check, type Health, ownChecks, startHealth } from '../../src/bot/health.js';
import { createLog } from '../../src/bot/log.js';
import { openStore } from '../../src/engine/index.js';
import { createFakeEngine } from '../support/fake-engine.js';

const servers: Health[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const fine: Check = async () => {};

async function serve(checks: Record<string, Check>) {
  const logged: string[] = [];
  const health = await startHealth({ port: 0, checks, log: createLog((line) => logged.push(line)), timeoutMs: 200 });
  servers.push(health);
  const ask = (path = '/healthz', method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${health.port}${path}`, { method });
  return { health, ask, logged };
}

describe('/healthz', () => {
  it('is 200 when every check passes', async () => {
    const { ask } = await serve({ store: fine, engine: fine });
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ status: 'ok', uptimeSeconds: expect.any(Number) });
  });

  it('is 503 with the names of what is wrong, and nothing more', async () => {
    const { ask, logged } = await serve({
      store: fine,
      engine: () => Promise.reject(new Error('I was charged twice')),
      gateway: () => {
        throw new Error('at once');
      },
    });
    const response = await ask();
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'failing', wrong: ['engine', 'gateway'] });
    await ask();
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ event: 'unhealthy', wrong: 'engine,gateway' }]);
  });

  it('is 503 when a check does not answer in time, and 200 again when it does', async () => {
    let hangs = true;
    const { ask, logged } = await serve({ engine: () => (hangs ? new Promise(() => {}) : fine()) });
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([503, { status: 'failing', wrong: ['engine'] }]);
    hangs = false;
    expect((await ask()).status).toBe(200);
    expect(logged.map((line) => JSON.parse(line).event)).toEqual(['unhealthy', 'healthy again']);
  });

  it('answers HEAD without a body, and nothing else', async () => {
    const { ask } = await serve({ store: fine });
    const head = await ask('/healthz', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/healthz/x')).status).toBe(404);
    expect((await ask('/healthz?verbose')).status).toBe(200);
    expect((await ask('/healthz', 'POST')).status).toBe(405);
  });

  it('looks once for many who ask at the same moment', async () => {
    let looks = 0;
    const { ask } = await serve({
      store: async () => {
        looks++;
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
    });
    const all = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(looks).toBeLessThan(20);
  });

  it('says what to do when the port is taken', async () => {
    const { health } = await serve({});
    const again = startHealth({ port: health.port, checks: {}, log: createLog(() => {}) });
    await expect(again).rejects.toMatchObject({
      code: 'bad-configuration',
      message: `HANDFUL_PORT is ${health.port}: another program uses that port. Set HANDFUL_PORT to a free port (above 1023), or leave it out for no health check.`,
    });
  });

  it('is gone after close, with a connection that was kept alive', async () => {
    const { health, ask } = await serve({ store: fine });
    await ask();
    await health.close();
    await expect(ask()).rejects.toThrow();
  });

  it('finds a store that is closed and an engine that does not answer', async () => {
    const store = await openStore('memory:');
    const engine = createFakeEngine();
    const { ask } = await serve(ownChecks({ store, engine }));
    expect((await ask()).status).toBe(200);
    engine.describe = () => Promise.reject(new Error('gone'));
    expect(await (await ask()).json()).toMatchObject({ wrong: ['engine'] });
    await store.close();
    expect(await (await ask()).json()).toMatchObject({ wrong: ['store', 'engine'] });
  });
});
