// Who answers a question: the task's active version, or its examples in context. Exactly one answerer makes each prediction, and
// the answer says which. A damaged version hands over to the newest good one before it, in the store too; one that asks a language
// model hands over to the examples for as long as that does not answer.

import {
  type AnswererSource,
  decodePrompt,
  type Engine,
  isUserError,
  type Neighbour,
  type Prediction,
  type PromptModel,
} from '../engine/index.js';
import type { ModelNotice, PromptAnswers } from './language-model/prompt-answers.js';
import type { AnsweredBy } from './reply.js';
import { toTaskData } from './task-data.js';
import type { Task, Workspace } from './workspace/types.js';

export interface Answer {
  readonly prediction: Prediction;
  readonly by: AnsweredBy;
  /** Versions that could not be read on the way; the answer came from the one after them. */
  readonly damaged: readonly number[];
  /** Why the language model did not answer, where the person should know. */
  readonly notice: ModelNotice | null;
}

export interface Answers {
  ask(task: Task, text: string): Promise<Answer>;
  askAll(task: Task, texts: readonly string[]): Promise<Answer[]>;
  /** The examples nearest to a text, best first, whoever answers the task. */
  nearest(task: Task, text: string): Promise<readonly Neighbour[]>;
  /** How the version that answers asks a language model; null where it asks none. */
  promptWay(task: Task): Promise<string | null>;
  /** Load a version aside and make it answer once, so that the first question after a swap does not wait. Throws when damaged. */
  warmUp(task: Task, version: number): Promise<void>;
}

export interface AnswersParts {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly promptAnswers: PromptAnswers;
}

/** Versions of which it is remembered whether they ask a language model. */
const MOST_KNOWN = 1000;

interface Said {
  readonly predictions: readonly Prediction[];
  readonly version: number | null;
  readonly notice: ModelNotice | null;
}

export function createAnswers({ engine, workspace, promptAnswers }: AnswersParts): Answers {
  /** By task and version, which never change; null: the engine answers. */
  const promptModels = new Map<string, PromptModel | null>();

  const inContext = (task: Task): AnswererSource => ({
    kind: 'in-context',
    key: `${task.id}@${task.revision}`,
    encoder: task.settings.encoder,
    load: () => dataOf(task),
  });
  const dataOf = async (task: Task) => toTaskData(task, await workspace.examples(task));
  const checkpointOf = (task: Task, version: number): AnswererSource => ({
    kind: 'checkpoint',
    key: `${task.id}#${version}`,
    load: () => workspace.checkpoint(task, version),
  });

  async function promptModelOf(task: Task, version: number): Promise<PromptModel | null> {
    const key = `${task.id}#${version}`;
    const known = promptModels.get(key);
    if (known !== undefined) return known;
    const record = (await workspace.versions(task)).find(({ number }) => number === version);
    const model = record?.method === 'prompt' ? decodePrompt(await workspace.checkpoint(task, version)) : null;
    promptModels.set(key, model);
    for (const oldest of promptModels.keys()) {
      if (promptModels.size <= MOST_KNOWN) break;
      promptModels.delete(oldest);
    }
    return model;
  }

  async function predict(task: Task, version: number | null, texts: readonly string[]): Promise<Said> {
    if (version === null) return { predictions: await engine.predict(inContext(task), texts), version, notice: null };
    const model = await promptModelOf(task, version);
    if (model === null) {
      return { predictions: await engine.predict(checkpointOf(task, version), texts), version, notice: null };
    }
    const [own, data] = await Promise.all([engine.predict(inContext(task), texts), dataOf(task)]);
    const { space } = task;
    const { predictions, notice } = await promptAnswers.answer({ space, data, model, texts, inContext: own });
    return predictions === null ? { predictions: own, version: null, notice } : { predictions, version, notice };
  }

  const askAll = async (task: Task, texts: readonly string[]): Promise<Answer[]> => {
    const damaged: number[] = [];
    let version = task.activeVersion;
    for (;;) {
      try {
        const said = await predict(task, version, texts);
        if (damaged.length > 0) await workspace.promote(task, version, 'handful');
        const { notice } = said;
        return said.predictions.map((prediction) => ({
          prediction,
          by: answeredBy(said.version, prediction),
          damaged,
          notice,
        }));
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
    promptWay: async (task) =>
      task.activeVersion === null ? null : ((await promptModelOf(task, task.activeVersion))?.way ?? null),
    warmUp: async (task, version) => {
      // A language model that is off keeps nobody from a version that asks it: the examples answer until it is back.
      const asksModel = (await promptModelOf(task, version)) !== null;
      await engine.predict(asksModel ? inContext(task) : checkpointOf(task, version), [task.labels[0]!.name]);
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
