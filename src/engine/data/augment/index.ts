// The door of augmentation.

export { type Augmented, augment } from './augment.js';
export { loadNearestWords } from './nearest-words.js';
export { type Neighbours, NO_NEIGHBOURS } from './neighbours.js';
export { AUGMENTATIONS, type Augmentation, type AugmentOptions } from './options.js';
