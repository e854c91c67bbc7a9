// A reply as lines of a terminal, with or without colours. Control characters that came in with somebody's text are dropped.

import { styleText } from 'node:util';
import type { Choice, Reply } from '../reply.js';

const MOST_CHOICES = 12;
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export function createPaint(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

export function renderReply(reply: Reply, paint: Paint): string {
  const text = plain(reply.text);
  const lines = reply.choices === undefined ? [] : [paint('cyan', choiceLine(reply.choices))];
  return [styled(reply, text, paint), ...lines].join('\n');
}

export function plain(text: string): string {
  return text.replace(CONTROL, '');
}

function styled(reply: Reply, text: string, paint: Paint): string {
  switch (reply.kind) {
    case 'answer': {
      const [headline, smallPrint] = [plain(reply.headline), plain(reply.smallPrint)];
      return text.replace(headline, () => paint('bold', headline)).replace(smallPrint, () => paint('dim', smallPrint));
    }
    case 'concept': {
      const smallPrint = plain(reply.smallPrint ?? '');
      return smallPrint === '' ? text : text.replace(smallPrint, () => paint('dim', smallPrint));
    }
    case 'error':
      return paint('red', text);
    case 'report':
    case 'notice':
      return paint('green', text);
    default:
      return text;
  }
}

/** `  1 billing · 2 bug · 3 praise` */
function choiceLine(choices: readonly Choice[]): string {
  const shown = choices.slice(0, MOST_CHOICES).map(({ label }, i) => `${i + 1} ${plain(label)}`);
  return `  ${shown.join(' · ')}${choices.length > MOST_CHOICES ? ' · …' : ''}`;
}
