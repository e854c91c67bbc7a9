// What every store keeps, whatever it is made of.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Store } from '../../src/engine/store/store.js';

const anything = z.json();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** `open` gives the store a clock. */
export function storeContract(name: string, open: (clock: { now(): number }) => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    let now: number;
    beforeEach(async () => {
      now = Date.UTC(2026, 0, 15);
      store = await open({ now: () => now });
    });
    afterEach(() => store.close());

    it('gives back what was set, and undefined for what was not', async () => {
      const space = store.keySpace('task/local', anything);
      await space.set('a', { text: '这个月被重复扣费了 😀', empty: '', nothing: null, list: [1, 2.5, true] });
      expect(await space.get('a')).toEqual({
        text: '这个月被重复扣费了 😀',
        empty: '',
        nothing: null,
        list: [1, 2.5, true],
      });
      expect(await space.get('b')).toBeUndefined();
    });

    it.each([
      ['a string', 'text'],
      ['an empty string', ''],
      ['false', false],
      ['zero', 0],
      ['null', null],
      ['U+0000 inside a text', 'a\u0000b'],
      ['half a surrogate pair', 'a\ud800b'],
    ])('keeps %s as it is', async (_, value) => {
      const space = store.keySpace('values', anything);
      await space.set('key', value);
      expect(await space.get('key')).toBe(value);
    });

    it('keeps bytes as bytes, of a part of a buffer too', async () => {
      const space = store.keySpace('checkpoint/local', bytes);
      const whole = Uint8Array.from({ length: 3_000_000 }, (_, i) => i * 31);
      await space.set('whole', whole);
      await space.set('part', whole.subarray(10, 20));
      await space.set('none', new Uint8Array(0));
      expect(Buffer.compare((await space.get('whole'))!, whole)).toBe(0);
      expect([...(await space.get('part'))!]).toEqual([...whole.subarray(10, 20)]);
      expect((await space.get('none'))!.length).toBe(0);
    });

    it('replaces, deletes, and says whether there was something to delete', async () => {
      const space = store.keySpace('a', anything);
      await space.set('key', 1);
      await space.set('key', 2);
      expect(await space.get('key')).toBe(2);
      expect(await space.delete('key')).toBe(true);
      expect(await space.delete('key')).toBe(false);
      expect(await space.get('key')).toBeUndefined();
    });

    it('lists a namespace in the order of its keys and nothing of any other', async () => {
      const space = store.keySpace('example/local', anything);
      const others = ['example', 'example/local/x', 'example/loca', 'example/local0', 'EXAMPLE/LOCAL'].map((other) =>
        store.keySpace(other, anything),
      );
      for (const other of others) await other.set('m', 'other');
      for (const key of ['b', 'a', 'example/local:c', '样', '😀']) await space.set(key, key);
      const keys = ['a', 'b', 'example/local:c', '样', '😀'];
      expect(await space.keys()).toEqual(keys);
      expect(await space.entries()).toEqual(keys.map((key) => [key, key]));
      expect(await space.get('example/local:c')).toBe('example/local:c');
    });

    it('lists more rows than it reads at once', async () => {
      const space = store.keySpace('many', anything);
      await store.batch(Array.from({ length: 2500 }, (_, i) => space.put(String(i).padStart(5, '0'), i)));
      const entries = await space.entries();
      expect(entries.length).toBe(2500);
      expect(entries.every(([, value], i) => value === i)).toBe(true);
    });

    it('lists the namespaces that begin with a prefix and hold something', async () => {
      const names = ['task/b', 'example/b/1', 'task/a', 'task', 'task/a/x', 'tasks/a', 'task/样', 'Task/a'];
      for (const name of names) await store.keySpace(name, anything).set('key', 1);
      await store.keySpace('task/a', anything).set('another key', 2);
      await store.keySpace('task/empty', anything).set('key', 1);
      await store.keySpace('task/empty', anything).delete('key');
      expect(await store.namespaces('task/')).toEqual(['task/a', 'task/a/x', 'task/b', 'task/样']);
      expect(await store.namespaces('task/a')).toEqual(['task/a', 'task/a/x']);
      expect(await store.namespaces('none/')).toEqual([]);
      expect(await store.namespaces('')).toEqual(expect.arrayContaining(names));
    });

    it('lists the keys that begin with a prefix, over several pages too', async () => {
      const space = store.keySpace('prefixed', anything);
      const keys = ['a', 'ann', 'ann/', 'ann/1', 'ann/😀', 'ann/\u{10ffff}x', 'ann0', 'anne/1', '安/1'];
      await store.batch(keys.map((key) => space.put(key, key)));
      const wanted = ['ann/', 'ann/1', 'ann/😀', 'ann/\u{10ffff}x'];
      expect(await space.keys('ann/')).toEqual(wanted);
      expect(await space.entries('ann/')).toEqual(wanted.map((key) => [key, key]));
      expect(await space.keys('安')).toEqual(['安/1']);
      expect(await space.entries('b')).toEqual([]);
      const many = store.keySpace('many', anything);
      await store.batch(Array.from({ length: 5000 }, (_, i) => many.put(String(i).padStart(5, '0'), i)));
      expect((await many.entries('02')).map(([, value]) => value)).toEqual(
        [...Array(1000).keys()].map((i) => 2000 + i),
      );
      expect(await many.entries('0')).toHaveLength(5000);
    });

    it('gives back nothing whose time is over, and sweeps it away', async () => {
      const space = store.keySpace('brief', anything);
      await space.set('set', 1, 1000);
      await store.batch([space.put('put', 2, 2000), space.put('kept', 3)]);
      await space.set('longer', 4, 1000);
      await space.set('longer', 5, 3000);
      now += 999;
      expect(await space.keys()).toEqual(['kept', 'longer', 'put', 'set']);
      now += 1;
      expect(await space.get('set')).toBeUndefined();
      expect(await space.get('longer')).toBe(5);
      expect(await space.entries()).toEqual([
        ['kept', 3],
        ['longer', 5],
        ['put', 2],
      ]);
      expect(await space.keys('s')).toEqual([]);
      now += 1000;
      expect(await space.keys()).toEqual(['kept', 'longer']);
      expect([await store.sweep(), await store.sweep()]).toEqual([2, 0]);
      await space.set('set', 6);
      now += 1e9;
      expect(await space.entries()).toEqual([
        ['kept', 3],
        ['set', 6],
      ]);
    });

    it('clears one namespace only', async () => {
      const [a, b] = [store.keySpace('a', anything), store.keySpace('a/b', anything)];
      await store.batch([a.put('1', 1), a.put('2', 2), b.put('1', 1), a.clear(), a.put('3', 3)]);
      expect(await a.keys()).toEqual(['3']);
      expect(await b.keys()).toEqual(['1']);
    });

    it('applies a batch over several namespaces in order', async () => {
      const [a, b] = [store.keySpace('a', anything), store.keySpace('b', anything)];
      await a.set('gone', 1);
      await store.batch([a.put('x', 1), b.put('x', 2), a.put('x', 3), a.drop('gone'), a.drop('never there')]);
      expect([await a.get('x'), await b.get('x'), await a.get('gone')]).toEqual([3, 2, undefined]);
    });

    it('applies nothing of a batch that fails half-way', async () => {
      const a = store.keySpace('a', anything);
      await a.set('kept', 1);
      const cannotBeStored = { kind: 'put', namespace: 'a', key: 'y', value: () => 1 } as const;
      await expect(store.batch([a.put('x', 1), a.drop('kept'), cannotBeStored])).rejects.toThrow(TypeError);
      expect(await a.keys()).toEqual(['kept']);
      await a.set('after', 1);
      expect(await a.keys()).toEqual(['after', 'kept']);
    });

    it('says which record is damaged when a value does not fit its schema', async () => {
      await store.keySpace('task/local', anything).set('t1', { name: 1 });
      const tasks = store.keySpace('task/local', z.strictObject({ name: z.string() }));
      const error = await tasks.get('t1').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'UserError', code: 'damaged' });
      expect(String(error)).toContain('holds a record that cannot be read: task/local t1.');
      await expect(tasks.entries()).rejects.toMatchObject({ code: 'damaged' });
    });

    it.each(['', 'a\u0000b', 'a\ud800'])('refuses the key %j, which would not come back as it is', async (key) => {
      await expect(store.keySpace('a', anything).set(key, 1)).rejects.toThrow(TypeError);
    });

    it('can be settled and closed twice', async () => {
      await store.keySpace('a', anything).set('x', 1);
      await store.settle();
      await store.close();
      await store.close();
    });
  });
}
