// The table of methods, cheapest first.

import type { MethodName } from '../../types.js';
import type { Method } from '../method.js';
import { head } from './head.js';
import { inContext } from './in-context.js';
import { lora } from './lora.js';

export const METHODS: Readonly<Record<MethodName, Method>> = { 'in-context': inContext, head, lora };
