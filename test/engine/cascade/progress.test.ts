import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/engine/cascade/progress.js';
import type { TrainEvent } from '../../../src/engine/types.js';

const AT = { method: 'head', phase: 'measure', fold: 1, folds: 3 } as const;

/** A progress whose clock is moved by hand, in seconds. */
function bench(plan: Readonly<Record<string, number>>) {
  const events: Extract<TrainEvent, { kind: 'progress' }>[] = [];
  const clock = { seconds: 0, now: () => clock.seconds * 1000 };
  const progress = createProgress(clock, (event) => {
    if (event.kind === 'progress') events.push(event);
  });
  for (const [name, seconds] of Object.entries(plan)) progress.plan(name, seconds);
  const advance = (name: string, step: number, steps = 10): (typeof events)[number] => {
    progress.advance(name, AT, { step, steps, loss: null });
    return events.at(-1)!;
  };
  return { progress, events, clock, advance };
}

describe('progress', () => {
  it('is the share of the planned seconds that is done', () => {
    const { advance } = bench({ read: 10, head: 30 });
    expect(advance('read', 5).percent).toBeCloseTo(12.5, 10);
    expect(advance('read', 10).percent).toBeCloseTo(25, 10);
    expect(advance('head', 5).percent).toBeCloseTo(62.5, 10);
  });

  it('tells where the work is', () => {
    const { progress, events } = bench({ head: 1 });
    progress.advance('head', AT, { step: 2, steps: 4, loss: 0.3 });
    expect(events).toEqual([{ kind: 'progress', ...AT, step: 2, steps: 4, loss: 0.3, percent: 50, secondsLeft: 0 }]);
  });

  it('never falls, also when a fold reports late', () => {
    const { advance } = bench({ head: 10, lora: 90 });
    const percents = [advance('head', 8), advance('head', 3), advance('lora', 1), advance('head', 9)].map(
      ({ percent }) => percent,
    );
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it('never falls, also when more work is planned on the way', () => {
    const { progress, advance } = bench({ head: 10 });
    expect(advance('head', 5).percent).toBeCloseTo(50, 10);
    progress.plan('lora', 90);
    expect(advance('head', 6).percent).toBeCloseTo(50, 10);
  });

  it('never says 100 before the end', () => {
    const { advance } = bench({ head: 1 });
    expect(advance('head', 10).percent).toBe(99);
  });

  it('forgets what is no part of the plan any more, in the time that is left too', () => {
    const { progress, clock, advance } = bench({ read: 10, head: 30, lora: 60 });
    progress.drop('lora');
    clock.seconds = 10;
    expect(advance('read', 10)).toMatchObject({ percent: 25, secondsLeft: 30 });
  });

  it('jumps over what is not run', () => {
    const { progress, advance } = bench({ read: 10, head: 10, lora: 80 });
    progress.finish('lora');
    expect(advance('read', 10).percent).toBeCloseTo(90, 10);
  });

  it('guesses the time left from the pace so far, once there is one', () => {
    const { clock, advance } = bench({ read: 10, head: 90 });
    clock.seconds = 4;
    expect(advance('read', 1).secondsLeft).toBeNull();
    clock.seconds = 20;
    // A tenth took 20 s, twice as long as planned: the rest takes 180.
    expect(advance('read', 10).secondsLeft).toBeCloseTo(180, 6);
  });

  it('takes work that was not planned, and plans of no seconds', () => {
    const { advance } = bench({ head: 0 });
    expect(advance('other', 1).percent).toBe(0);
    expect(advance('head', 5).percent).toBeCloseTo(50, 6);
  });
});
