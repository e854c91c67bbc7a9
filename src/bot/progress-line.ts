// One line of a running training: `support ▕███████░░░▏ 68 %  LoRA, fold 3 of 3 · loss 0.31 · 9 s left · /model cancel`. Pure.

import { methodName } from './describe.js';
import { progressBar } from './format.js';
import type { Progress, Run } from './run-types.js';
import type { Context } from './services.js';

export function progressLine({ say, format }: Pick<Context, 'say' | 'format'>, run: Run): string {
  const { progress } = run;
  if (progress === null) return `${run.taskName} ${progressBar(0)}  ${say('progress.starting')}`;
  const details = [...progressDetails({ say, format }, progress), '/model cancel'];
  return `${run.taskName} ${progressBar(progress.percent)} ${format.percent(progress.percent / 100)}  ${details.join(' · ')}`;
}

/** What it does right now, the loss, the time left. */
export function progressDetails({ say, format }: Pick<Context, 'say' | 'format'>, progress: Progress): string[] {
  const { loss, secondsLeft } = progress;
  return [
    phaseWords(say, progress),
    ...(loss === null ? [] : [say('progress.loss', { loss: loss.toFixed(2) })]),
    ...(secondsLeft === null ? [] : [say('progress.left', { time: format.duration(Math.ceil(secondsLeft)) })]),
  ];
}

/** `LoRA, fold 2 of 3`: what a piped chat prints when it changes. */
export function phaseWords(say: Context['say'], progress: NonNullable<Run['progress']>): string {
  if (progress.phase === 'download') {
    return say('progress.downloading', { done: progress.step, total: progress.steps });
  }
  if (progress.method === null) return say('progress.reading');
  const method = methodName(say, progress.method);
  switch (progress.phase) {
    case 'read':
      return say('progress.reading');
    case 'measure':
      return progress.fold === null || progress.folds === null
        ? say('progress.measuring', { method })
        : say('progress.fold', { method, fold: progress.fold, folds: progress.folds });
    case 'train':
      return say('progress.training', { method });
    default:
      return progress.phase satisfies never;
  }
}
