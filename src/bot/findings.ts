// The findings of the doctor in sentences, each with the figures behind it. Pure.

import type { Finding } from '../engine/index.js';
import { methodName } from './describe.js';
import type { Context } from './services.js';

type Words = Pick<Context, 'say' | 'format'>;

const MOST_LISTED = 5;

export function findingLine({ say, format }: Words, finding: Finding): string {
  switch (finding.kind) {
    case 'too-little': {
      const { labels, goal } = finding;
      const listed = labels.slice(0, MOST_LISTED).map(({ label, examples }) => `${label} ${examples}`);
      const more = labels.length > MOST_LISTED ? '…' : '';
      return say('finding.tooLittle', { labels: format.list(listed) + more, goal });
    }
    case 'duplicates':
      return say('finding.duplicates', { exact: finding.exact, near: finding.near });
    case 'suspects':
      return say('finding.suspects', { count: finding.count, examples: finding.examples });
    case 'same-meaning': {
      const { a, b, asA, asB, examples, nearerToOther } = finding;
      return say('finding.sameMeaning', { a, b, asA, asB, examples, nearer: nearerToOther });
    }
    case 'imbalance': {
      const { most, least, ratio } = finding;
      const counts = { mostCount: most.examples, leastCount: least.examples };
      return say('finding.imbalance', { most: most.label, least: least.label, ...counts, ratio: ratio.toFixed(1) });
    }
    case 'unknown-tokens':
      return say('finding.unknownTokens', { share: format.percent(finding.share), encoder: finding.encoder });
    case 'overfitting': {
      const [train, heldOut] = [format.percent(finding.train), format.percent(finding.heldOut)];
      return say('finding.overfitting', { method: methodName(say, finding.method), train, heldOut });
    }
    case 'no-gain': {
      const { method, wins, losses } = finding;
      return say('finding.noGain', { method: methodName(say, method), wins, losses });
    }
    case 'settings':
      return say('finding.settings', { method: methodName(say, finding.method) });
    default:
      return finding satisfies never;
  }
}
