// Questions that come while others are being answered wait together and go as one batch: an encoder reads sixteen texts in a few
// times the time of one. A question that comes alone goes at once.

export interface BatchWork<Source, Result> {
  /** Texts of sources with the same key may share a batch. */
  readonly keyOf: (source: Source) => string;
  readonly run: (source: Source, texts: readonly string[]) => Promise<Result[]>;
  /** Texts of one batch; a longer request is a batch of its own. */
  readonly most: number;
}

interface Request<Result> {
  readonly texts: readonly string[];
  readonly resolve: (results: Result[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch<Source, Result> {
  readonly source: Source;
  readonly requests: Request<Result>[];
  texts: number;
}

/** Batches run one after another, in the order of their first request; a failure fails the requests of its batch alone. */
export function createBatches<Source, Result>({ keyOf, run, most }: BatchWork<Source, Result>) {
  const waiting: Batch<Source, Result>[] = [];
  let running = false;

  const next = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const { source, requests } = batch;
      try {
        const results = await run(
          source,
          requests.flatMap(({ texts }) => texts),
        );
        let from = 0;
        for (const { texts, resolve } of requests) {
          resolve(results.slice(from, from + texts.length));
          from += texts.length;
        }
      } catch (error) {
        for (const { reject } of requests) reject(error);
      }
    }
    running = false;
  };

  return (source: Source, texts: readonly string[]): Promise<Result[]> =>
    new Promise((resolve, reject) => {
      const key = keyOf(source);
      const open = waiting.findLast((batch) => keyOf(batch.source) === key);
      if (open !== undefined && open.texts + texts.length <= most) {
        open.requests.push({ texts, resolve, reject });
        open.texts += texts.length;
      } else {
        waiting.push({ source, requests: [{ texts, resolve, reject }], texts: texts.length });
      }
      if (running) return;
      running = true;
      void next();
    });
}
