// The door of the prompts: choosing demonstrations, keeping to a budget, building what a language model reads.

export { type Budget, characterBudget, fitBudget } from './budget.js';
export { buildPrompt, fenceFor, type Prompt, type PromptRequest } from './build.js';
export { type SelectOptions, selectDemonstrations } from './select.js';
