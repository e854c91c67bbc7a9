// What moderators may want to read in a log channel: who taught, trained, promoted, rolled back. Told to whoever listens and kept
// nowhere but in the log of the operator, which gets ids and numbers only.

import type { en } from './catalogue/en.js';
import type { Say, SentenceKey } from './catalogue/index.js';
import type { PlaceholdersOf } from './catalogue/sentence.js';
import type { Log } from './log.js';
import type { RunEvent } from './run-types.js';
import type { Runs } from './runs.js';
import type { TeachOutcome } from './workspace/types.js';

type JournalKey = Extract<SentenceKey, `journal.${string}`>;
type NumbersOf<Key extends JournalKey> = Exclude<PlaceholdersOf<(typeof en)[Key]>, 'person' | 'task'>;

/** What a command did, as a sentence of the catalogue: beside the person and the task it holds only numbers. */
export type News = {
  [Key in JournalKey]: {
    readonly key: Key;
    readonly task: { readonly id: string; readonly name: string } | null;
    readonly values: Readonly<Record<NumbersOf<Key>, number>>;
  };
}[JournalKey];

export type JournalEntry = News & {
  readonly space: string;
  readonly person: string;
  /** null: a run of its own accord. */
  readonly command: string | null;
};

/** News of teaching; none where everything was known already. */
export function taughtNews(task: NonNullable<News['task']>, outcomes: readonly TeachOutcome[]): News[] {
  const count = (kind: TeachOutcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const [taught, relabelled] = [count('taught'), count('relabelled')];
  return [
    ...(taught > 0 ? [{ key: 'journal.taught', task, values: { count: taught } } as const] : []),
    ...(relabelled > 0 ? [{ key: 'journal.relabelled', task, values: { count: relabelled } } as const] : []),
  ];
}

export interface Journal {
  note(entry: JournalEntry): void;
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

export function createJournal({ log, runs }: { log: Log; runs: Pick<Runs, 'subscribe'> }): Journal {
  const listeners = new Set<(entry: JournalEntry) => void>();
  const note = (entry: JournalEntry): void => {
    const { key, space, person, command, task, values } = entry;
    log.info(key.slice('journal.'.length), { space, person, command, task: task?.id, ...values });
    for (const listener of listeners) {
      try {
        listener(entry);
      } catch (error) {
        log.bug('journal', error);
      }
    }
  };
  runs.subscribe((event) => {
    const news = newsOfRun(event);
    if (news !== null) note({ ...news, space: event.run.space, person: event.run.by, command: null });
  });
  return {
    note,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newsOfRun(event: RunEvent): News | null {
  if (event.kind !== 'finished' || event.outcome.kind !== 'promoted') return null;
  const task = { id: event.run.taskId, name: event.run.taskName };
  const { after } = event.outcome;
  return after.kind === 'version'
    ? { key: 'journal.runPromoted', task, values: { version: after.number } }
    : { key: 'journal.runPromotedInContext', task, values: {} };
}

/** The entry as a sentence; `show` makes what a chat shows of a person and of a task's name. */
export function journalSentence(
  say: Say,
  { key, person, task, values }: JournalEntry,
  show: { readonly person: (id: string) => string; readonly text: (name: string) => string },
): string {
  const all = { ...values, person: show.person(person), task: show.text(task?.name ?? '') };
  return (say as (key: JournalKey, values: Readonly<Record<string, string | number>>) => string)(key, all);
}
