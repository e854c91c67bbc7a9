// The door of the prompts: choosing demonstrations, keeping to a budget, building what a language model reads, and calibrating what
// it says.

export { fitBudget } from './budget.js';
export { buildPrompt, type Prompt, type PromptContent, type PromptTask, promptText } from './build.js';
export { CONTENT_FREE, logSoftmax, meanOf, withoutBias, wordBags } from './calibrate.js';
export { type GroundedQuestion, type GroundingEntry, groundedPrompt } from './ground.js';
export { ordersOf } from './orders.js';
export { type SelectOptions, selectDemonstrations } from './select.js';
export { fenced, fenceFor, oneLine } from './text-block.js';
export { verbalize } from './verbalize.js';
export { MAX_ORDERS, mostDemonstrations, PROMPT_KINDS, type PromptKind, parseWay, type Way, wayName } from './ways.js';
