import { expect, it } from 'vitest';
import { openBench } from './support.js';

const twice = 'I was charged twice for my subscription this month, please help';

it('says which earlier example a new one nearly repeats, in the same submission and later, and keeps both', async () => {
  const { workspace } = await openBench();
  const task = await workspace.createTask('s', {
    name: 'support',
    labels: [{ name: 'billing' }, { name: 'bug' }],
    by: 'ann',
  });
  const similar = async (...texts: string[]) => {
    const examples = texts.map((text) => ({ text, label: 'billing' }));
    const { outcomes } = await workspace.teach(task, examples, { by: 'ann' });
    return outcomes.map((outcome) => (outcome.kind === 'taught' ? outcome.similarTo : outcome.kind));
  };
  expect(await similar(twice, 'the app is broken', `${twice}!!`, `${twice} me`)).toEqual([
    null,
    null,
    'duplicate',
    twice,
  ]);
  expect(await similar(`hi, ${twice}`, '发票什么时候寄')).toEqual([twice, null]);
  expect(await workspace.examples(task)).toHaveLength(5);
});
