// The command `handful`: parses the command line and hands over to one file a command. Exit codes: see cli/exit.ts.

import { Command, CommanderError } from 'commander';
import { isUserError, METHOD_NAMES, suggest, UserError } from '../engine/index.js';
import { type ExitCode, exitCodeFor, explain } from './cli/exit.js';
import { type Config, loadEnvironment, readConfig } from './config.js';

export async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = createProgram();
    refuseUnknown(program, argv[2]);
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${isUserError(error) ? '' : 'handful: '}${explain(error)}\n`);
    process.exitCode = exitCodeFor(error);
  }
}

/** `start` is what runs without a word, so commander itself would take a mistyped command for an argument of it. */
function refuseUnknown(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith('-') || word === 'help') return;
  const names = program.commands.map((command) => command.name());
  if (names.includes(word)) return;
  const meant = suggest(word, names);
  const help = meant === null ? `The commands are ${names.join(', ')}.` : `Did you mean handful ${meant}?`;
  throw new UserError('unknown-command', `There is no command "${word}". ${help}`, { details: { word, meant } });
}

/** Run a command with the configuration; each is loaded only when it is used. */
function run<Options>(command: (options: Options, config: Config) => Promise<ExitCode>) {
  return async (options: Options): Promise<void> => {
    process.exitCode = await command(options, readConfig(loadEnvironment()));
  };
}

function createProgram(): Command {
  const program = new Command('handful')
    .description('A chat bot that a community teaches with a handful of labelled examples.')
    .exitOverride()
    .showHelpAfterError('(handful --help lists the commands)');
  program
    .command('start', { isDefault: true })
    .description('the Discord bot when DISCORD_TOKEN is set, else the local chat')
    .action(run(async (_options: object, config) => (await import('./cli/chat.js')).start(config, process.env)));
  program
    .command('chat')
    .description('open the local chat; input that is not a terminal is read line by line')
    .option('--json', 'one JSON object a reply')
    .action(
      run(async ({ json = false }: { json?: boolean }, config) =>
        (await import('./cli/chat.js')).chat(config, { json }),
      ),
    );
  program
    .command('demo')
    .description('play a conversation on sample data: teach, ask, train, swap')
    .action(run(async (_options: object, config) => (await import('./cli/demo.js')).demo(config)));
  program
    .command('doctor')
    .description('check what runs here and say what to do')
    .action(run(async (_options: object, config) => (await import('./cli/doctor.js')).doctor(config, process.env)));
  program
    .command('eval')
    .description('train on one file, score every method on another')
    .requiredOption('--train <file>', 'training examples (JSONL, CSV, TSV: text, label)')
    .requiredOption('--test <file>', 'test examples; the label oos means out of scope')
    .option('--shots <number>', 'examples a label to draw from the training file; left out: all')
    .option('--seed <number>', 'seed of every random choice')
    .option('--encoder <name>', 'embedded, use-lite, static-en-zh, hashing, a folder or a hub id (owner/name)')
    .option(
      '--methods <list>',
      `methods with commas out of ${METHOD_NAMES.join(', ')}; left out: those that the data suggests`,
    )
    .option('--options <list>', 'settings of those methods: "rank=16 epochs=24"')
    .option('--unlabelled <file>', 'texts without a label, for self-training and pretrain')
    .option('--budget <seconds>', 'time that training may take')
    .option('--llm <model>', 'language model of the method prompt; left out: HANDFUL_LLM')
    .option('--json', 'one JSON object and nothing else')
    .action(
      run(async (options: import('./cli/eval-options.js').RawEvalOptions, config) =>
        (await import('./cli/eval.js')).evaluate(options, config),
      ),
    );
  program
    .command('train')
    .description('measure and fine-tune a task of the store, print the report card')
    .option('--task <name>', 'the task; left out: the only one, or the one used last')
    .option('--method <name>', `auto, ${METHOD_NAMES.join(', ')}`)
    .option('--options <list>', 'settings of that method: "rank=16 epochs=24"')
    .option('--lora <folder>', 'a LoRA that peft trained on the same encoder: taken instead of training one')
    .option('--budget <seconds>', 'time that training may take')
    .action(
      run(async (options: import('./cli/train.js').TrainOptions, config) =>
        (await import('./cli/train.js')).train(options, config),
      ),
    );
  program
    .command('export')
    .description('write the examples of a task, or a trained version for other tools')
    .option('--task <name>', 'the task; left out: the only one, or the one used last')
    .option('--format <format>', 'csv, tsv, jsonl, sft-chat, sft-instruction; a version: safetensors, onnx, peft')
    .option('--out <file>', 'file to write, left out: standard output; for a version a new folder')
    .option('--version <number>', 'the version; left out: the one that answers, else the newest')
    .action(
      run(async (options: import('./cli/export.js').ExportOptions, config) =>
        (await import('./cli/export.js')).exportTask(options, config),
      ),
    );
  program
    .command('concept')
    .description('answer a question about few-shot learning and fine-tuning')
    .argument('<question...>', 'the question, in English or Chinese')
    .option('--json', 'one JSON object and nothing else')
    .action((words: string[], options: { json?: boolean }) =>
      run(async (asked: import('./cli/concept.js').ConceptOptions, config) =>
        (await import('./cli/concept.js')).concept(asked, config),
      )({ ...options, question: words.join(' ') }),
    );
  return program;
}
