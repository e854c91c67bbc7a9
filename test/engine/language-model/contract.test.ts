import { afterAll } from 'vitest';
import { createOpenAiModel } from '../../../src/engine/language-model/openai-compatible.js';
import { createTransformersJsModel } from '../../../src/engine/language-model/transformers-js.js';
import { languageModelContract } from '../../contracts/language-model.js';
import { createFakeModel } from '../../support/language-model/fake.js';
import { type ModelServer, startModelServer } from '../../support/language-model/server.js';
import { tinySettings } from '../../support/language-model/tiny.js';

languageModelContract('fake', async () => createFakeModel());
languageModelContract('transformers.js, single precision', async () => createTransformersJsModel(tinySettings()));
languageModelContract('transformers.js, half precision without chosen logits', async () =>
  createTransformersJsModel(tinySettings({ dtype: 'fp16' })),
);

const servers: ModelServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

languageModelContract('a server with log-probabilities', async () => {
  const server = await startModelServer();
  servers.push(server);
  server.odds = ({ stream }) =>
    stream === true ? { 'The answer is billing, I think.': 1 } : { billing: 0.7, bug: 0.2, praise: 0.1 };
  return createOpenAiModel({ baseUrl: server.url, model: 'test-model' });
});
