// How much of everything is taken in. Limits are generous for people and keep one upload from filling a machine.

/** Of one text, in characters (Unicode code points, after cleaning): Discord's longest message. */
export const MAX_TEXT_LENGTH = 4000;

/** Of one label's name, in characters (code points). */
export const MAX_LABEL_LENGTH = 100;

/** Of one label's description, in characters (code points). */
export const MAX_DESCRIPTION_LENGTH = 500;

/** Labels of one task. */
export const MAX_LABELS = 500;

/** Examples of one task, and rows of one imported file. */
export const MAX_EXAMPLES = 100_000;

/** Bytes of one imported file. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
