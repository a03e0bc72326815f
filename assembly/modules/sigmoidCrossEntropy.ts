/** Cross-entropy of sigmoid and its gradient. */

export { sigmoidCrossEntropy, sigmoidCrossEntropyGradient } from "../elementwise/sigmoidCrossEntropy";
export { sum } from "../elementwise/sum";
