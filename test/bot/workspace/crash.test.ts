// Real processes killed with SIGKILL in the middle of their work: what they acknowledged is there, and nothing is half there.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createWorkspace, type Task, type Workspace } from '../../../src/bot/workspace/index.js';
import { openStore } from '../../../src/engine/store/open.js';

const script = fileURLToPath(new URL('./crash-child.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'handful-crash-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = (): string => path.join(folder, `${files++}.sqlite`);

interface Running {
  readonly pid: number;
  readonly lines: string[];
  /** Resolves when that many lines have come. */
  said(count: number): Promise<void>;
  /** Kills it and waits for its end; then `lines` is everything it acknowledged. */
  kill(): Promise<void>;
}

function start(file: string, mode: string): Running {
  const child = spawn(process.execPath, [script, file, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => lines.push(line));
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]);
  return {
    pid: child.pid!,
    lines,
    said: async (count) => {
      while (lines.length < count) {
        if (child.exitCode !== null) throw new Error(`The child ended after ${JSON.stringify(lines)}`);
        await sleep(2);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a child, kills it `delayMs` after its `count`-th line, and hands over what it said and what is stored. */
async function afterKill(
  { mode, count, delayMs }: { mode: string; count: number; delayMs: number },
  check: (lines: readonly string[], workspace: Workspace, task: Task) => Promise<void>,
): Promise<void> {
  const file = newFile();
  const child = start(file, mode);
  await child.said(count);
  await sleep(delayMs);
  await child.kill();
  const store = await openStore(file);
  try {
    const workspace = createWorkspace({ store, clock: Date, ids: () => 'task2' });
    await check(child.lines.slice(1), workspace, await workspace.findTask('local'));
  } finally {
    await store.close();
  }
}

const moments = [
  { count: 1, delayMs: 0 },
  { count: 2, delayMs: 1 },
  { count: 9, delayMs: 3 },
  { count: 20, delayMs: 7 },
];

describe('a process that is killed', () => {
  it.each(moments)('while it is taught (line $count, $delayMs ms) loses no acknowledged example', (moment) =>
    afterKill({ mode: 'teach', ...moment }, async (lines, workspace, task) => {
      const texts = (await workspace.examples(task)).map(({ text }) => text);
      expect(texts.slice(0, lines.length)).toEqual(lines);
      // At most the one that was being acknowledged is there as well; the task's record is in step with its examples.
      expect(texts.length - lines.length).toBeLessThanOrEqual(1);
      expect(task.revision).toBe(1 + texts.length);
      const { outcomes } = await workspace.teach(task, [{ text: 'one more', label: 'bug' }], { by: 'ann' });
      expect(outcomes[0]).toMatchObject({ kind: 'taught', example: { id: String(texts.length + 1) } });
      for (let left = texts.length; left >= Math.max(0, texts.length - 5); left--) {
        await workspace.undo('local', 'ann');
        expect((await workspace.counts(task)).total).toBe(left);
        if (left === 0) break;
      }
    }),
  );

  it.each([
    { count: 1, delayMs: 5 },
    { count: 2, delayMs: 15 },
    { count: 3, delayMs: 25 },
  ])('while it imports files (line $count, $delayMs ms) holds each whole or not at all', (moment) =>
    afterKill({ mode: 'import', ...moment }, async (lines, workspace, task) => {
      const { total } = await workspace.counts(task);
      expect(total % 2000).toBe(0);
      expect(total / 2000 - lines.length).toBeGreaterThanOrEqual(0);
      expect(total / 2000 - lines.length).toBeLessThanOrEqual(1);
    }),
  );

  it.each([
    { count: 1, delayMs: 4 },
    { count: 2, delayMs: 0 },
    { count: 3, delayMs: 0 },
    { count: 4, delayMs: 8 },
    { count: 5, delayMs: 2 },
    { count: 8, delayMs: 12 },
  ])('while it adds and promotes versions (line $count, $delayMs ms) answers with a whole one', (moment) =>
    afterKill({ mode: 'version', ...moment }, async (lines, workspace, task) => {
      const numberOf = (verb: string): number =>
        Math.max(0, ...lines.filter((line) => line.startsWith(verb)).map((line) => Number(line.split(' ')[1])));
      const versions = await workspace.versions(task);
      expect(versions.map(({ number }) => number)).toEqual(versions.map((_, i) => i + 1));
      expect(versions.length).toBeGreaterThanOrEqual(numberOf('added'));
      expect(task.activeVersion ?? 0).toBeGreaterThanOrEqual(numberOf('promoted'));
      for (const { number } of versions) {
        expect(new Set(await workspace.checkpoint(task, number))).toEqual(new Set([number - 1]));
      }
      if (task.activeVersion !== null) expect(versions.at(task.activeVersion - 1)).toBeDefined();
    }),
  );
});

describe('two processes on one store', () => {
  it('the second is told which one to stop; when that one was killed, the store is free at once', async () => {
    const file = newFile();
    const child = start(file, 'hold');
    await child.said(1);
    await expect(openStore(file)).rejects.toMatchObject({
      name: 'UserError',
      code: 'store',
      message: `Another Handful (process ${child.pid}) uses ${file}. Stop it, or set HANDFUL_HOME to another folder.`,
    });
    await child.kill();
    const store = await openStore(file);
    expect(await createWorkspace({ store, clock: Date, ids: () => 'x' }).tasks('local')).toHaveLength(1);
    await store.close();
  });

  it('that start at the same moment are one', async () => {
    const file = newFile();
    const stores = await Promise.allSettled([openStore(file), openStore(file)]);
    expect(stores.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const store of stores) if (store.status === 'fulfilled') await store.value.close();
  });
});
