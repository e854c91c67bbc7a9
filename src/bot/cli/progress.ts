// Progress of a run on standard error: one line that is rewritten in a terminal, nothing elsewhere.

import type { TrainEvent } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { progressBar } from '../format.js';
import { phaseWords } from '../progress-line.js';

const CLEAR_LINE = '\r\u001b[K';

export function stderrProgress(stream: NodeJS.WriteStream = process.stderr): (event: TrainEvent) => void {
  if (!stream.isTTY) return () => {};
  const say = createSay('en');
  return (event) => {
    if (event.kind !== 'progress') return;
    const line = `${progressBar(event.percent)} ${Math.round(event.percent)} %  ${phaseWords(say, event)}`;
    stream.write(event.percent >= 100 ? CLEAR_LINE : `${CLEAR_LINE}${line}`);
  };
}
