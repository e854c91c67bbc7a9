// Cross-validation of one method: held-out logits of every example, each by a fit that did not see it.

import type { Contender } from '../evaluate/comparison.js';
import { measure } from '../evaluate/measure.js';
import { logProbabilities, mean, softmaxRows } from '../evaluate/metrics.js';
import { EXPECTED_TEMPERATURE } from '../heads/prototype.js';
import type { FitResult } from '../threads/protocol.js';
import type { MethodName, Rung } from '../types.js';
import type { Join } from './method.js';
import type { Run } from './run.js';

/** A measured rung with what later steps need of it. */
export interface Measured {
  readonly rung: Rung;
  readonly contender: Contender;
  readonly join: Join;
  /** The fit on all examples, where it was made along the way. */
  readonly final: FitResult | null;
}

/** How much of the method's work is done: called with the folds' shares of their work. */
type Report = (fold: number, share: number, loss: number | null) => void;

export const defaultJoin = ({ blocks }: Run): Join => ({ blocks: blocks.join, names: true });

/** Measures a method on one join of feature blocks; for LoRA also fits it on all examples, on threads that are idle anyway. */
export async function measureMethod(run: Run, method: MethodName, join: Join, signal: AbortSignal): Promise<Measured> {
  const shares = new Float64Array(run.folds + 1);
  const report: Report = (fold, share, loss) => {
    shares[fold] = share;
    const done = shares.subarray(0, run.folds).reduce((a, b) => a + b, 0) / run.folds;
    const at = { method, phase: 'measure', fold: fold + 1, folds: run.folds } as const;
    run.progress.advance(method, at, { step: Math.round(100 * done), steps: 100, loss });
  };
  const [contender, final] = await Promise.all([
    holdOut(run, method, join, signal, report),
    // Queued behind the folds.
    method === 'lora' ? fitAll(run, method, join, signal) : null,
  ]);
  return describe(run, contender, join, final);
}

/**
 * Measures the head on several joins and keeps the best: the labels' names count as shots where that lowers the held-out
 * log-loss; another join of blocks replaces the default only when it is clearly better, by two standard errors of the paired
 * gain (choosing freely among fifteen joins lost a point over ten sets; this rule loses nothing).
 */
export async function measureJoins(run: Run, method: MethodName, signal: AbortSignal): Promise<Measured> {
  const { blocks, folds, right, labels } = run;
  const joins: readonly Join[] = [
    defaultJoin(run),
    { blocks: blocks.join, names: false },
    ...blocks.alternatives.map((alternative) => ({ blocks: alternative, names: true })),
  ];
  let done = 0;
  const contenders = await Promise.all(
    joins.map((join) =>
      holdOut(run, method, join, signal, (fold, share) => {
        if (share < 1) return;
        done++;
        const at = { method, phase: 'measure', fold: fold + 1, folds } as const;
        run.progress.advance(method, at, { step: done, steps: joins.length * folds, loss: null });
      }),
    ),
  );
  const gains = ({ logits, temperature }: Contender) =>
    logProbabilities(softmaxRows(logits, labels.length, temperature), right, labels.length);
  let best = 0;
  for (let i = 1; i < joins.length; i++) {
    const [held, other] = [gains(contenders[best]!), gains(contenders[i]!)];
    const differences = other.map((value, row) => value - held[row]!);
    const gain = mean(differences);
    const error = Math.sqrt(mean(differences.map((value) => (value - gain) ** 2)) / differences.length);
    // The second join differs only in the names.
    if (gain > (i === 1 ? 0 : 2 * error)) best = i;
  }
  return describe(run, contenders[best]!, joins[best]!, null);
}

async function holdOut(
  run: Run,
  method: MethodName,
  join: Join,
  signal: AbortSignal,
  report: Report,
): Promise<Contender> {
  const { labels, right, texts, folds, foldOf, context } = run;
  const classes = labels.length;
  const logits = new Float32Array(texts.length * classes);
  await Promise.all(
    Array.from({ length: folds }, async (_, fold) => {
      const held = indicesWhere(foldOf, (f) => f === fold);
      const shots = indicesWhere(foldOf, (f) => f !== fold);
      const onStep = ({ step, steps, loss }: { step: number; steps: number; loss: number }): void =>
        report(fold, Math.min(0.99, step / steps), loss);
      const result = await context.jobs.fit(
        { ...common(run, method, join), shots, held, scope: null },
        { signal, onStep },
      );
      held.forEach((example, row) => {
        logits.set(result.logits.subarray(row * classes, (row + 1) * classes), example * classes);
      });
      report(fold, 1, null);
    }),
  );
  const expectedTemperature = method === 'in-context' ? EXPECTED_TEMPERATURE : 1;
  const { temperature } = measure({ texts, labels, right, logits, folds, expectedTemperature });
  return { method, logits, temperature };
}

function describe(run: Run, contender: Contender, join: Join, final: FitResult | null): Measured {
  const { texts, labels, right, folds } = run;
  const { method, logits } = contender;
  const expectedTemperature = method === 'in-context' ? EXPECTED_TEMPERATURE : 1;
  const measurement = measure({ texts, labels, right, logits, folds, expectedTemperature });
  return {
    rung: { method, status: 'measured', why: '', measurement, comparison: null, measureSeconds: 0, trainSeconds: 0 },
    contender,
    join,
    final,
  };
}

/** The method fitted on all examples, with the out-of-scope rule. */
export const fitAll = (run: Run, method: MethodName, join: Join, signal: AbortSignal): Promise<FitResult> =>
  run.context.jobs.fit(
    {
      ...common(run, method, join),
      shots: Int32Array.from(run.right.keys()),
      held: new Int32Array(0),
      scope: run.blocks.scope,
    },
    {
      signal,
      onStep: ({ loss }) => {
        const at = { method, phase: 'train', fold: null, folds: null } as const;
        run.progress.advance(method, at, { step: 0, steps: 1, loss });
      },
    },
  );

const common = ({ encoded, right, labels, names, blocks, request }: Run, method: MethodName, join: Join) => ({
  method,
  encoded,
  right,
  classes: labels.length,
  names,
  join,
  tunable: blocks.tunable,
  seed: request.seed,
});

function indicesWhere(values: Int32Array, keep: (value: number) => boolean): Int32Array {
  return Int32Array.from(values.keys()).filter((i) => keep(values[i]!));
}
