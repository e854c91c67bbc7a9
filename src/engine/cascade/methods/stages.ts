// Progress of a method that trains twice, one stage after the other.

import type { StepReport } from '../../train/trainer.js';

type OnStep = (report: StepReport) => void;

/** Reporters of two stages whose steps are counted on; how many steps each takes is known, or guessed, before they start. */
export function inStages(onStep: OnStep, first: number, second: number): readonly [first: OnStep, second: OnStep] {
  return [
    (report) => onStep({ ...report, steps: report.steps + second }),
    (report) => onStep({ ...report, step: first + report.step, steps: first + report.steps }),
  ];
}
