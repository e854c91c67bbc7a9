// `npm run demo`: a conversation on the sample data, in a store in memory. Every number on the screen is computed in this run.

import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, UserError } from '../../engine/index.js';
import { announcement } from '../announce.js';
import { createSay, type Say } from '../catalogue/index.js';
import { systemClock } from '../clock.js';
import { composeHandful, type Handful } from '../compose.js';
import type { Config } from '../config.js';
import { createFormat } from '../format.js';
import { createPaint, type Paint, renderReply } from '../local/render.js';
import { localSpeaker } from '../local/speaker.js';
import { createLog } from '../log.js';
import { textOf } from '../parts.js';
import { progressLine } from '../progress-line.js';
import { reportCard } from '../report-card.js';
import { readSample, type Sample, sampleFor } from '../samples.js';
import type { ExitCode } from './exit.js';
import { openEngine } from './open.js';

const SHOTS = 8;
/** The demo must end in 90 seconds on two cores; training gets what the rest does not need. */
const TRAINING_SECONDS = 65;
const PROGRESS_EVERY_MS = 2_000;

export async function demo(config: Config): Promise<ExitCode> {
  if (!config.training) {
    throw new UserError(
      'bad-configuration',
      'Training is switched off: HANDFUL_TRAINING is "off". The demo shows a training on sample data; run it without that setting.',
    );
  }
  const engine = await openEngine(config);
  const log = createLog((line) => process.stderr.write(`${line}\n`));
  const quiet: Config = { ...config, budgetSeconds: TRAINING_SECONDS };
  const handful = composeHandful({ config: quiet, engine, store: await openStore('memory:'), clock: systemClock, log });
  const stage = createStage(handful, quiet);
  try {
    await play(handful, stage, await readSample(sampleFor(config.language)));
    return 0;
  } finally {
    await handful.close();
  }
}

interface Stage {
  readonly say: Say;
  readonly paint: Paint;
  print(text: string): void;
  /** A line as if it were typed, and its reply. */
  type(line: string): Promise<void>;
}

function createStage(handful: Handful, config: Config): Stage {
  const say = createSay(config.language);
  const paint = createPaint(config.colour && process.stdout.isTTY === true);
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const speaker = localSpeaker(config);
  return {
    say,
    paint,
    print,
    type: async (line) => {
      print(`${paint('cyan', '›')} ${line}`);
      const reply = await handful.dispatch.line(line, speaker);
      if (reply !== null) print(renderReply(reply, paint));
    },
  };
}

async function play({ services }: Handful, stage: Stage, sample: Sample): Promise<void> {
  const { say, paint, print, type } = stage;
  const format = createFormat(say);
  const name = sample.name;
  const { encoder, backend } = await services.engine.describe();
  print(paint('dim', say('demo.intro', { sample: name, encoder, backend: backend.name })));
  // Automatic training off, so that the run starts where the story wants it.
  await type(`/task create name:${name} labels:"${sample.labels.join(', ')}" instruction:"${sample.instruction}"`);
  await type(`/task edit task:${name} automatic:no`);
  await type(`/ask ${sample.test[0]!.text}`);
  const shots = sample.train.slice(0, SHOTS * sample.labels.length);
  for (const { text, label } of shots.slice(0, 2)) await type(`${text} => ${label}`);
  const task = await services.workspace.findTask('local', name);
  await services.workspace.teach(task, shots.slice(2), { by: 'me' });
  print(paint('dim', say('demo.taught', { count: shots.length - 2, shots: SHOTS })));
  await type(`/ask ${sample.test[0]!.text}`);
  const before = await accuracyOnTest();
  print(
    paint(
      'bold',
      say('demo.accuracy', {
        answerer: say('answerer.in-context'),
        count: sample.test.length,
        accuracy: format.percent(before),
      }),
    ),
  );
  await train();
  await type(`/ask ${sample.test[0]!.text}`);
  const after = await accuracyOnTest();
  const now = await services.workspace.findTask('local', name);
  const answerer =
    now.activeVersion === null ? say('answerer.in-context') : say('version', { version: now.activeVersion });
  print(paint('bold', say('demo.accuracy', { answerer, count: sample.test.length, accuracy: format.percent(after) })));
  print(paint('bold', say('demo.end', { before: format.percent(before), after: format.percent(after) })));

  async function accuracyOnTest(): Promise<number> {
    const current = await services.workspace.findTask('local', name);
    const answers = await services.answers.askAll(
      current,
      sample.test.map(({ text }) => text),
    );
    return answers.filter(({ prediction }, i) => prediction.closest === sample.test[i]!.label).length / answers.length;
  }

  async function train(): Promise<void> {
    let shown = 0;
    const unsubscribe = services.runs.subscribe((event) => {
      if (event.kind === 'progress' && systemClock.now() - shown >= PROGRESS_EVERY_MS) {
        shown = systemClock.now();
        print(paint('dim', progressLine({ say, format }, event.run)));
      }
      const reply = announcement({ say, format }, event);
      if (reply === null) return;
      print(renderReply(reply, paint));
      if (reply.kind === 'report' && reply.record !== null)
        print(paint('dim', textOf(reportCard({ say, format }, reply.record))));
    });
    await type(`/model train task:${name}`);
    const finished = services.runs.finished((await services.workspace.findTask('local', name)).id);
    // The chat goes on meanwhile.
    for (const { text } of sample.test.slice(1, 3)) {
      await Promise.race([sleep(3_000), finished]);
      await type(`/ask ${text}`);
    }
    await finished;
    unsubscribe();
  }
}
