// What a space holds, as the bot keeps it. A space is a Discord guild or `local`; nothing here ever crosses spaces.

import type { CascadeRecord, LabelSpec, MethodName } from '../../engine/index.js';

export interface TaskSettings {
  /** Accuracy at which Handful stops fine-tuning, in (0, 1]. */
  readonly target: number;
  /** Whether new examples start a run by themselves. */
  readonly automatic: boolean;
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
}
