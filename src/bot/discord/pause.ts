// Waiting a moment, without keeping the process alive for it.

import { setTimeout as sleep } from 'node:timers/promises';

export const pause = (ms: number): Promise<null> => sleep(ms, null, { ref: false });
