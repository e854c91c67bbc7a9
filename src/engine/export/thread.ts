// The thread that writes a model's files; it ends with its one call.

import { type Sealed, seal } from '../threads/protocol.js';
import type { ExportedFile } from './describe.js';
import { type ModelRequest, writeModel } from './write-model.js';

export const write = (request: ModelRequest): Promise<Sealed<ExportedFile[]>> => seal(() => writeModel(request));
