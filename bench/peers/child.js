// A process of its own for one peer: learns the examples, answers the test part, and sends what that took. One that breaks or
// never ends spoils nothing but its own row.
//
// Receives { adapter, train, test, labels, seed, … }, sends { seconds, answers, … } or { failed }.

const MEBIBYTE = 2 ** 20;

process.once('message', async (job) => {
  let answer;
  try {
    answer = await measure(job);
  } catch (error) {
    answer = { failed: String(error?.message ?? error).slice(0, 300) };
  }
  process.send(answer, () => process.exit(0));
});

async function measure({ adapter, train: examples, test, single, ...options }) {
  const peer = await import(`./adapters/${adapter}.js`);
  const begun = performance.now();
  const begunCpu = cpuSeconds();
  const trained = await peer.train(examples, options);
  const trainSeconds = (performance.now() - begun) / 1000;
  const trainCpuSeconds = cpuSeconds() - begunCpu;
  // Vectors of seen texts may be remembered: every text is answered once, the first ones one by one.
  const first = [];
  const startedSingle = performance.now();
  for (const text of test.slice(0, single)) first.push(...(await trained.predict([text])));
  const singleSeconds = (performance.now() - startedSingle) / 1000;
  const rest = test.slice(single);
  const startedBatch = performance.now();
  const others = rest.length === 0 ? [] : await trained.predict(rest);
  const batchSeconds = (performance.now() - startedBatch) / 1000;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  const residentMegabytes = Math.round(process.memoryUsage().rss / MEBIBYTE);
  await trained.dispose?.();
  return {
    version: await peer.version(),
    note: trained.note ?? null,
    answers: [...first, ...others],
    trainSeconds,
    trainCpuSeconds,
    singlePerSecond: first.length / singleSeconds,
    batchPerSecond: rest.length === 0 ? null : rest.length / batchSeconds,
    mostMegabytes: megabytes,
    residentMegabytes,
  };
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
