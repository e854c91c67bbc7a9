// The table of methods that are fitted, cheapest first.

import type { FittedMethod } from '../../types.js';
import type { Method } from '../method.js';
import { head } from './head.js';
import { inContext } from './in-context.js';
import { lora } from './lora.js';

export const METHODS: Readonly<Record<FittedMethod, Method>> = { 'in-context': inContext, head, lora };
