// natural's logistic regression over stems.

import { trainNatural } from '../natural.js';
import { versionOf } from '../packages.js';

export const name = 'natural-logistic';
export const version = () => versionOf('natural');
export const train = (examples) => trainNatural('LogisticRegressionClassifier', examples);
