// `npm run bench -- NAME`: one of the measurements beside this file; without a name what a chat feels like while it trains.
const [name = ''] = process.argv.slice(2);
const MEASUREMENTS = ['backends', 'chat', 'concepts', 'discord', 'encoders', 'spaces'];
/** Of the benchmark that writes bench/results; `quick` and `full` run them all. */
const BENCHMARK = ['quick', 'full', 'quality', 'peers', 'speed', 'growth', 'load', 'compare', 'page'];
const known = [...BENCHMARK, ...MEASUREMENTS];
const isNamed = name !== '' && !name.startsWith('-');
if (isNamed && !known.includes(name)) {
  console.error(`There is no measurement "${name}". Expected one of ${known.join(', ')}.`);
  process.exit(2);
}
// Each reads its own options.
if (isNamed) process.argv.splice(2, 1);
const { main } = await import(`./${isNamed ? name : 'chat'}.js`);
// Older measurements run when they are imported.
await main?.();
