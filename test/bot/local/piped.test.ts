import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pipedChat } from '../../../src/bot/local/piped.js';
import { createTestChat } from '../../support/chat.js';

const TEACH = [
  '/task create name:support labels:"billing, bug"',
  ...['one', 'two', 'three'].flatMap((word) => [`charged ${word} => billing`, `crash ${word} => bug`]),
];

async function pipe(lines: readonly string[], { json = false } = {}) {
  const chat = await createTestChat();
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const code = await pipedChat(chat.handful, { input: Readable.from([lines.join('\n')]), write, json });
  return { code, lines: written.trimEnd().split('\n') };
}

describe('a piped chat', () => {
  it('answers line by line, waits for the run at the end, and prints few lines of it', async () => {
    const { code, lines } = await pipe([...TEACH, '', '/ask charged']);
    expect(code).toBe(0);
    // One reply has a second line: what happens to taught texts.
    expect(lines.slice(8)).toEqual([
      expect.stringMatching(/^billing \d+ % {6}in context/),
      'support: reading the examples',
      'support: in context, fold 3 of 3',
      expect.stringMatching(/^support: in context 70 % ± 10 .* training in the background/),
      'support: head, fold 3 of 3',
      'support: LoRA, fold 3 of 3',
      expect.stringMatching(/^support: version 1 \(LoRA\) is answering now\./),
      expect.stringMatching(/^ {2}mixed up most/),
    ]);
  });

  it('goes on after a line that it cannot understand, and ends with 2', async () => {
    const { code, lines } = await pipe(['/tsak', '/task list']);
    expect(code).toBe(2);
    expect(lines).toEqual([
      "I don't know /tsak. Did you mean /task create?",
      expect.stringContaining('There is no task yet.'),
    ]);
  });

  it('prints one JSON object a reply and nothing else', async () => {
    const { code, lines } = await pipe([...TEACH, '/ask charged', 'zzz', '/tsak'], { json: true });
    expect(code).toBe(2);
    const replies = lines.map((line) => JSON.parse(line));
    expect(replies.map(({ kind }) => kind)).toEqual([
      'task',
      ...Array(6).fill('taught'),
      'answer',
      'answer',
      'error',
      'notice',
      'report',
    ]);
    expect(replies[7]).toMatchObject({
      text: expect.stringMatching(/^billing/),
      task: 'support',
      prediction: {
        label: 'billing',
        abstained: false,
        version: null,
        method: 'in-context',
        scores: [{ label: 'billing' }, { label: 'bug' }],
      },
    });
    expect(replies[8]).toMatchObject({ prediction: { label: null, abstained: true }, choices: ['billing', 'bug'] });
    expect(replies[9]).toMatchObject({ kind: 'error', code: 'unknown-command' });
    expect(replies[11]).toMatchObject({ task: 'support', record: { chosen: 'lora' } });
  });
});
