import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Keyv } from 'keyv';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../src/engine/clock.js';
import { openDatabase } from '../../../src/engine/store/database.js';
import { createEntryTable } from '../../../src/engine/store/keyv-sqlite.js';
import { createStore, openStore } from '../../../src/engine/store/open.js';
import { displayPath, storeProblem } from '../../../src/engine/store/problems.js';
import { storeContract } from '../../contracts/store.js';

const folder = mkdtempSync(path.join(tmpdir(), 'handful-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => path.join(folder, `${files++}`, 'handful.sqlite');

storeContract('memory:', (clock) => openStore('memory:', { clock }));
storeContract('a file', (clock) => openStore(newFile(), { clock }));
storeContract('a file: URL', (clock) => openStore(`file://${newFile()}`, { clock }));

const anything = z.json();

describe('a store file', () => {
  it('holds what was written after it is opened again', async () => {
    const file = newFile();
    const first = await openStore(file);
    await first.keySpace('a', anything).set('x', { y: 1 });
    await first.close();
    const second = await openStore(file);
    expect(await second.keySpace('a', anything).get('x')).toEqual({ y: 1 });
    await second.close();
  });

  it('keeps no trace of deleted text in any file once it is settled', async () => {
    const file = newFile();
    const store = await openStore(file);
    const space = store.keySpace('a', anything);
    const traces = (): string[] =>
      readdirSync(path.dirname(file)).filter((name) =>
        readFileSync(path.join(path.dirname(file), name)).includes('a secret that must go'),
      );
    await space.set('x', 'a secret that must go');
    await store.settle();
    expect(traces()).toEqual(['handful.sqlite']);
    await space.delete('x');
    await store.settle();
    expect(traces()).toEqual([]);
    await store.close();
  });

  it('is swept of what has expired when it opens', async () => {
    const file = newFile();
    const first = await openStore(file);
    await first.keySpace('a', anything).set('brief', 'a secret that is over', 1000);
    await first.close();
    expect(readFileSync(file).includes('a secret that is over')).toBe(true);
    const second = await openStore(file, { clock: { now: () => Date.now() + 1000 } });
    await second.close();
    expect(readFileSync(file).includes('a secret that is over')).toBe(false);
  });

  it('is refused when a newer Handful wrote it', async () => {
    const file = newFile();
    await (await openStore(file)).close();
    const database = openDatabase(file);
    database.exec('PRAGMA user_version=2');
    database.close();
    await expect(openStore(file)).rejects.toThrow(
      `${file} was written by a newer Handful (store format 2, this one knows 1). Update Handful.`,
    );
  });

  it('is refused while this process has it open already, and free again after that', async () => {
    const file = newFile();
    const store = await openStore(file);
    await expect(openStore(file)).rejects.toThrow(
      `Another Handful (process ${process.pid}) uses ${file}. Stop it, or set HANDFUL_HOME to another folder.`,
    );
    const link = path.join(folder, 'link.sqlite');
    symlinkSync(file, link);
    await expect(openStore(link)).rejects.toMatchObject({ code: 'store' });
    await store.close();
    await (await openStore(link)).close();
  });
});

describe('what goes wrong', () => {
  it('with a scheme it does not know, without repeating a password', async () => {
    await expect(openStore('postgres://me:secret@host/db')).rejects.toMatchObject({
      code: 'bad-configuration',
      message: 'HANDFUL_STORE: postgres: is not supported. Expected memory: or the path of an SQLite file.',
    });
  });

  it('with a file that is no store', async () => {
    const file = path.join(folder, 'garbage.sqlite');
    writeFileSync(file, Buffer.alloc(8192, 'garbage'));
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'store',
      message: `${file} is damaged. Put a copy of it back in its place, or move it away to start with an empty one.`,
    });
    // The lock was let go of.
    rmSync(file);
    await (await openStore(file)).close();
  });

  it('with a folder in the place of the file, and with a file in the place of the folder', async () => {
    const file = path.join(folder, 'garbage.txt');
    writeFileSync(file, '');
    const help = 'Give this user the right to write there, or set HANDFUL_HOME to another folder.';
    await expect(openStore(path.join(file, 'handful.sqlite'))).rejects.toMatchObject({
      code: 'store',
      message: `${file}/handful.sqlite cannot be opened (${file} is not a folder). ${help}`,
    });
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'store',
      message: `${folder} cannot be opened (it is a folder). ${help}`,
    });
  });

  it('with a full disk: nothing of the batch is kept, and the store goes on', async () => {
    const file = path.join(folder, 'full.sqlite');
    const database = openDatabase(file);
    const store = createStore(database, { location: file });
    const space = store.keySpace('a', z.unknown());
    await space.set('before', 1);
    const [{ page_count: pages }] = database.pragma('page_count') as [{ page_count: number }];
    database.pragma(`max_page_count=${pages + 10}`);
    const writes = [space.put('small', 1), space.put('large', new Uint8Array(1_000_000))];
    await expect(store.batch(writes)).rejects.toMatchObject({
      code: 'store',
      message: `The disk is full: nothing was saved in ${file}. Free some space and try again.`,
    });
    expect(await space.keys()).toEqual(['before']);
    await space.set('after', 1);
    expect(await space.keys()).toEqual(['after', 'before']);
    await store.close();
  });

  it.each([
    [
      'SQLITE_READONLY',
      8,
      'cannot be written (it is read-only). Give this user the right to write there, or set HANDFUL_HOME to another folder.',
    ],
    [
      'SQLITE_CORRUPT',
      11,
      'is damaged. Put a copy of it back in its place, or move it away to start with an empty one.',
    ],
    ['UNKNOWN_SQLITE_ERROR_517', 517, 'is busy: another program is writing it. Close that program and try again.'],
    ['SQLITE_IOERR_WRITE', 778, 'could not be read or written (disk error). Check the disk, then start Handful again.'],
  ])('in SQLite’s words %s', (code, rawCode, sentence) => {
    const file = path.join(folder, 'x.sqlite');
    const problem = storeProblem(Object.assign(new Error('words of a library'), { code, rawCode }), file);
    expect(problem).toMatchObject({ code: 'store', message: `${file} ${sentence}` });
  });

  it.runIf(process.getuid?.() !== 0)('with a folder that may not be written', async () => {
    const readOnly = path.join(folder, 'read-only');
    mkdirSync(readOnly, { mode: 0o555 });
    const file = path.join(readOnly, 'new', 'handful.sqlite');
    await expect(openStore(file)).rejects.toThrow(`${file} cannot be opened (${readOnly} is read-only).`);
  });

  it('with a bug of ours, which stays the bug it is', () => {
    const bug = new TypeError('undefined is not a function');
    expect(storeProblem(bug, 'x')).toBe(bug);
  });

  it('is said with ~ for the home folder', () => {
    const home = process.env.HOME!;
    expect(displayPath(path.join(home, '.handful', 'handful.sqlite'))).toBe('~/.handful/handful.sqlite');
    expect(displayPath(`${home}less/x`)).toBe(`${home}less/x`);
  });
});

describe('the Keyv adapter', () => {
  it('serves Keyv itself: many at once, time to live, clear of one namespace', async () => {
    const table = createEntryTable(openDatabase(':memory:'), 'memory:', systemClock);
    const [a, b] = [table.keyv('a'), table.keyv('b')];
    expect(a).toBeInstanceOf(Keyv);
    await a.setMany([
      { key: 'x', value: 1 },
      { key: 'y', value: 2 },
    ]);
    await b.set('x', 3);
    expect(await a.getMany(['x', 'y', 'z'])).toEqual([1, 2, undefined]);
    expect([await a.has('x'), await a.has('z')]).toEqual([true, false]);
    await a.set('brief', 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await a.get('brief')).toBeUndefined();
    expect(table.keys('a')).toEqual(['x', 'y']);
    await a.deleteMany(['x']);
    expect(table.keys('a')).toEqual(['y']);
    await a.clear();
    expect([table.keys('a'), table.keys('b')]).toEqual([[], ['x']]);
  });
});
