import { describe, expect, it } from 'vitest';
import { anySignal } from '../../src/engine/abort.js';

describe('anySignal', () => {
  it('aborts when one of its signals does, with that reason', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const any = anySignal(first.signal, second.signal);
    expect(any.aborted).toBe(false);
    second.abort(new Error('enough'));
    expect(any.aborted).toBe(true);
    expect(any.reason).toMatchObject({ message: 'enough' });
    expect(first.signal.aborted).toBe(false);
  });

  it('is aborted from the start when one of them is', () => {
    expect(anySignal(new AbortController().signal, AbortSignal.abort()).aborted).toBe(true);
  });

  it('takes a listener for each of many jobs without a warning', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => {
      warnings.push(warning.name);
    };
    process.on('warning', listen);
    const any = anySignal(new AbortController().signal);
    for (let i = 0; i < 50; i++) any.addEventListener('abort', () => {});
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
