import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allAmong, numbersOf, toRanges } from '../../../src/engine/registry/number-ranges.js';
import { type NewVersionRecord, openVersions, type Versions } from '../../../src/engine/registry/versions.js';
import { openStore } from '../../../src/engine/store/open.js';
import type { Store } from '../../../src/engine/store/store.js';
import { cascadeRecord } from '../../bot/workspace/support.js';

const newRecord = (parent: number | null = null): NewVersionRecord => ({
  method: 'lora',
  record: cascadeRecord(),
  createdAt: 5,
  createdBy: 'ann',
  parent,
  trainedOn: [[1, 12]],
});
const bytesOf = (byte: number): Uint8Array => new Uint8Array(1000).fill(byte);

let store: Store;
let versions: Versions;
beforeEach(async () => {
  store = await openStore('memory:');
  versions = openVersions(store, { scope: 'local/t1', name: 'support', keep: 3 });
});

const numbers = async (): Promise<number[]> => (await versions.list()).map(({ number }) => number);

describe('versions', () => {
  it('count from 1 and come back as they were', async () => {
    const first = await versions.add(newRecord(), bytesOf(1), { protect: [] });
    const second = await versions.add(newRecord(1), bytesOf(2), { protect: [] });
    expect([first.number, second.number, second.parent, second.bytes]).toEqual([1, 2, 1, 1000]);
    expect(await versions.list()).toEqual([first, second]);
    expect(await versions.get(2)).toEqual(second);
    expect(await versions.read(2)).toEqual(bytesOf(2));
  });

  it('of one task are not those of another', async () => {
    await versions.add(newRecord(), bytesOf(1), { protect: [] });
    expect(await openVersions(store, { scope: 'local/t10', name: 'x' }).list()).toEqual([]);
    expect(await openVersions(store, { scope: 'local', name: 'x' }).list()).toEqual([]);
  });

  it('beyond the limit go oldest first, but never a protected one or the parent, and no number comes twice', async () => {
    for (let i = 1; i <= 4; i++) await versions.add(newRecord(), bytesOf(i), { protect: [] });
    expect(await numbers()).toEqual([2, 3, 4]);
    await versions.add(newRecord(2), bytesOf(5), { protect: [] });
    expect(await numbers()).toEqual([2, 3, 4, 5]);
    await versions.add(newRecord(), bytesOf(6), { protect: [3] });
    expect(await numbers()).toEqual([3, 4, 5, 6]);
    await expect(versions.read(2)).rejects.toMatchObject({
      code: 'unknown-version',
      message: 'support has no version 2. It has 3, 4, 5, 6.',
    });
  });

  it('that were damaged say so', async () => {
    await versions.add(newRecord(), bytesOf(1), { protect: [] });
    const checkpoints = store.keySpace('checkpoint/local/t1', z.unknown());
    await checkpoints.set('00000001', bytesOf(9));
    await expect(versions.read(1)).rejects.toMatchObject({
      code: 'damaged',
      message: 'Version 1 of support could not be read (checksum differs). /model train makes a new one.',
    });
    await checkpoints.delete('00000001');
    await expect(versions.read(1)).rejects.toMatchObject({
      message: 'Version 1 of support could not be read (its checkpoint is missing). /model train makes a new one.',
    });
  });

  it('leave nothing when they are cleared', async () => {
    await versions.add(newRecord(), bytesOf(1), { protect: [] });
    await store.batch(versions.clear());
    expect(await versions.list()).toEqual([]);
    await expect(versions.read(1)).rejects.toMatchObject({
      message: 'support has no version 1. It has none yet; /model train makes one.',
    });
  });
});

describe('number ranges', () => {
  it.each([
    [[], []],
    [[3], [[3, 3]]],
    [
      [3, 1, 2, 2, 7],
      [
        [1, 3],
        [7, 7],
      ],
    ],
  ])('of %j are %j', (given, ranges) => {
    expect(toRanges(given)).toEqual(ranges);
    expect([...numbersOf(toRanges(given))]).toEqual([...new Set(given)].sort((a, b) => a - b));
  });

  it.each([
    [[[1, 3]], [1, 2, 3], true],
    [[[1, 3]], [1, 3], false],
    [
      [
        [2, 2],
        [5, 6],
      ],
      [1, 2, 4, 5, 6],
      true,
    ],
    [
      [
        [2, 2],
        [5, 6],
      ],
      [1, 2, 5],
      false,
    ],
    [[], [], true],
  ] as const)('%j are all among %j: %s', (ranges, numbers, expected) => {
    expect(allAmong(ranges, numbers)).toBe(expected);
  });
});
