// How a text becomes one vector, read from the files that sentence-transformers writes beside the weights: pooling, longest text,
// what is put before every text.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.js';

export type Pooling = 'mean' | 'cls' | 'max';

export interface SentenceSettings {
  readonly pooling: Pooling;
  /** Put before every text, such as `query: `. */
  readonly prefix: string;
  /** Tokens of a text, its special tokens among them. */
  readonly maxTokens: number;
  readonly lowerCase: boolean;
}

const flag = z.boolean().default(false);
/** A hub's file must not lead out of the model's folder. */
const insideFolder = z
  .string()
  .regex(/^(?!.*\.\.)[\w./-]*$/)
  .refine((folder) => !folder.startsWith('/'));
const modulesSchema = z.array(z.object({ path: insideFolder, type: z.string() }));
const poolingSchema = z.object({
  pooling_mode_cls_token: flag,
  pooling_mode_mean_tokens: flag,
  pooling_mode_max_tokens: flag,
  pooling_mode_mean_sqrt_len_tokens: flag,
  pooling_mode_weightedmean_tokens: flag,
  pooling_mode_lasttoken: flag,
});
const readingSchema = z.object({ max_seq_length: z.number().int().positive().nullish(), do_lower_case: flag });
const promptsSchema = z.object({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
});
const tokenizerSchema = z.object({ model_max_length: z.number().positive().nullish() });

/** Names of modules that change nothing here: heads read directions, not lengths. */
const HARMLESS = ['Transformer', 'Normalize'];

/** `positions`: the most tokens that the network takes. */
export async function readSentenceSettings(name: string, folder: string, positions: number): Promise<SentenceSettings> {
  const read = <T>(file: string, schema: z.ZodType<T>): Promise<T | null> => readJson(path.join(folder, file), schema);
  const modules = await read('modules.json', modulesSchema);
  const reading = await read('sentence_bert_config.json', readingSchema);
  const tokenizer = await read('tokenizer_config.json', tokenizerSchema);
  const told = reading?.max_seq_length ?? tokenizer?.model_max_length ?? positions;
  return {
    pooling: await poolingOf(name, folder, modules),
    prefix: prefixOf(name, await read('config_sentence_transformers.json', promptsSchema)),
    maxTokens: Math.min(told, positions),
    lowerCase: reading?.do_lower_case ?? false,
  };
}

/** The modules after the network, one folder each. Files of a hub model that modules.json leads to. */
export const moduleFiles = (modules: unknown): string[] => {
  const parsed = modulesSchema.safeParse(modules);
  if (!parsed.success) return [];
  return parsed.data.flatMap(({ path: folder, type }) => (kindOf(type) === 'Pooling' ? [`${folder}/config.json`] : []));
};

async function poolingOf(
  name: string,
  folder: string,
  modules: z.output<typeof modulesSchema> | null,
): Promise<Pooling> {
  const other = modules?.find(({ type }) => ![...HARMLESS, 'Pooling'].includes(kindOf(type)));
  if (other !== undefined) {
    throw new UserError(
      'bad-configuration',
      `${name} has the module ${kindOf(other.type)} after its network, which is not supported. Choose an encoder of Transformer, Pooling and Normalize.`,
      { details: { unsupported: kindOf(other.type) } },
    );
  }
  // Without the files: the mean, as sentence-transformers does with a bare network.
  const at = modules?.find(({ type }) => kindOf(type) === 'Pooling')?.path ?? '1_Pooling';
  const modes = await readJson(path.join(folder, at, 'config.json'), poolingSchema);
  if (modes === null) return 'mean';
  const chosen = Object.entries(modes).flatMap(([mode, on]) => (on ? [mode] : []));
  const pooling = chosen.length === 1 ? POOLINGS[chosen[0]!] : undefined;
  if (pooling === undefined) {
    throw new UserError(
      'bad-configuration',
      `${name} pools by ${chosen.join(' and ') || 'nothing'}, which is not supported. Supported are the mean, the first token (cls) and the maximum.`,
      { details: { unsupported: chosen } },
    );
  }
  return pooling;
}

/** Dividing by √length instead of the length gives the same direction as the mean. */
const POOLINGS: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
};

/** `sentence_transformers.models.Pooling` → `Pooling` */
const kindOf = (type: string): string => type.split('.').at(-1)!;

/**
 * The prompt for classifying, else the one for queries: a text that is asked about is a query, and examples must be read like
 * what is compared with them. Models of the e5 family were trained with `query: ` and lose without it, but many of their folders
 * do not say so.
 */
function prefixOf(name: string, told: z.output<typeof promptsSchema> | null): string {
  const prompts = told?.prompts ?? {};
  const given = prompts.classification ?? prompts.query ?? prompts[told?.default_prompt_name ?? ''];
  if (given !== undefined) return given;
  const own =
    name
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? '';
  return E5.test(own) ? 'query: ' : '';
}

/** `multilingual-e5-small`, `e5-base-v2`; not those that take instructions. */
const E5 = /(?:^|[-_])e5[-_](?!.*instruct)/i;

/** null: there is no such file. */
async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError('damaged', `${file} cannot be read: it is not what sentence-transformers writes there.`, {
      cause: error,
    });
  }
}
