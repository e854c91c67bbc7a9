import { describe, expect, it } from 'vitest';
import { accuracyAgainstTime, growthChart, learningCurves, reliabilityDiagram } from '../../bench/support/charts.js';
import { drawSvg } from '../../bench/support/svg.js';

const CHARTS = {
  'learning curves': learningCurves([
    { set: 'support', shots: 1, method: 'head', mean: 0.5, low: 0.4, high: 0.6 },
    { set: 'support', shots: 4, method: 'head', mean: 0.7, low: 0.6, high: 0.8 },
    { set: 'community', shots: 4, method: 'lora', mean: 0.75, low: null, high: null },
  ]),
  'accuracy against time': accuracyAgainstTime([
    { name: 'handful', seconds: 12, accuracy: 0.8, ours: true },
    { name: 'bayes', seconds: 0.01, accuracy: 0.6, ours: false },
  ]),
  reliability: reliabilityDiagram([
    { confidence: 0.55, accuracy: 0.5, texts: 10 },
    { confidence: 0.95, accuracy: 0.9, texts: 100 },
  ]),
  growth: growthChart(
    [
      { part: 'spaces', size: 1, cost: 'an answer', value: 10 },
      { part: 'spaces', size: 10_000, cost: 'an answer', value: 11 },
    ],
    { title: 'How times grow', unit: 'ms' },
  ),
};

/** Words that a reader must find, and marks: one a point of data. */
const SHOWN: Record<keyof typeof CHARTS, readonly string[]> = {
  'learning curves': ['Learning curves', 'support', 'community', 'examples a label', 'lora'],
  'accuracy against time': ['handful', 'bayes', 'seconds of training'],
  reliability: ['Reliability', 'stated probability', '100%'],
  growth: ['How times grow', 'spaces', '10k', 'ms'],
};

describe('the pictures of the page', () => {
  it.each(Object.keys(CHARTS) as (keyof typeof CHARTS)[])('%s become SVG that says what it shows', async (name) => {
    const svg = await drawSvg(CHARTS[name]);
    expect(svg).toMatch(/^<svg[^>]*>/);
    expect(svg).not.toContain('NaN');
    for (const words of SHOWN[name]) expect(svg).toContain(words);
  });

  it('shows an interval only where there is one', async () => {
    const intervals = (svg: string): number => svg.match(/<line[^>]*stroke-width="1.5"/g)?.length ?? 0;
    const rows = [1, 2, 4].map((shots) => ({ set: 'a', shots, method: 'head', mean: 0.5, low: 0.4, high: 0.6 }));
    expect(intervals(await drawSvg(learningCurves(rows)))).toBe(3);
    expect(intervals(await drawSvg(learningCurves(rows.map((row) => ({ ...row, low: null, high: null })))))).toBe(0);
  });
});
