// From what a person typed to the reply. Every face hands its lines or commands to this one place. Mistakes of people become
// replies that say what to do; mistakes of ours are logged with an id that the reply names.

import { findName, isUserError, suggest } from '../engine/index.js';
import type { Say } from './catalogue/index.js';
import { COMMANDS, type Command, shapeOf } from './commands/index.js';
import { withNotice } from './consent.js';
import { fail, messageFor } from './fail.js';
import { wordsIn } from './format.js';
import type { Choice, Reply } from './reply.js';
import type { Context, Services, Speaker } from './services.js';
import { type ParseProblem, parseLine } from './syntax/parse.js';
import { problemSentence } from './syntax/problem.js';

export interface Dispatch {
  /** A line of chat; null when there is nothing on it. */
  line(line: string, speaker: Speaker): Promise<Reply | null>;
  /** A command with its options as typed characters: what buttons and slash commands send. */
  command(name: string, options: Readonly<Record<string, string>>, speaker: Speaker): Promise<Reply>;
}

const SHAPES = COMMANDS.filter((command) => !command.hidden).map(shapeOf);

export function createDispatch(services: Services): Dispatch {
  const guarded = async (
    speaker: Speaker,
    work: (context: Context) => Promise<Reply | null>,
  ): Promise<Reply | null> => {
    const context = await contextOf(services, speaker);
    try {
      const reply = await work(context);
      if (reply !== null) remember(services, speaker, reply);
      return reply;
    } catch (error) {
      return errorReply(services, context.say, error);
    }
  };
  return {
    line: (line, speaker) => guarded(speaker, (context) => runLine(services, context, line)),
    command: async (name, options, speaker) =>
      (await guarded(speaker, (context) => invoke(services, context, name, options)))!,
  };
}

/** What the next line may answer or go on from. */
function remember({ sessions }: Services, { space, person }: Speaker, reply: Reply): void {
  const session = sessions.get(space, person);
  session.choices = reply.choices ?? [];
  if (reply.kind !== 'concept') session.concepts = [];
  else if (reply.answered) session.concepts = reply.ids;
}

async function contextOf({ settings }: Services, speaker: Speaker): Promise<Context> {
  const language = (await settings.language(speaker.space, speaker.person)) ?? speaker.language;
  return { ...speaker, language, ...wordsIn(language) };
}

async function runLine(services: Services, context: Context, line: string): Promise<Reply | null> {
  const { choices } = services.sessions.get(context.space, context.person);
  const chosen = chooseFrom(choices, line);
  if (chosen.kind === 'chosen') return invoke(services, context, chosen.choice.command, chosen.choice.options);
  if (chosen.kind === 'nearly')
    throw fail(
      context.say,
      'unknown-label',
      context.say('choice.unknown', { typed: line.trim(), meant: chosen.meant }),
    );
  const parsed = parseLine(line, SHAPES);
  switch (parsed.kind) {
    case 'nothing':
      return null;
    case 'command':
      return invoke(services, context, parsed.name, parsed.options);
    case 'teach':
      return invoke(services, context, 'teach', { text: parsed.text, label: parsed.label });
    case 'text':
      return runText(services, context, parsed.text);
    case 'wrong':
      throw wrongLine(context, parsed.problem);
    default:
      return parsed satisfies never;
  }
}

/** `support: I was charged twice` asks the task of that name; any other text is asked as it is. */
async function runText(services: Services, context: Context, text: string): Promise<Reply> {
  const match = /^([^:：\n]{1,100})[:：]\s*(\S.*)$/s.exec(text);
  const names = match === null ? [] : (await services.workspace.tasks(context.space)).map(({ name }) => name);
  const task = match === null ? null : findName(match[1]!, names);
  if (task === null) return invoke(services, context, 'line', { text });
  return invoke(services, context, 'ask', { text: match![2]!, task });
}

/** A line that answers the last question: the number of a choice, or its label; a near miss is asked about, not taken as a text. */
function chooseFrom(
  choices: readonly Choice[],
  line: string,
): { kind: 'chosen'; choice: Choice } | { kind: 'nearly'; meant: string } | { kind: 'other' } {
  const typed = line.trim();
  if (choices.length === 0 || typed === '' || /^[/／]/.test(typed)) return { kind: 'other' };
  const word = typed.toLowerCase();
  const exact =
    choices.find((choice) => choice.label.toLowerCase() === word) ??
    choices.find((choice) => choice.aliases?.includes(word));
  const choice = exact ?? (/^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined);
  if (choice !== undefined) return { kind: 'chosen', choice };
  const meant = /\s/.test(typed)
    ? null
    : suggest(
        typed,
        choices.filter(({ isOffer }) => isOffer !== true).map(({ label }) => label),
      );
  return meant === null ? { kind: 'other' } : { kind: 'nearly', meant };
}

/** The one place where a command runs, whatever face or button it came from. */
async function invoke(
  services: Services,
  context: Context,
  name: string,
  options: Readonly<Record<string, string>>,
): Promise<Reply> {
  const command = commandNamed(name);
  requireRole(context, command);
  const { space, person } = context;
  const reply = await services.limits.run(context, name, () => command.invoke(services, context, options));
  for (const news of reply.news ?? []) services.journal.note({ ...news, space, person, command: name });
  return command.teaches ? withNotice(services, context, reply) : reply;
}

function requireRole({ role, say }: Context, { name, audience }: Command): void {
  if (audience === 'everyone' || role !== 'member') return;
  throw fail(say, 'forbidden', say('access.moderators', { command: name }));
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error(`there is no command "${name}"`);
  return command;
}

function wrongLine(context: Context, problem: ParseProblem) {
  const code =
    problem.kind === 'unknown-command' || problem.kind === 'needs-subcommand' ? 'unknown-command' : 'bad-input';
  return fail(context.say, code, problemSentence(context, problem));
}

function errorReply({ log }: Services, say: Say, error: unknown): Reply {
  if (isUserError(error)) return { kind: 'error', code: error.code, text: messageFor(error, say) };
  const errorId = log.bug('command', error);
  return { kind: 'error', code: 'bug', errorId, text: say('bug', { id: errorId }) };
}
