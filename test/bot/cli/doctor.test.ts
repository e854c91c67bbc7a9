import { describe, expect, it } from 'vitest';
import { checkLanguageModel, checkMemory, checkNode, engineFindings } from '../../../src/bot/cli/doctor.js';
import { readConfig } from '../../../src/bot/config.js';
import { TINY } from '../../support/language-model/tiny.js';

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

  it('loads the language model and says whether it answers', async () => {
    const home = { HANDFUL_HOME: '/nowhere' };
    expect(await checkLanguageModel(readConfig(home), {})).toMatchObject([
      { mark: '~', text: expect.stringMatching(/^no language model → HANDFUL_LLM=/) },
    ]);
    expect(await checkLanguageModel(readConfig({ ...home, HANDFUL_LLM: TINY }), {})).toMatchObject([
      {
        mark: '✓',
        text: expect.stringMatching(/^language model tiny-decoder \(context 512 tokens, \w+ on cpu; answered in/),
      },
    ]);
    const off = { ...home, HANDFUL_LLM: `${TINY}-that-is-not-there` };
    const [finding] = await checkLanguageModel(readConfig(off), {});
    expect(finding).toMatchObject({ mark: '~' });
    expect(finding!.text).toMatch(/^language model: .*Until then answers come from examples alone\.$/);
  });

  it('warns when training may not fit in memory', () => {
    expect(checkMemory({ free: 1e9, total: 4e9 })).toEqual({
      mark: '~',
      text: 'memory 1.0 GB free of 4.0 GB: training takes up to 1.5 GB → close other programs, or HANDFUL_THREADS=1',
    });
  });
});
