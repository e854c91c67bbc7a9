// What commands work with, handed to them as an argument. The composition root (main.ts) makes the real ones, tests make theirs.

import type { Engine, FileSource, LanguageModel } from '../engine/index.js';
import type { Answers } from './answer.js';
import type { Asked } from './asked.js';
import type { Language, Say } from './catalogue/index.js';
import type { Clock } from './clock.js';
import type { Communities } from './community.js';
import type { Concepts } from './concepts/base.js';
import type { Grounder } from './concepts/grounded.js';
import type { Config } from './config.js';
import type { Consent } from './consent.js';
import type { Erasure } from './erase.js';
import type { Feedback } from './feedback.js';
import type { Format } from './format.js';
import type { Journal } from './journal.js';
import type { KeptLabels } from './kept-labels.js';
import type { Limits } from './limits.js';
import type { Log } from './log.js';
import type { Retention } from './retention.js';
import type { RunMemory } from './run-types.js';
import type { Runs } from './runs.js';
import type { Sessions } from './sessions.js';
import type { Workspace } from './workspace/types.js';

export interface Services {
  readonly config: Config;
  readonly engine: Engine;
  /** null: none is configured. */
  readonly languageModel: LanguageModel | null;
  readonly workspace: Workspace;
  readonly answers: Answers;
  readonly asked: Asked;
  readonly feedback: Feedback;
  readonly keptLabels: KeptLabels;
  readonly runs: Runs;
  readonly memory: RunMemory;
  readonly sessions: Sessions;
  readonly settings: Settings;
  readonly communities: Communities;
  readonly consent: Consent;
  readonly concepts: Concepts;
  /** null: no language model is configured. */
  readonly grounder: Grounder | null;
  readonly erasure: Erasure;
  readonly retention: Retention;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a person chose for themselves. */
export interface Settings {
  language(space: string, person: string): Promise<Language | null>;
  setLanguage(space: string, person: string, language: Language): Promise<void>;
  forgetPerson(space: string, person: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

/** What a person may do in a space: the owner of a local chat and moderators may do everything, members ask, teach and review. */
export type Role = 'owner' | 'moderator' | 'member';

/** Who speaks, where, and how files reach them. */
export interface Speaker {
  readonly space: string;
  readonly person: string;
  readonly role: Role;
  /** The language of the face (terminal, Discord locale); a person's own setting goes before it. */
  readonly language: Language;
  readonly files: Files;
  /** A person as the face shows them: a name, or what a chat turns into one. */
  readonly nameOf: (person: string) => string;
  /** A role and a channel likewise; faces without them show what was typed. */
  readonly roleOf: (role: string) => string;
  readonly channelOf: (channel: string) => string;
  /** Id of the message that a text was taken from; its example goes when the message is deleted. */
  readonly source?: string;
  /** Gets the beginning of a reply that takes a while, as often as there is more of it; the reply itself replaces it. */
  readonly onPartial?: ((text: string) => void) | undefined;
}

/** Files as the face has them: paths for the local chat, attachments for Discord. */
export interface Files {
  /** Throws a UserError `bad-file` when there is none. */
  open(reference: string): Promise<OpenedFile>;
  /** Give the person a file; returns where it is, for the reply. */
  write(name: string, content: string): Promise<string>;
  /** Several files that belong together; all of them or none. */
  writeFolder(name: string, files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<string>;
}

export interface OpenedFile {
  readonly name: string;
  readonly source: FileSource;
}

/** A speaker with their language at hand: what a command gets. */
export interface Context extends Speaker {
  readonly say: Say;
  readonly format: Format;
}
