// Who answers a question: the task's active version, or its examples in context. Exactly one answerer makes each prediction, and
// the answer says which. A damaged version hands over to the newest good one before it, in the store too.

import { type AnswererSource, type Engine, isUserError, type Neighbour, type Prediction } from '../engine/index.js';
import type { AnsweredBy } from './reply.js';
import { toTaskData } from './task-data.js';
import type { Task, Workspace } from './workspace/types.js';

export interface Answer {
  readonly prediction: Prediction;
  readonly by: AnsweredBy;
  /** Versions that could not be read on the way; the answer came from the one after them. */
  readonly damaged: readonly number[];
}

export interface Answers {
  ask(task: Task, text: string): Promise<Answer>;
  askAll(task: Task, texts: readonly string[]): Promise<Answer[]>;
  /** The examples nearest to a text, best first, whoever answers the task. */
  nearest(task: Task, text: string): Promise<readonly Neighbour[]>;
  /** Load a version aside and make it answer once, so that the first question after a swap does not wait. Throws when damaged. */
  warmUp(task: Task, version: number): Promise<void>;
}

export function createAnswers({ engine, workspace }: { engine: Engine; workspace: Workspace }): Answers {
  const inContext = (task: Task): AnswererSource => ({
    kind: 'in-context',
    key: `${task.id}@${task.revision}`,
    load: async () => toTaskData(task, await workspace.examples(task)),
  });
  const sourceOf = (task: Task, version: number | null): AnswererSource =>
    version === null
      ? inContext(task)
      : { kind: 'checkpoint', key: `${task.id}#${version}`, load: () => workspace.checkpoint(task, version) };

  const askAll = async (task: Task, texts: readonly string[]): Promise<Answer[]> => {
    const damaged: number[] = [];
    let version = task.activeVersion;
    for (;;) {
      try {
        const predictions = await engine.predict(sourceOf(task, version), texts);
        if (damaged.length > 0) await workspace.promote(task, version, 'handful');
        return predictions.map((prediction) => ({ prediction, by: answeredBy(version, prediction), damaged }));
      } catch (error) {
        if (version === null || !isUserError(error) || error.code !== 'damaged') throw error;
        damaged.push(version);
        version = await versionBefore(workspace, task, version);
      }
    }
  };

  return {
    askAll,
    ask: async (task, text) => (await askAll(task, [text]))[0]!,
    nearest: async (task, text) => (await engine.predict(inContext(task), [text]))[0]!.nearest,
    warmUp: async (task, version) => {
      await engine.predict(sourceOf(task, version), [task.labels[0]!.name]);
    },
  };
}

function answeredBy(version: number | null, prediction: Prediction): AnsweredBy {
  return version === null ? { kind: 'in-context' } : { kind: 'version', number: version, method: prediction.method };
}

async function versionBefore(workspace: Workspace, task: Task, number: number): Promise<number | null> {
  const earlier = (await workspace.versions(task)).map((version) => version.number).filter((other) => other < number);
  return earlier.length === 0 ? null : Math.max(...earlier);
}
