// What a space holds, as the bot keeps it. A space is a Discord guild or `local`; nothing here ever crosses spaces.

import type { CascadeRecord, LabelSpec, MethodName } from '../../engine/index.js';

/** Stands where the id of a person stood who asked to be forgotten. */
export const FORGOTTEN_PERSON = '–';

export interface TaskSettings {
  /** Accuracy at which Handful stops fine-tuning, in (0, 1]. */
  readonly target: number;
  /** Whether new examples start a run by themselves. */
  readonly automatic: boolean;
  /** Encoder that reads the task's texts; null: the configured one. */
  readonly encoder: string | null;
}

export interface Task {
  readonly id: string;
  readonly space: string;
  readonly name: string;
  readonly instruction: string;
  readonly labels: readonly LabelSpec[];
  readonly settings: TaskSettings;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Grows with every change of labels, instruction or examples: names the in-context answerer. */
  readonly revision: number;
  /** Version that answers; null: in context. */
  readonly activeVersion: number | null;
}

export interface Example {
  readonly id: string;
  readonly text: string;
  /** null: submitted without a label, for /review. */
  readonly label: string | null;
  readonly submittedBy: string;
  readonly submittedAt: number;
  /** Id of the message that the text was taken from. */
  readonly source?: string | undefined;
}

/** A trained answerer with its record. Version numbers start at 1 and are never used twice in a task. */
export interface Version {
  readonly number: number;
  readonly method: MethodName;
  readonly record: CascadeRecord;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly parent: number | null;
  readonly checksum: string;
  readonly bytes: number;
  /** Set when an example it was trained on was forgotten: it should be trained again. */
  readonly stale: boolean;
}

export interface NewExample {
  readonly text: string;
  readonly label: string | null;
}

/** What became of each submitted example. */
export type TeachOutcome =
  | { readonly kind: 'taught'; readonly example: Example; readonly similarTo: string | null }
  | { readonly kind: 'duplicate'; readonly text: string; readonly label: string | null }
  /** The same text is held under another label: not stored; the person is asked which one holds. */
  | { readonly kind: 'conflict'; readonly text: string; readonly label: string | null; readonly held: Example }
  /** An unlabelled or differently labelled text got its label (`replace: true`, or it had none). */
  | { readonly kind: 'relabelled'; readonly example: Example; readonly before: string | null };

export interface TeachOptions {
  readonly by: string;
  /** Move a text that is held under another label to this one instead of reporting a conflict. */
  readonly replace?: boolean;
  /** Id of the message that the texts were taken from: their examples go when it is deleted. */
  readonly source?: string | undefined;
}

export interface NewTask {
  readonly name: string;
  readonly labels: readonly LabelSpec[];
  readonly instruction?: string;
  readonly by: string;
  readonly settings?: Partial<TaskSettings>;
}

export interface TaskChanges {
  readonly name?: string;
  readonly instruction?: string;
  readonly addLabels?: readonly LabelSpec[];
  /**
   * Examples of a dropped label stay, unlabelled. When the active version knows the dropped label, the task answers in context
   * again: an answer must never be a label that the task does not have.
   */
  readonly dropLabels?: readonly string[];
  /** Label → description; an empty description removes it. */
  readonly describeLabels?: Readonly<Record<string, string>>;
  readonly settings?: Partial<TaskSettings>;
  /** Who edits, for the undo log. */
  readonly by?: string;
}

export interface Counts {
  /** Every label of the task in its order, with how many examples it has. */
  readonly labels: readonly { readonly label: string; readonly examples: number }[];
  readonly unlabelled: number;
  /** Labelled and unlabelled. */
  readonly total: number;
}

export interface Taught {
  readonly task: Task;
  /** In the order of the submitted examples. */
  readonly outcomes: TeachOutcome[];
}

export interface Forgotten {
  readonly task: Task;
  readonly removed: readonly Example[];
  /** Numbers of the versions that became stale by this. */
  readonly staleVersions: readonly number[];
}

export interface NewVersion {
  readonly method: MethodName;
  readonly record: CascadeRecord;
  readonly bytes: Uint8Array;
  readonly by: string;
  /** Ids of the examples that the run saw. */
  readonly trainedOn: readonly string[];
}

/** What an undo reversed. */
export interface Undone {
  readonly kind: 'teach' | 'label' | 'forget' | 'edit' | 'promote';
  /** The task as it is now, after the undo. */
  readonly task: Task;
  /** Who had done it, and when. */
  readonly by: string | null;
  readonly at: number;
  /** How many examples changed back. */
  readonly examples: number;
}

/** What a space holds, as plain data (checkpoints left out: they can be trained again from this). */
export interface SpaceExport {
  readonly format: 'handful-space';
  readonly formatVersion: 1;
  readonly space: string;
  readonly exportedAt: number;
  readonly tasks: readonly {
    readonly task: Task;
    readonly examples: readonly Example[];
    readonly versions: readonly Version[];
  }[];
}

/**
 * Everything the spaces hold. Every promise resolves after the change is on disk; changes of one space happen one after
 * another, so two people at once lose nothing. A task that is passed in is only a name for what is stored: methods work on the
 * stored one and give the new one back. Throws UserErrors.
 */
export interface Workspace {
  /** The spaces that have a task, in the order of their ids. */
  spaces(): Promise<string[]>;
  /** Oldest first. */
  tasks(space: string): Promise<Task[]>;
  /** Without a name: the only task, or the one used last in this space. */
  findTask(space: string, name?: string): Promise<Task>;
  createTask(space: string, task: NewTask): Promise<Task>;
  editTask(task: Task, changes: TaskChanges): Promise<Task>;
  deleteTask(task: Task): Promise<void>;

  /** In the order they were submitted. */
  examples(task: Task): Promise<Example[]>;
  counts(task: Task): Promise<Counts>;
  /** All or nothing. An unlabelled text that is held under a label is a duplicate. */
  teach(task: Task, examples: readonly NewExample[], options: TeachOptions): Promise<Taught>;
  /** null takes the label away. */
  label(task: Task, exampleId: string, label: string | null, by: string): Promise<{ task: Task; example: Example }>;
  forget(task: Task, exampleIds: readonly string[], by: string): Promise<Forgotten>;
  /**
   * Reverses the last teach, label, forget, edit or promotion of the space, whoever did it; with `ownOnly` throws `forbidden`
   * when it was somebody else.
   */
  undo(space: string, by: string, options?: { readonly ownOnly?: boolean }): Promise<Undone>;

  /** Oldest first. */
  versions(task: Task): Promise<Version[]>;
  /** Written whole; does not answer before it is promoted. */
  addVersion(task: Task, version: NewVersion): Promise<Version>;
  /** Verified bytes of a version; `damaged` when they are not what was written. */
  checkpoint(task: Task, version: number): Promise<Uint8Array>;
  /** Moves the pointer, after the version was verified; null: answer in context. */
  promote(task: Task, version: number | null, by: string): Promise<Task>;
  /** The answerer that was active before this one (null: in context); undefined when there was none. */
  previous(task: Task): Promise<number | null | undefined>;
  /** Moves the pointer back to `previous`; again and again goes further back. */
  rollback(task: Task, by: string): Promise<Task>;

  deleteSpace(space: string): Promise<void>;
  exportSpace(space: string): Promise<SpaceExport>;
  /**
   * Deletes the examples that a person submitted, from the undo log too, and their id from what they made and did. What was
   * removed, of the tasks that lost examples.
   */
  forgetPerson(space: string, by: string): Promise<Forgotten[]>;
  /** The same for the examples that were taken from these messages; cheap when none was. */
  forgetMessages(space: string, messages: readonly string[]): Promise<Forgotten[]>;
}
