// The language model of the configuration. Its key is read from the environment here and kept nowhere else.

import { createLanguageModel, type LanguageModel } from '../../engine/index.js';
import type { Config, Environment } from '../config.js';

const LANGUAGE_MODEL_KEY = 'HANDFUL_LLM_KEY';

/** What must never be written anywhere. */
export const modelSecrets = (environment: Environment): string[] => {
  const key = environment[LANGUAGE_MODEL_KEY]?.trim();
  return key ? [key] : [];
};

/** null: none is configured. Loads nothing yet; throws a UserError `bad-configuration` for a value that cannot be right. */
export function openLanguageModel(
  { languageModel, home, threads }: Pick<Config, 'languageModel' | 'home' | 'threads'>,
  environment: Environment = process.env,
): LanguageModel | null {
  if (languageModel === null) return null;
  const { model, dtype, device, contextSize } = languageModel;
  return createLanguageModel({
    model,
    home,
    dtype,
    device,
    contextSize,
    threads,
    key: environment[LANGUAGE_MODEL_KEY]?.trim(),
  });
}
