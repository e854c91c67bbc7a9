// The ways to ask a language model for a label, and their names: `few-shot*3` is few-shot, averaged over three orders.

export const PROMPT_KINDS = ['few-shot', 'one-shot', 'zero-shot', 'instruction', 'chain-of-thought'] as const;

/**
 * few-, one- and zero-shot: a text to be continued, with all, one (of each label) or no demonstrations. instruction: a chat in which
 * a system message gives the task and earlier turns are the demonstrations. chain-of-thought: the same, and the model
 * writes down its reasons before it is asked for the label.
 */
export type PromptKind = (typeof PROMPT_KINDS)[number];

export interface Way {
  readonly kind: PromptKind;
  /** Orders of the demonstrations whose answers are averaged. */
  readonly orders: number;
}

export const MAX_ORDERS = 8;

export const wayName = ({ kind, orders }: Way): string => (orders === 1 ? kind : `${kind}*${orders}`);

/** null: not one of ours. */
export function parseWay(name: string): Way | null {
  const [kindName, ordersName = '1', ...rest] = name.split('*');
  const kind = PROMPT_KINDS.find((candidate) => candidate === kindName);
  const orders = /^[1-9]$/.test(ordersName) ? Number(ordersName) : 0;
  return kind === undefined || rest.length > 0 || orders < 1 || orders > MAX_ORDERS ? null : { kind, orders };
}

/** Demonstrations that a kind may show; the budget may allow fewer. */
export function mostDemonstrations(kind: PromptKind, { labels, most }: { labels: number; most: number }): number {
  switch (kind) {
    case 'zero-shot':
      return 0;
    case 'one-shot':
      return Math.min(labels, most);
    default:
      return most;
  }
}
