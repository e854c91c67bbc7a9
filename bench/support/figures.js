// Figures of a list of times.

export const percentile = (times, share) =>
  [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN;
