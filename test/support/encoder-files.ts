// Where encoders would come from in tests that need none of a hub.

import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EncoderFiles } from '../../src/engine/types.js';

/** No hub answers at this address. */
export const NO_HUB: EncoderFiles = { home: path.join(tmpdir(), 'handful-no-hub'), hub: 'http://127.0.0.1:9' };
