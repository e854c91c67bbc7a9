// `npm run gpu`: which way fits which machine, and what it says where something is missing. What it installs is tested by itself.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

interface Words {
  readonly way: string;
  readonly cuda: boolean;
}

interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly nvidia: { readonly driver: string; readonly gpu: null; readonly cuda: number | null } | null;
}

const SCRIPTS = new URL('../../scripts/', import.meta.url);
const { choose, parseWords } = (await import(new URL('gpu/choose.js', SCRIPTS).href)) as {
  choose: (words: Words, machine: Machine) => Words & { readonly why: string };
  parseWords: (args: readonly string[]) => Words;
};

const linux: Machine = { platform: 'linux', arch: 'x64', nvidia: null };
const nvidia = (cuda: number | null) => ({ ...linux, nvidia: { driver: '535.104.05', gpu: null, cuda } });
const best: Words = { way: 'best', cuda: false };

describe('npm run gpu', () => {
  it.each<[string, Machine, Words]>([
    ['the official library, or a build, without a GPU', linux, { way: 'official', cuda: false }],
    ['the official library, or a build with CUDA code, for CUDA 11', nvidia(11), { way: 'official', cuda: true }],
    ['the official library first where no CUDA was found', nvidia(null), { way: 'official', cuda: true }],
    ['a build with CUDA code for a newer CUDA', nvidia(12), { way: 'build', cuda: true }],
    ['WebGPU on a Mac', { ...linux, platform: 'darwin', arch: 'arm64' }, { way: 'webgpu', cuda: false }],
    ['WebGPU on ARM', { ...linux, arch: 'arm64' }, { way: 'webgpu', cuda: false }],
    ['the official library on Windows', { ...linux, platform: 'win32' }, { way: 'official', cuda: false }],
  ])('takes %s', (_, machine, way) => {
    expect(choose(best, machine)).toMatchObject(way);
  });

  it('does what its words say', () => {
    expect(parseWords([])).toEqual(best);
    expect(choose(parseWords(['webgpu']), linux).way).toBe('webgpu');
    expect(choose(parseWords(['tensorflow']), { ...linux, arch: 'arm64' }).way).toBe('official');
    expect(choose(parseWords(['build']), linux)).toMatchObject({ way: 'build', cuda: false });
    expect(choose(parseWords(['build', '--cuda']), linux)).toMatchObject({ way: 'build', cuda: true });
    expect(() => choose(parseWords(['build']), { ...linux, platform: 'win32' })).toThrow(
      'The library can be built on Linux x86-64 only; this is win32 x64. Try: npm run gpu -- webgpu',
    );
  });

  it.each(['nonsense', 'webgpu --cuda', 'build webgpu'])('does not take the words %s', (words) => {
    expect(() => parseWords(words.split(' '))).toThrow(`I do not know "${words}". Expected: npm run gpu`);
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('says what is missing for a build', async () => {
    const empty = mkdtempSync(path.join(tmpdir(), 'handful-empty-'));
    try {
      const script = fileURLToPath(new URL('gpu.js', SCRIPTS));
      const run = promisify(execFile)(process.execPath, [script, 'build'], { env: { PATH: empty } });
      await expect(run).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^Building needs python3, pip of python3, g\+\+, tar, which are not here\. Install /,
        ),
      });
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
