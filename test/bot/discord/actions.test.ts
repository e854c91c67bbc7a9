import { describe, expect, it } from 'vitest';
import { createActions, MAX_CUSTOM_ID } from '../../../src/bot/discord/actions.js';
import { openStore } from '../../../src/engine/index.js';
import { createFakeClock } from '../../support/fake-clock.js';

const owner = { space: 'guild-1', person: 'ann' };
const short = { command: 'why', options: { answer: 'a1' } };
const long = { command: 'teach', options: { text: '很长的文本 & = ? #'.repeat(200), label: 'billing' } };

const setUp = async () => {
  const [store, clock] = [await openStore('memory:'), createFakeClock()];
  return { store, clock, actions: createActions({ store, clock }) };
};

describe('actions', () => {
  it('writes a short action into the id itself', async () => {
    const { actions, store } = await setUp();
    const id = actions.encode('do', short, owner);
    expect(id).toBe('do:why?answer=a1');
    expect(await actions.decode(id, 'guild-1')).toEqual({ prefix: 'do', action: short });
    expect(await store.namespaces('action/')).toEqual([]);
  });

  it('keeps a long one over a restart, for a week, in its own space', async () => {
    const { actions, store, clock } = await setUp();
    const id = actions.encode('form', long, owner);
    expect(id.length).toBeLessThanOrEqual(MAX_CUSTOM_ID);
    await actions.flush();
    const again = createActions({ store, clock });
    expect(await again.decode(id, 'guild-1')).toEqual({ prefix: 'form', action: long });
    expect(await again.decode(id, 'guild-2')).toBe('gone');
    clock.advance(8 * 24 * 60 * 60 * 1000);
    expect(await again.decode(id, 'guild-1')).toBe('gone');
    expect(await actions.decode(id, 'guild-1')).toBe('gone');
  });

  it('knows what is not its own', async () => {
    const { actions } = await setUp();
    for (const id of ['', 'x', 'do', 'undo:why', 'pick:0'].slice(0, 4))
      expect(await actions.decode(id, 'guild-1')).toBeNull();
  });

  it('keeps Chinese labels in the id, and every sign that an id could stumble over', async () => {
    const { actions, store } = await setUp();
    for (const label of ['退款与账单问题', 'a&b=c', '100 %', 'x+y #1', '😀', ' ? ']) {
      const action = { command: 'wrong', options: { answer: 'a1', label } };
      expect(await actions.decode(actions.encode('do', action, owner), 'guild-1')).toEqual({ prefix: 'do', action });
    }
    expect(await store.namespaces('action/')).toEqual([]);
  });

  it('forgets what was kept for a message with the message', async () => {
    const { actions } = await setUp();
    const of = (source: string) => actions.encode('do', { ...long, options: { ...long.options, source } }, owner);
    const [gone, kept, other] = [of('12'), of('123'), actions.encode('do', long, owner)];
    expect(gone.length).toBeLessThanOrEqual(MAX_CUSTOM_ID);
    await actions.forgetMessages('guild-1', ['12', '7']);
    expect(await actions.decode(gone, 'guild-1')).toBe('gone');
    for (const id of [kept, other]) expect(await actions.decode(id, 'guild-1')).toMatchObject({ prefix: 'do' });
  });

  it('forgets what belongs to a person or a space', async () => {
    const { actions } = await setUp();
    const anns = actions.encode('do', long, owner);
    const bobs = actions.encode('do', long, { ...owner, person: 'bob' });
    await actions.forgetPerson('guild-1', 'ann');
    expect(await actions.decode(anns, 'guild-1')).toBe('gone');
    expect(await actions.decode(bobs, 'guild-1')).toMatchObject({ action: long });
    await actions.clearSpace('guild-1');
    expect(await actions.decode(bobs, 'guild-1')).toBe('gone');
  });
});
