// `npm run bench -- NAME`: one of the measurements beside this file; without a name what a chat feels like while it trains.
const [name = ''] = process.argv.slice(2);
const MEASUREMENTS = ['chat', 'concepts', 'discord', 'spaces'];
const isNamed = name !== '' && !name.startsWith('-');
if (isNamed && !MEASUREMENTS.includes(name)) {
  console.error(`There is no measurement "${name}". Expected one of ${MEASUREMENTS.join(', ')}.`);
  process.exit(2);
}
// Each reads its own options.
if (isNamed) process.argv.splice(2, 1);
await import(`./${isNamed ? name : 'chat'}.js`);
