// /model advise and /model doctor in the chat: what is said, and what becomes of labels that look wrong.

import { describe, expect, it } from 'vitest';
import { taskFacts } from '../../src/bot/task-facts.js';
import type { CascadeRecord } from '../../src/engine/index.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';
import { dump } from '../support/dump.js';
import { addToRecords } from '../support/facts.js';

const SUSPECTS = [
  { text: 'charged one times', label: 'billing', suggested: 'bug', probability: 0.93 },
  { text: 'crash number two today', label: 'bug', suggested: 'praise', probability: 0.88 },
  { text: 'thanks three lovely', label: 'praise', suggested: 'billing', probability: 0.81 },
] as const;

/** A task that was measured, with three labels that look wrong. */
async function measuredChat(more: Partial<CascadeRecord> = {}, language: 'en' | 'zh' = 'en'): Promise<TestChat> {
  const chat = await createTestChat({ language });
  addToRecords(chat.engine, () => ({ suspects: SUSPECTS, ...more }));
  await teachSupport(chat, 4);
  await chat.say('/task edit automatic:no');
  await chat.say('/model train');
  await chat.handful.services.runs.settle();
  return chat;
}

const taskOf = async (chat: TestChat) => chat.handful.services.workspace.findTask('local', 'support');
const labelOf = async (chat: TestChat, text: string) =>
  (await chat.handful.services.workspace.examples(await taskOf(chat))).find((example) => example.text === text)?.label;

describe('/model advise', () => {
  it('goes by the examples alone before anything is measured', async () => {
    const chat = await createTestChat();
    await chat.say('/task create name:support labels:"billing, bug"');
    expect(await chat.talk('/model advise', 'paid twice => billing', '/model advise')).toEqual([
      'support has no examples to judge by. Teach some: I was charged twice => billing',
      expect.anything(),
      [
        'support:',
        '  1 example in 2 labels: 0.5 a label on average, 0 to 1.',
        '  Nothing was measured yet, so this goes by the examples alone; /model train measures.',
        '  Method: in context, until each label has two examples (bug has 0).',
        '  Teach next: bug, which has 0 examples; up to about 10 a label each one more helps most.',
      ].join('\n'),
    ]);
  });

  it('goes by the last measurement, and counts the examples as they are now', async () => {
    const chat = await measuredChat();
    await chat.say('paid again => billing');
    const { text } = await chat.say('/model advise support');
    expect(text).toContain('13 examples in 3 labels: 4.3 a label on average, 4 to 5.');
    expect(text).toMatch(/it gets 80 % of held-out examples right \(always saying the most frequent label: 33 %\)\./);
    expect(text).toContain('Teach next: examples that tell billing from bug, taken for one another 1 time.');
  });

  it('takes what the run itself found while nothing has changed since', async () => {
    const chat = await measuredChat();
    const { memory } = chat.handful.services;
    const task = await taskOf(chat);
    const last = (await memory.last(task.id))!;
    expect(last.revision).toBe(task.revision);
    const live = await taskFacts(chat.handful.services, task);
    await memory.save(task.id, { ...last, record: { ...last.record!, facts: { ...live.facts, unknownShare: 0.5 } } });
    expect((await chat.say('/model doctor')).text).toContain('does not know 50 % of the tokens');
    // The share of unknown tokens is counted by runs alone: it stays what it was.
    await chat.say('paid again => billing');
    expect((await chat.say('/model advise')).text).toContain('13 examples');
    expect((await chat.say('/model doctor')).text).toContain('does not know 50 % of the tokens');
  });
});

describe('/model doctor', () => {
  it('tells what it finds, worst first, without a measurement too', async () => {
    const chat = await createTestChat();
    await chat.talk('/task create name:support labels:"billing, bug"', '/task edit automatic:no');
    const near = 'I was charged twice for the premium plan in march';
    await chat.talk(`${near} => billing`, `${near}s => bug`, 'it crashes => bug');
    const reply = await chat.say('/model doctor');
    expect(reply.text).toBe(
      [
        'support, worst first:',
        '  Too little data: billing 1, bug 2; below 10 a label, each one more helps most.',
        '  The same text under different labels: 0 examples exactly, 2 nearly; no answerer can get both right. ("I was charged twice for the premium pla…" => billing, "I was charged twice for the premium pla…" => bug)',
        'Nothing was measured yet, so this goes by the examples alone; /model train measures.',
      ].join('\n'),
    );
    expect(reply.choices ?? []).toEqual([]);
  });

  it('shows labels that look wrong one by one: kept, changed, forgotten', async () => {
    const chat = await measuredChat();
    const first = await chat.say('/model doctor');
    expect(first.text).toBe(
      [
        'support, worst first:',
        '  Too little data: billing 4, bug 4, praise 4; below 10 a label, each one more helps most.',
        '  Labels that look wrong: 3 of 12 held-out examples.',
        'support: is this label right? 3 texts to look at',
        '  "charged one times"',
        'Taught as billing; without it I would say bug (93 %). Which one holds?',
      ].join('\n'),
    );
    expect(first.choices?.map(({ label }) => label)).toEqual(['keep billing', 'relabel as bug', 'forget it', 'skip']);

    const second = await chat.say('keep');
    expect(second.text).toMatch(
      /^"charged one times" stays billing; I will not ask again\.\nsupport: is this label right\? 2 texts to look at\n {2}"crash number two today"\n/,
    );
    const third = await chat.say('praise');
    expect(third.text).toMatch(
      /^Saved as praise\.\nsupport: is this label right\? 1 text to look at\n {2}"thanks three/,
    );
    expect(await labelOf(chat, 'crash number two today')).toBe('praise');
    const end = await chat.say('3');
    expect(end.text).toBe('Forgot "thanks three lovely".\nThat was all to look at in support.');
    expect(await labelOf(chat, 'thanks three lovely')).toBeUndefined();
    expect(await labelOf(chat, 'charged one times')).toBe('billing');
    expect(await chat.talk('/undo')).toEqual([expect.stringContaining('is back in support')]);
  });

  it('remembers what was kept, for everybody, and passes over what was skipped for now', async () => {
    const chat = await measuredChat();
    await chat.talk('/model doctor', 'keep', 'skip', 'skip');
    const again = await chat.say('/model doctor', { person: 'bob' });
    expect(again.text).toContain('Labels that look wrong: 2 of 12');
    expect(again.text).toContain('2 texts to look at\n  "crash number two today"');
    // What was skipped comes up again once everything was looked at.
    expect((await chat.say('/model doctor')).text).toContain('2 texts to look at\n  "crash number two today"');
    // A kept label that changes later is open again once a run doubts it.
    await chat.say('charged one times => praise');
    await chat.say('/teach text:"charged one times" label:praise replace:yes');
    addToRecords(chat.engine, () => ({ suspects: [{ ...SUSPECTS[0], label: 'praise' }] }));
    await chat.say('/model train');
    await chat.handful.services.runs.settle();
    const doubted = await chat.say('/model doctor', { person: 'bob' });
    expect(doubted.text).toContain('1 text to look at\n  "charged one times"\nTaught as praise');
  });

  it('asks nothing about labels that are gone, nor about examples that changed since', async () => {
    const chat = await measuredChat();
    await chat.say('/teach text:"charged one times" label:bug replace:yes');
    await chat.say('/forget "thanks three lovely"');
    await chat.say('/task edit drop:praise');
    const reply = await chat.say('/model doctor');
    expect(reply.choices ?? []).toEqual([]);
  });

  it('is for moderators, its buttons too', async () => {
    const chat = await measuredChat();
    const refused = { kind: 'error', code: 'forbidden' };
    expect(await chat.say('/model doctor', { role: 'member' })).toMatchObject(refused);
    const [example] = await chat.handful.services.workspace.examples(await taskOf(chat));
    const pressed = { task: 'support', example: example!.id, decision: 'forget' };
    expect(await chat.press('model doctor', pressed, { role: 'member' })).toMatchObject(refused);
    expect(await labelOf(chat, 'charged one times')).toBe('billing');
    expect(await chat.say('/model advise', { role: 'member' })).toMatchObject({ kind: 'status' });
  });

  it('takes what a button of an example says that is no longer there for what it is', async () => {
    const chat = await measuredChat();
    const pressed = { task: 'support', example: '999', decision: 'keep' };
    expect(await chat.press('model doctor', pressed)).toMatchObject({ kind: 'error', code: 'unknown-example' });
    const [example] = await chat.handful.services.workspace.examples(await taskOf(chat));
    const relabel = { task: 'support', example: example!.id, decision: 'relabel', label: 'refund' };
    expect(await chat.press('model doctor', relabel)).toMatchObject({ kind: 'error', code: 'unknown-label' });
  });

  it('speaks Chinese', async () => {
    const chat = await measuredChat({}, 'zh');
    const reply = await chat.say('/model doctor');
    expect(reply.text).toContain('support：这个标签对吗？共有 3 条要看\n  “charged one times”\n教的是“billing”');
    expect((await chat.say('改')).text).toMatch(/^已保存为“bug”。\nsupport：这个标签对吗？共有 2 条要看/);
    expect((await chat.say('保留')).text).toContain('仍是“bug”，以后不再问。');
  });
});

describe('what the doctor quotes', () => {
  const quoted = async (chat: TestChat): Promise<string> => JSON.stringify(await dump(chat.handful.store));

  it('goes with the example, from the last run and from the versions', async () => {
    const chat = await measuredChat();
    const inRecords = async (): Promise<number> => (await quoted(chat)).split('"suggested":"praise"').length - 1;
    expect(await inRecords()).toBe(2);
    await chat.say('/forget "crash number two today"');
    expect(await inRecords()).toBe(0);
  });

  it('goes alone when the doctor forgets it: the others can still be looked at', async () => {
    const chat = await measuredChat();
    await chat.say('/model doctor');
    expect((await chat.say('forget')).text).toContain('2 texts to look at');
    const last = await chat.handful.services.memory.last((await taskOf(chat)).id);
    expect(last?.record?.suspects?.map(({ text }) => text)).toEqual(SUSPECTS.slice(1).map(({ text }) => text));
    for (const { measurement } of last!.record!.rungs) expect(measurement!.worst).toEqual([]);
  });

  it('leaves what was kept with its task or its community', async () => {
    const chat = await measuredChat();
    await chat.talk('/model doctor', 'keep');
    const { keptLabels, erasure } = chat.handful.services;
    const task = await taskOf(chat);
    expect([...(await keptLabels.of(task)).values()]).toEqual(['billing']);
    expect((await keptLabels.of({ ...task, space: 'elsewhere' })).size).toBe(0);
    await erasure.deleteTask(task);
    expect((await keptLabels.of(task)).size).toBe(0);
    expect(await quoted(chat)).not.toContain('kept-label');
    await keptLabels.keep(task, { id: '1', label: 'bug' });
    await erasure.eraseSpace('local');
    expect(await dump(chat.handful.store)).toEqual({});
  });
});
