import { describe, expect, it } from 'vitest';
import { backendFindings } from '../../../src/bot/cli/backend-findings.js';
import { checkLanguageModel, checkMemory, checkNode, engineFindings } from '../../../src/bot/cli/doctor.js';
import { driverVersion, newestCuda } from '../../../src/bot/cli/nvidia.js';
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
    const better = [
      { name: 'tensorflow', why: 'its native library is not installed', help: 'npm run gpu' },
      { name: 'webgpu', why: 'webgpu is not installed', help: 'npm run gpu -- webgpu' },
    ];
    const backend = { name: 'wasm', version: 'WebAssembly 4.22.0', device: 'processor, SIMD', better } as const;
    const findings = engineFindings({ encoder: 'embedded', backend }, 'auto', null);
    expect(findings).toEqual([
      { mark: '✓', text: 'encoder embedded' },
      { mark: '~', text: 'backend wasm (WebAssembly 4.22.0, processor, SIMD)' },
      {
        mark: '~',
        text: '  tensorflow trains 3 to 4 times as fast as WebAssembly on a processor: its native library is not installed → npm run gpu',
      },
      { mark: '–', text: '  webgpu, for a GPU of any maker: webgpu is not installed → npm run gpu -- webgpu' },
    ]);
    const nvidia = { driver: '535.104.05', gpu: 'NVIDIA L4', cuda: 12 };
    expect(engineFindings({ encoder: 'embedded', backend }, 'auto', nvidia)[2]).toEqual({
      mark: '~',
      text: '  tensorflow would use the NVIDIA GPU (NVIDIA L4, driver 535.104.05): its native library is not installed → npm run gpu',
    });
  });

  it('is content with a GPU that is used, and says when one is not', () => {
    const nvidia = { driver: '535.104.05', gpu: null, cuda: null };
    const on = (device: string) => ({ name: 'tensorflow', version: 'TensorFlow 2.9.1', device, better: [] }) as const;
    expect(backendFindings(on('CUDA'), 'auto', nvidia)).toEqual([
      { mark: '✓', text: 'backend tensorflow (TensorFlow 2.9.1, CUDA)' },
    ]);
    expect(backendFindings(on('processor'), 'auto', null)).toEqual([
      { mark: '✓', text: 'backend tensorflow (TensorFlow 2.9.1, processor)' },
    ]);
    expect(backendFindings(on('processor'), 'auto', nvidia)[1]!.text).toBe(
      '  the NVIDIA GPU (driver 535.104.05) is not used: no CUDA runtime was found → install CUDA and cuDNN, then: npm run gpu',
    );
    expect(backendFindings(on('processor'), 'auto', { ...nvidia, cuda: 12 })[1]!.text).toContain(
      'CUDA 12 or its cuDNN does not fit the library → npm run gpu -- build --cuda',
    );
  });

  it('says that a forced backend was not compared with others', () => {
    expect(backendFindings({ name: 'cpu', better: [] }, 'cpu', null)).toEqual([
      { mark: '✓', text: 'backend cpu' },
      { mark: '–', text: '  others were not tried: HANDFUL_BACKEND=cpu' },
    ]);
  });

  it('reads the version of an NVIDIA driver and of CUDA', () => {
    const file =
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc version 12.2.0\n';
    expect(driverVersion(file)).toBe('535.104.05');
    const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build\n';
    expect(driverVersion(open)).toBe('550.54.15');
    expect(driverVersion('nothing of the kind')).toBeNull();
    expect(newestCuda('\tlibcudart.so.11.0 (libc6,x86-64) => /usr/lib/libcudart.so.11.0\n\tlibcudart.so.12 => x')).toBe(
      12,
    );
    expect(newestCuda('libc.so.6')).toBeNull();
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
