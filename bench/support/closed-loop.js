// Closed-loop load: each client sends its next request when the last was answered, so what is measured is what the bot can do.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentile } from './figures.js';
import { round } from './scores.js';

/**
 * Runs `clients` clients at once until `until` is true (asked before each request).
 * @param {{ clients: number, until: () => boolean, send: (client: number) => Promise<{ kind: string, failed: boolean }> }} load
 * @returns {Promise<object[]>} a row for each kind of request, one for all of them, one for the thread's own delay
 */
export async function closedLoop({ clients, until, send }) {
  const sent = new Map();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  const client = async (_, i) => {
    while (!until()) {
      const started = performance.now();
      const { kind, failed } = await send(i).catch((error) => ({ kind: 'broken', failed: true, error }));
      const row = sent.get(kind) ?? { times: [], failed: 0 };
      row.times.push(performance.now() - started);
      if (failed) row.failed++;
      sent.set(kind, row);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - begun) / 1000;
  delay.disable();
  const every = { times: [...sent.values()].flatMap(({ times }) => times), failed: sumOf(sent) };
  return [
    ...[...sent, ['all', every]].map(([kind, { times, failed }]) => ({
      what: kind,
      at: `${clients} clients`,
      clients,
      seconds: round(seconds, 1),
      requests: times.length,
      failed,
      perSecond: round(times.length / seconds, 1),
      p50: round(percentile(times, 0.5), 1),
      p99: round(percentile(times, 0.99), 1),
      most: round(Math.max(...times), 1),
    })),
    {
      what: 'event loop',
      at: `${clients} clients`,
      clients,
      p50: round(delay.percentile(50) / 1e6, 1),
      p99: round(delay.percentile(99) / 1e6, 1),
      most: round(delay.max / 1e6, 1),
    },
  ];
}

const sumOf = (sent) => [...sent.values()].reduce((total, { failed }) => total + failed, 0);
