// A process of its own: scores with a model, closes it, and should then end by itself.
import { createLanguageModel } from '../../../dist/engine/index.js';

const model = createLanguageModel({ model: process.argv[2], home: '/nowhere', threads: 1 });
const scores = await model.scoreContinuations('Label:', [' positive', ' negative']);
await model.close();
console.log(JSON.stringify({ scores: scores.length }));
