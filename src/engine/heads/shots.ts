// What heads learn from.

import type { Features } from '../features.js';

export interface Shots {
  readonly features: Features;
  /** [rows] index of each row's label, 0 … classes − 1 */
  readonly labels: Int32Array;
  readonly classes: number;
}
