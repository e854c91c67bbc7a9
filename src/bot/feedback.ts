// What people said of answers: right or wrong, one vote a person and answer, counted by who answered. A vote holds no text.
//
//   feedback/SPACE   TASK/ANSWERER/PERSON/ANSWER → right or wrong

import { z } from 'zod';
import type { Store } from '../engine/index.js';
import type { AnsweredBy } from './reply.js';

export interface Vote {
  /** Id of the task. */
  readonly task: string;
  readonly by: AnsweredBy;
  /** Id of the answer (see asked.ts). */
  readonly answer: string;
  readonly person: string;
  readonly right: boolean;
}

export interface PersonalVote {
  /** Id of the task. */
  readonly task: string;
  /** `in-context` or the number of a version. */
  readonly answerer: string;
  readonly vote: 'right' | 'wrong';
}

export interface Tally {
  readonly right: number;
  readonly wrong: number;
}

export interface Feedback {
  /** A second vote of the person on the same answer takes the place of the first. */
  vote(space: string, vote: Vote): Promise<void>;
  /** What was said of an answerer: of one version, or of the examples in context whatever they were at the time. */
  tally(space: string, task: string, by: AnsweredBy): Promise<Tally>;
  /** What a person said, as it is kept. */
  ofPerson(space: string, person: string): Promise<PersonalVote[]>;
  forgetPerson(space: string, person: string): Promise<void>;
  forgetTask(space: string, task: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

const VOTES = ['right', 'wrong'] as const;

export function createFeedback(store: Store): Feedback {
  const votes = (space: string) => store.keySpace(`feedback/${space}`, z.enum(VOTES));
  const erase = async (space: string, keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return;
    await store.batch(keys.map((key) => votes(space).drop(key)));
    await store.settle();
  };
  return {
    vote: (space, { task, by, answer, person, right }) =>
      votes(space).set(keyOf(task, answererOf(by), person, answer), right ? 'right' : 'wrong'),
    tally: async (space, task, by) => {
      const said = (await votes(space).entries(`${keyOf(task, answererOf(by))}/`)).map(([, vote]) => vote);
      const right = said.filter((vote) => vote === 'right').length;
      return { right, wrong: said.length - right };
    },
    ofPerson: async (space, person) =>
      (await votes(space).entries()).flatMap(([key, vote]) => {
        const [task = '', answerer = '', by = ''] = key.split('/').map(decodeURIComponent);
        return by === person ? [{ task, answerer, vote }] : [];
      }),
    forgetPerson: async (space, person) => {
      const theirs = (await votes(space).keys()).filter((key) => key.split('/')[PERSON] === keyOf(person));
      await erase(space, theirs);
    },
    forgetTask: async (space, task) => erase(space, await votes(space).keys(`${keyOf(task)}/`)),
    clearSpace: async (space) => {
      await store.batch([votes(space).clear()]);
      await store.settle();
    },
  };
}

/** Where the person stands in a key. */
const PERSON = 2;

const keyOf = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

const answererOf = (by: AnsweredBy): string => (by.kind === 'in-context' ? by.kind : String(by.number));
