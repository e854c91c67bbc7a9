// What could not be parsed, as a sentence that says what to type instead.

import type { Context } from '../services.js';
import type { ParseProblem } from './parse.js';

export function problemSentence({ say, format }: Pick<Context, 'say' | 'format'>, problem: ParseProblem): string {
  switch (problem.kind) {
    case 'unknown-command': {
      const help = problem.meant === null ? say('unknown.help') : say('meant', { meant: problem.meant });
      return format.sentences(say('unknown.command', { typed: problem.typed }), help);
    }
    case 'needs-subcommand': {
      const all = problem.subcommands.map((name) => `${problem.typed} ${name}`).join(', ');
      return say('unknown.subcommand', { typed: problem.typed, commands: all });
    }
    case 'unknown-option': {
      const { command, typed, meant, known } = problem;
      const help =
        meant !== null
          ? say('unknown.optionMeant', { meant: `${meant}:` })
          : known.length === 0
            ? say('unknown.noOptions')
            : say('unknown.optionsAre', { known: known.map((name) => `${name}:`).join(' ') });
      return format.sentences(say('unknown.option', { command: `/${command}`, typed }), help);
    }
    case 'repeated-option':
      return say('unknown.repeated', { command: `/${problem.command}`, option: problem.option });
    case 'unclosed-quote':
      return say('unknown.quote', { quote: problem.quote, after: problem.after });
    case 'stray-text':
      return problem.known.length === 0
        ? say('unknown.strayAlone', { command: `/${problem.command}`, text: problem.text })
        : say('unknown.stray', {
            command: `/${problem.command}`,
            text: problem.text,
            known: problem.known.map((name) => `${name}:`).join(' '),
          });
    case 'half-arrow':
      return say(problem.missing === 'label' ? 'unknown.arrowLabel' : 'unknown.arrowText');
    default:
      return problem satisfies never;
  }
}
