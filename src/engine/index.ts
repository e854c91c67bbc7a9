// The only door of the engine: everything that src/prompts and src/bot may use.

export { decodePrompt, encodePrompt, promptPrediction } from './answerers/prompt-model.js';
export type { Advice, EncoderAdvice, Quadrant, TeachAdvice } from './cascade/advisor.js';
export { advise, ENOUGH_SHOTS } from './cascade/advisor.js';
export type { Finding } from './cascade/diagnosis.js';
export { diagnose } from './cascade/diagnosis.js';
export type { DataFacts, LabelCount } from './cascade/facts.js';
export { dataFacts } from './cascade/facts.js';
export { checkOptions, METHOD_OPTIONS, parseMethodOptions } from './cascade/options.js';
export type { Clock } from './clock.js';
export { systemClock } from './clock.js';
export { cleanDescription, cleanLabel, cleanText, quote } from './data/clean.js';
export type { FileSource } from './data/decode.js';
export { decodeFile } from './data/decode.js';
export { duplicateKey } from './data/duplicates.js';
export { duplicatesOverLabels } from './data/duplicates-over-labels.js';
export type { ExportedExample } from './data/export.js';
export { toCsv, toJsonl, toTsv } from './data/export.js';
export { fingerprint } from './data/fingerprint.js';
export { countExamples, foldCount } from './data/folds.js';
export type { FileFormat, ImportOptions, ImportResult } from './data/format.js';
export { detectFormat, importExamples } from './data/format.js';
export { findName, indexNames, listNames, nameKey, parseLabels, resolveLabel, suggest } from './data/labels.js';
export {
  MAX_DESCRIPTION_LENGTH,
  MAX_EXAMPLES,
  MAX_FILE_BYTES,
  MAX_LABEL_LENGTH,
  MAX_LABELS,
  MAX_TEXT_LENGTH,
} from './data/limits.js';
export { groupNearDuplicates } from './data/near-duplicates.js';
export { summariseProblems } from './data/problems.js';
export type { ImportedRow, RowProblem } from './data/row.js';
export type { ShotSample } from './data/sample.js';
export { balancedSubset, sampleShots } from './data/sample.js';
export { ENCODER_NAMES } from './encoders/blocks.js';
export { checkEncoder, isEncoderName } from './encoders/names.js';
export { createEngine } from './engine.js';

export type { ErrorCode } from './errors.js';
export { isUserError, UserError } from './errors.js';
export type { Suspect } from './evaluate/confident-learning.js';
export {
  accuracy,
  argmaxRows,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  macroF1,
  wilsonInterval,
} from './evaluate/metrics.js';
export type { Mixed } from './evaluate/mixed-up.js';
export { mixedUp } from './evaluate/mixed-up.js';
export type { SameMeaning } from './evaluate/same-meaning.js';
export type { ExportedFile, ModelFormat } from './export/index.js';
export { exportModel, importPeft, MODEL_FORMATS } from './export/index.js';
export type { LanguageModelOptions } from './language-model/create.js';
export { createLanguageModel } from './language-model/create.js';
export type {
  ChatMessage,
  Choice,
  ContinuationScore,
  Generation,
  LanguageModel,
  LoadProgress,
  ModelCall,
  ModelDescription,
  ModelFacts,
  ModelPrompt,
  ModelUsage,
} from './language-model/language-model.js';
export type { Rng } from './random.js';
export { createRng } from './random.js';
export type { Checkpoint, StoredTensor, TensorValues } from './registry/checkpoint.js';
export { decodeCheckpoint, encodeCheckpoint } from './registry/checkpoint.js';
export type { NumberRanges } from './registry/number-ranges.js';
export { allAmong, numberRangesSchema, numbersOf, toRanges } from './registry/number-ranges.js';
export type { NewVersionRecord, VersionRecord, Versions } from './registry/versions.js';
export { DEFAULT_KEPT_VERSIONS, openVersions } from './registry/versions.js';
export { openStore } from './store/open.js';
export { displayPath } from './store/problems.js';
export type { KeySpace, Store, Write } from './store/store.js';
export type { TunerState } from './tuners/tuner.js';
export * from './types.js';
