// A task's examples for supervised fine-tuning of language models: one JSON object a line, with the prompt that Handful itself
// would show (src/prompts), so that a tuned model answers what it is asked here.

import type { ChatMessage } from '../engine/index.js';
import { buildPrompt } from '../prompts/index.js';
import { labelledExamples } from './task-data.js';
import type { Example, Task } from './workspace/types.js';

export const SFT_FORMATS = ['sft-chat', 'sft-instruction'] as const;
export type SftFormat = (typeof SFT_FORMATS)[number];

/** The labelled examples; others say nothing to learn. */
export function toSft(task: Task, examples: readonly Example[], format: SftFormat): { lines: string; count: number } {
  const { instruction, labels } = task;
  const labelled = labelledExamples(task, examples);
  const lines = labelled.map(({ text, label }) => {
    const built = buildPrompt('instruction', { instruction, labels, demonstrations: [], text });
    const answer = built.answers[labels.findIndex(({ name }) => name === label)]!;
    const [system, user] = messagesOf(built.prompt);
    return format === 'sft-chat'
      ? { messages: [system, user, { role: 'assistant', content: answer }] }
      : { instruction: system.content, input: user.content, output: answer };
  });
  return { lines: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), count: lines.length };
}

function messagesOf(prompt: string | readonly ChatMessage[]): [system: ChatMessage, user: ChatMessage] {
  const [system, user] = typeof prompt === 'string' ? [] : prompt;
  if (system === undefined || user === undefined) throw new Error('the prompt is not a chat');
  return [system, user];
}
