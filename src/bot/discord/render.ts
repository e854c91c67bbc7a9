// A reply as messages of Discord: what people typed is escaped, tables become code blocks or lines, long texts several messages or
// a file, choices components. Pure but for the ids that components need.

import { AttachmentBuilder, MessageFlags } from 'discord.js';
import type { Say } from '../catalogue/index.js';
import { displayWidth, table } from '../format.js';
import type { Part } from '../parts.js';
import type { AnswerReply, Choice, Reply } from '../reply.js';
import type { Actions, Owner } from './actions.js';
import { buttonRow, choiceRows, type Row } from './components.js';
import { codeBlock, escapeText, MAX_CONTENT, splitContent } from './markdown.js';
import { hasMarks, withoutMarks } from './spaces.js';

/** One message: nobody is pinged, no link is previewed. */
export interface Post {
  readonly content: string;
  readonly components: readonly Row[];
  readonly files: readonly AttachmentBuilder[];
  readonly allowedMentions: { readonly parse: []; readonly repliedUser: false };
  readonly flags: MessageFlags.SuppressEmbeds;
}

export interface Rendering {
  readonly say: Say;
  readonly actions: Actions;
  /** `source`: the message that the reply is about, where a text was taken from one. */
  readonly owner: Owner & { readonly source?: string };
  readonly files?: readonly AttachmentBuilder[];
}

/** More messages than this for one reply would flood a channel: a file then. */
const MOST_POSTS = 3;
/** Monospaced columns that a phone shows without breaking lines. */
const PHONE_COLUMNS = 42;

export function makePost(content: string, more: Partial<Pick<Post, 'components' | 'files'>> = {}): Post {
  return {
    content,
    components: more.components ?? [],
    files: more.files ?? [],
    allowedMentions: { parse: [], repliedUser: false },
    flags: MessageFlags.SuppressEmbeds,
  };
}

/** At least one message; the components are on the last one. */
export function renderReply(reply: Reply, rendering: Rendering): Post[] {
  const pieces = splitContent(contentOf(reply));
  const components = componentsOf(reply, rendering);
  const files = rendering.files ?? [];
  if (pieces.length > MOST_POSTS) {
    const whole = new AttachmentBuilder(Buffer.from(withoutMarks(reply.text)), { name: 'handful.txt' });
    const note = `\n${escapeText(rendering.say('discord.tooLong'))}`;
    const start = splitContent(contentOf(reply), MAX_CONTENT - note.length)[0]!;
    return [makePost(start + note, { components, files: [...files, whole] })];
  }
  const last = pieces.length - 1;
  return pieces.map((content, i) => makePost(content, i === last ? { components, files } : {}));
}

function contentOf(reply: Reply): string {
  if (reply.kind === 'answer') return answerContent(reply);
  if (reply.kind === 'concept' && reply.smallPrint !== undefined) return conceptContent(reply.text, reply.smallPrint);
  return reply.parts === undefined ? escapeText(reply.text) : reply.parts.map(partContent).join('\n');
}

/** The answer in bold, who says so in small print, everything else as it is. */
function answerContent({ text, headline, smallPrint }: AnswerReply): string {
  const [before = '', after = ''] = splitOnce(text, headline);
  const rest = after.trimStart().startsWith(smallPrint) ? after.trimStart().slice(smallPrint.length) : after;
  return [
    escapeText(before),
    `**${escapeText(headline)}**`,
    ...(smallPrint === '' ? '' : `\n-# ${escapeText(smallPrint)}`),
    escapeText(rest),
  ].join('');
}

/** Who wrote it is in small print, between the answer and its sources. */
function conceptContent(text: string, smallPrint: string): string {
  const [before = '', after = ''] = splitOnce(text, smallPrint);
  return `${escapeText(before)}-# ${escapeText(smallPrint)}${escapeText(after)}`;
}

function splitOnce(text: string, at: string): string[] {
  const index = text.indexOf(at);
  return index < 0 ? ['', text] : [text.slice(0, index), text.slice(index + at.length)];
}

export function partContent(part: Part): string {
  switch (part.kind) {
    case 'text':
      return escapeText(part.text);
    case 'table':
      return tableContent(part.rows, part.gap);
    case 'terms':
      return part.terms.map(([term, meaning]) => `**${escapeText(term)}** ${escapeText(meaning)}`).join('\n');
    default:
      return part satisfies never;
  }
}

/** Aligned where it fits a phone, else a line a row that says what each value is. */
function tableContent(rows: readonly (readonly string[])[], gap: string | undefined): string {
  const text = table(rows, gap);
  // People are shown by name outside of code blocks only.
  const fits = !hasMarks(text) && Math.max(...text.split('\n').map(displayWidth)) <= PHONE_COLUMNS;
  if (fits) return codeBlock(text);
  const [head = [], ...others] = rows;
  return others
    .map(([name = '', ...values]) => {
      const shown = values.map((value, i) => `${head[i + 1] ?? ''} ${value}`.trim());
      return `**${escapeText(name)}** ${escapeText(shown.join(' · '))}`;
    })
    .join('\n');
}

function componentsOf(reply: Reply, { say, actions, owner }: Rendering): Row[] {
  const making = { say, actions, owner };
  const rows = choiceRows(
    making,
    (reply.choices ?? []).map((choice) => withSource(choice, owner)),
  );
  switch (reply.kind) {
    case 'answer':
      return [...rows, answerButtons(reply, making)];
    case 'help':
      return [...rows, helpButtons(making)];
    default:
      return rows;
  }
}

/** A choice that carries a text says which message the text is from, so that it goes with that message. */
function withSource(choice: Choice, { source }: Rendering['owner']): Choice {
  if (source === undefined || choice.options.text === undefined) return choice;
  return { ...choice, options: { ...choice.options, source } };
}

function answerButtons(reply: AnswerReply, making: { say: Say; actions: Actions; owner: Owner }): Row {
  const { say } = making;
  const options = { answer: reply.asked };
  const why = { label: say('discord.why'), command: 'why', options };
  if (reply.prediction.label === null) return buttonRow(making, [why]);
  return buttonRow(making, [
    { label: say('discord.right'), look: 'good', command: 'right', options },
    { label: say('discord.wrong'), look: 'bad', command: 'wrong', options },
    why,
  ]);
}

function helpButtons(making: { say: Say; actions: Actions; owner: Owner }): Row {
  const { say } = making;
  return buttonRow(making, [
    { label: say('discord.showMe'), look: 'good', command: 'demo', options: {} },
    { label: say('discord.startTask'), command: 'task create', options: {}, form: true },
  ]);
}
