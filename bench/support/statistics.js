// Means with their uncertainty. Draws of examples are few (three to ten), so intervals are Student's.

/** 97.5 % quantiles of Student's t by degrees of freedom, 1 to 30. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

/** @param {readonly number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of a sample; 0 of a single value. @param {readonly number[]} values */
export function deviation(values) {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * Mean with its 95 % interval; a single value has none (low and high are null).
 * @param {readonly number[]} values
 * @returns {{ mean: number, low: number | null, high: number | null, draws: number }}
 */
export function summary(values) {
  const middle = mean(values);
  const draws = values.length;
  if (draws < 2) return { mean: middle, low: null, high: null, draws };
  const half = ((STUDENT[draws - 2] ?? NORMAL) * deviation(values)) / Math.sqrt(draws);
  return { mean: middle, low: middle - half, high: middle + half, draws };
}

/** Mean of after − before over the same draws. @param {readonly number[]} before @param {readonly number[]} after */
export function pairedDifference(before, after) {
  if (before.length !== after.length || before.length === 0) {
    throw new Error(`Expected pairs, found ${before.length} values before and ${after.length} after.`);
  }
  return summary(after.map((value, i) => value - before[i]));
}

/** Whether an interval leaves zero out. */
export const beyondNoise = ({ low, high }) => low !== null && high !== null && (low > 0 || high < 0);

/**
 * Half of the 95 % interval of the difference of two shares that were each measured once, on so many texts.
 * @param {number} before @param {number} after @param {number} texts
 */
export function shareNoise(before, after, texts) {
  return NORMAL * Math.sqrt((before * (1 - before) + after * (1 - after)) / texts);
}
