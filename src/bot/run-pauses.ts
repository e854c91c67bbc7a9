// Teaching goes on for a while: whoever wants to act on it waits for a pause, though not for ever.

import type { Clock } from './clock.js';
import type { Task } from './workspace/types.js';

const PAUSE_MS = 4_000;
const LONGEST_WAIT_MS = 60_000;

export interface Pauses {
  readonly size: number;
  /** The task changed: `onPause` comes for it after a pause. */
  touch(task: Task): void;
  /** Nothing comes for this task any more. */
  stop(taskId: string): void;
  /** The pause is over, for every task that waits. */
  end(): void;
  stopAll(belongs?: (task: Task) => boolean): void;
}

export function createPauses(clock: Clock, onPause: (task: Task) => void): Pauses {
  const waiting = new Map<string, { readonly task: Task; readonly since: number; readonly callOff: () => void }>();
  const stop = (taskId: string): void => {
    waiting.get(taskId)?.callOff();
    waiting.delete(taskId);
  };
  const over = (task: Task): void => {
    stop(task.id);
    onPause(task);
  };
  return {
    get size() {
      return waiting.size;
    },
    stop,
    touch: (task) => {
      const since = waiting.get(task.id)?.since ?? clock.now();
      stop(task.id);
      const delayMs = Math.max(0, Math.min(PAUSE_MS, since + LONGEST_WAIT_MS - clock.now()));
      waiting.set(task.id, { task, since, callOff: clock.after(delayMs, () => over(task)) });
    },
    end: () => {
      for (const { task } of [...waiting.values()]) over(task);
    },
    stopAll: (belongs = () => true) => {
      for (const { task } of [...waiting.values()]) if (belongs(task)) stop(task.id);
    },
  };
}
