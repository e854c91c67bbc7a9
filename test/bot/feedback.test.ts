import { describe, expect, it } from 'vitest';
import { createFeedback, type Vote } from '../../src/bot/feedback.js';
import { openStore } from '../../src/engine/index.js';

const inContext = { kind: 'in-context' } as const;
const version = (number: number) => ({ kind: 'version', number, method: 'lora' }) as const;

async function setUp() {
  const store = await openStore('memory:');
  const feedback = createFeedback(store);
  const vote = (about: Partial<Vote>) =>
    feedback.vote('local', { task: 't1', by: version(2), answer: 'a1', person: 'ann', right: true, ...about });
  const tally = async (by: Vote['by'], task = 't1', space = 'local'): Promise<number[]> => {
    const { right, wrong } = await feedback.tally(space, task, by);
    return [right, wrong];
  };
  return { store, feedback, vote, tally };
}

describe('feedback', () => {
  it('counts one vote a person and answer, by who answered', async () => {
    const { vote, tally } = await setUp();
    await vote({});
    await vote({});
    await vote({ person: 'bob' });
    await vote({ answer: 'a2', right: false });
    await vote({ by: version(20), answer: 'a3' });
    await vote({ by: inContext, answer: 'a4', right: false });
    await vote({ task: 't10', answer: 'a5' });
    expect(await tally(version(2))).toEqual([2, 1]);
    expect(await tally(version(20))).toEqual([1, 0]);
    expect(await tally(inContext)).toEqual([0, 1]);
    expect(await tally(version(1))).toEqual([0, 0]);
    expect(await tally(version(2), 't10')).toEqual([1, 0]);
    expect(await tally(version(2), 't1', 'elsewhere')).toEqual([0, 0]);
  });

  it('moves the vote of who changes their mind', async () => {
    const { vote, tally } = await setUp();
    await vote({});
    await vote({ person: 'bob' });
    await vote({ right: false });
    expect(await tally(version(2))).toEqual([1, 1]);
  });

  it('forgets a person, a task, a space, and nobody else', async () => {
    const { store, feedback, vote, tally } = await setUp();
    await vote({ person: 'ann/x' });
    await vote({ person: 'ann' });
    await vote({ person: 'bob', task: 't2' });
    await vote({ person: 'ann', task: 't2', by: inContext });
    await feedback.vote('elsewhere', { task: 't1', by: inContext, answer: 'a9', person: 'ann', right: true });
    await feedback.forgetPerson('local', 'ann');
    expect([await tally(version(2)), await tally(version(2), 't2'), await tally(inContext, 't2')]).toEqual([
      [1, 0],
      [1, 0],
      [0, 0],
    ]);
    await feedback.forgetTask('local', 't1');
    expect([await tally(version(2)), await tally(version(2), 't2')]).toEqual([
      [0, 0],
      [1, 0],
    ]);
    await feedback.clearSpace('local');
    expect(await store.namespaces('feedback')).toEqual(['feedback/elsewhere']);
  });
});
