// Resident memory of this process, in megabytes: after the garbage went, where node runs with --expose-gc.

export function residentMegabytes() {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1e6);
}
