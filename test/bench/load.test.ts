import { describe, expect, it } from 'vitest';
import { closedLoop } from '../../bench/support/closed-loop.js';
import { fillStore } from '../../bench/support/growing.js';
import { createWorkspace } from '../../src/bot/workspace/index.js';
import { openStore } from '../../src/engine/index.js';

describe('closed-loop load', () => {
  it('counts what was sent and what failed, by kind, and never asks twice at once for one client', async () => {
    const waiting = new Set<number>();
    let sent = 0;
    const rows = await closedLoop({
      clients: 3,
      until: () => sent >= 30,
      send: async (client) => {
        expect(waiting.has(client)).toBe(false);
        waiting.add(client);
        const turn = sent++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        waiting.delete(client);
        if (turn === 7) throw new Error('broken');
        return { kind: turn % 2 === 0 ? 'ask' : 'teach', failed: turn === 4 };
      },
    });
    const of = (what: string) => rows.find((row) => row.what === what);
    expect(of('ask')).toMatchObject({ clients: 3, requests: Math.ceil(sent / 2), failed: 1 });
    expect(of('broken')).toMatchObject({ requests: 1, failed: 1 });
    expect(of('all')).toMatchObject({ requests: sent, failed: 2 });
    expect(of('event loop')?.most).toBeGreaterThan(0);
  });
});

describe('a store of a given size', () => {
  it('is one that the workspace reads and goes on writing', async () => {
    const store = await openStore('memory:');
    await fillStore(store, { spaces: 2, tasks: 3, labels: 2, examples: 5 });
    const workspace = createWorkspace({ store, clock: { now: () => 0 }, ids: () => 'new' });
    expect(await workspace.spaces()).toEqual(['space-0', 'space-1']);
    expect((await workspace.tasks('space-1')).map(({ name }) => name)).toEqual(['task-0', 'task-1', 'task-2']);
    const task = await workspace.findTask('space-1', 'task-2');
    expect((await workspace.counts(task)).labels).toEqual([
      { label: 'label 0', examples: 3 },
      { label: 'label 1', examples: 2 },
    ]);
    const taught = await workspace.teach(task, [{ text: 'a new text', label: 'label 1' }], { by: 'ann' });
    expect(taught.outcomes).toMatchObject([{ kind: 'taught', example: { id: '6' } }]);
    await store.close();
  });
});
