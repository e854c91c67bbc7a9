import { afterAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((total, value, i) => total + value * b[i]!, 0);

describe('embed', () => {
  it('gives a vector of unit length for each text, and zeros for none', async () => {
    const [one, two, none] = await engine.embed(['a small model', '一个小模型', '']);
    expect(dot(one!, one!)).toBeCloseTo(1, 5);
    expect(dot(two!, two!)).toBeCloseTo(1, 5);
    expect([...none!].every((value) => value === 0)).toBe(true);
    expect(await engine.embed([])).toEqual([]);
  });

  it('puts the same meaning near in English and Chinese, whatever encoder the tasks use', async () => {
    const [english, chinese, other] = await engine.embed(['language model', '语言模型', 'boiled rice']);
    expect(dot(english!, chinese!)).toBeGreaterThan(dot(english!, other!) + 0.3);
  });
});
