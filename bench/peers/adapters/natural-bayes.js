// natural's naive Bayes classifier over stems.

import { trainNatural } from '../natural.js';
import { versionOf } from '../packages.js';

export const name = 'natural-bayes';
export const version = () => versionOf('natural');
export const train = (examples) => trainNatural('BayesClassifier', examples);
