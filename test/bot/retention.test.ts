// What is kept of a community after Handful was removed from it, and for how long.

import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/bot/log.js';
import { createRetention } from '../../src/bot/retention.js';
import { openStore } from '../../src/engine/index.js';
import { createTestChat, type TestChat } from '../support/chat.js';
import { dump } from '../support/dump.js';
import { createFakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;
const [GONE, HERE] = ['guild-1', 'guild-2'];

async function communities(keepDays: number): Promise<TestChat> {
  const chat = await createTestChat({ config: { keepDays } });
  for (const space of [GONE, HERE]) {
    const by = { space, role: 'moderator' } as const;
    await chat.say('/task create name:support labels:"billing, bug"', by);
    await chat.say('a text that must go => bug', by);
    await chat.say('/settings language:en', by);
  }
  return chat;
}

const spacesOf = async (chat: TestChat): Promise<string[]> => {
  await chat.handful.services.asked.flush();
  return chat.handful.services.retention.spaces();
};

describe('a community that removed Handful', () => {
  it('is erased after the days that are set, by the first sweep, and no other is touched', async () => {
    const chat = await communities(30);
    const { retention } = chat.handful.services;
    await retention.left(GONE);
    chat.clock.advance(30 * DAY_MS - 1);
    expect(await retention.sweep()).toEqual([]);
    expect(await spacesOf(chat)).toEqual([GONE, HERE]);
    const before = await dump(chat.handful.store);

    chat.clock.advance(1);
    expect(await retention.sweep(chat.clock.now())).toEqual([GONE]);
    expect(await spacesOf(chat)).toEqual([HERE]);
    const after = await dump(chat.handful.store);
    for (const [namespace, held] of Object.entries(before)) {
      if (namespace.endsWith(`/${HERE}`)) expect(after[namespace], namespace).toEqual(held);
    }
    expect(JSON.stringify(after)).not.toContain(`"${GONE}"`);
    expect(await retention.sweep()).toEqual([]);
    const logged = chat.logged.join('\n');
    expect(logged).toContain(`"space":"${GONE}"`);
    expect(logged).not.toMatch(/a text that must go|support/);
  });

  it('that comes back in time loses nothing, and the days begin anew when it leaves again', async () => {
    const chat = await communities(7);
    const { retention } = chat.handful.services;
    await retention.left(GONE);
    chat.clock.advance(6 * DAY_MS);
    await retention.present(GONE);
    chat.clock.advance(6 * DAY_MS);
    expect(await retention.sweep()).toEqual([]);
    await retention.left(GONE);
    chat.clock.advance(6 * DAY_MS);
    expect(await retention.sweep()).toEqual([]);
    expect(await chat.handful.services.workspace.spaces()).toEqual([GONE, HERE]);
    chat.clock.advance(DAY_MS);
    expect(await retention.sweep()).toEqual([GONE]);
  });

  it('counts from when it was first seen to be gone, over restarts', async () => {
    const chat = await communities(2);
    const { store } = chat.handful;
    await chat.handful.services.retention.left(GONE);
    chat.clock.advance(DAY_MS);
    const again = await createTestChat({ store, clock: chat.clock, config: { keepDays: 2 } });
    await again.handful.services.retention.left(GONE);
    chat.clock.advance(DAY_MS);
    expect(await again.handful.services.retention.sweep()).toEqual([GONE]);
  });

  it('is erased at once where nothing is kept', async () => {
    const chat = await communities(0);
    const { retention } = chat.handful.services;
    await retention.left(GONE);
    expect(await retention.sweep()).toEqual([GONE]);
    expect(await retention.sweep()).toEqual([]);
  });

  it('that cannot be erased now is tried again, and keeps no other waiting', async () => {
    const [store, clock, logged] = [await openStore('memory:'), createFakeClock(), [] as string[]];
    const erased: string[] = [];
    let broken = true;
    const eraseSpace = async (space: string): Promise<void> => {
      if (broken && space === 'guild-1') throw new Error('the disk is full');
      erased.push(space);
    };
    const log = createLog((line) => logged.push(line));
    const retention = createRetention({ store, erasure: { eraseSpace }, keepDays: 1, clock, log });
    for (const space of ['guild-1', 'guild-2']) await retention.left(space);
    clock.advance(DAY_MS);
    expect(await retention.sweep()).toEqual(['guild-2']);
    expect(logged.join()).toContain('the disk is full');
    broken = false;
    expect(await Promise.all([retention.sweep(), retention.sweep()])).toEqual([['guild-1'], []]);
    expect(erased).toEqual(['guild-2', 'guild-1']);
  });
});
