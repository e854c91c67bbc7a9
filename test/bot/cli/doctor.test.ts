import { describe, expect, it } from 'vitest';
import { checkMemory, checkNode, engineFindings } from '../../../src/bot/cli/doctor.js';

describe('doctor', () => {
  it.each([
    ['20.19.0', '✓'],
    ['24.1.0', '✓'],
    ['20.18.3', '✗'],
    ['18.20.0', '✗'],
  ])('Node %s: %s', (version, mark) => {
    expect(checkNode(version).mark).toBe(mark);
  });

  it('says what a better backend needs', () => {
    const better = [{ name: 'tensorflow', why: 'its native library is not installed', help: 'npm run gpu' }];
    expect(engineFindings({ encoder: 'embedded', backend: { name: 'wasm', better } })).toEqual([
      { mark: '✓', text: 'encoder embedded' },
      { mark: '~', text: 'backend wasm' },
      { mark: '~', text: '  tensorflow would be faster: its native library is not installed → npm run gpu' },
    ]);
  });

  it('warns when training may not fit in memory', () => {
    expect(checkMemory({ free: 1e9, total: 4e9 })).toEqual({
      mark: '~',
      text: 'memory 1.0 GB free of 4.0 GB: training takes up to 1.5 GB → close other programs, or HANDFUL_THREADS=1',
    });
  });
});
