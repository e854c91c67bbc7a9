import { describe, expect, it } from 'vitest';
import { displayWidth, progressBar, table } from '../../../src/bot/format.js';
import { createPaint, renderReply } from '../../../src/bot/local/render.js';

describe('a rendered reply', () => {
  it('is plain without colours, and numbers the choices', () => {
    const choices = ['billing', 'bug'].map((label) => ({ label, command: 'teach', options: {} }));
    expect(renderReply({ kind: 'review', text: 'Which one?', choices }, createPaint(false))).toBe(
      'Which one?\n  1 billing · 2 bug',
    );
  });

  it('lets no control sequence of a text through', () => {
    expect(renderReply({ kind: 'task', text: 'a\u001b[2Jb\u0007\u009bc\nd' }, createPaint(false))).toBe('a[2Jbc\nd');
  });

  it('paints errors red where there are colours', () => {
    expect(renderReply({ kind: 'error', code: 'limit', text: 'no' }, createPaint(true))).toBe('\u001b[31mno\u001b[39m');
  });
});

describe('columns', () => {
  it('count Chinese characters and emoji twice', () => {
    expect(displayWidth('ab账单👏')).toBe(8);
    expect(
      table([
        ['', '账单'],
        ['故障', '3'],
        ['a', '12'],
      ]),
    ).toBe('       账单\n故障      3\na        12');
  });

  it.each([
    [0, '▕░░░░░░░░░░▏'],
    [68, '▕███████░░░▏'],
    [100, '▕██████████▏'],
    [140, '▕██████████▏'],
  ])('draw %i percent', (percent, bar) => {
    expect(progressBar(percent)).toBe(bar);
  });
});
