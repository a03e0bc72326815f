/** Cross-entropy of softmax and its gradient. */

export { beginLoss, finishLoss, softmaxCrossEntropy, sumMargins } from "../rows/crossEntropy";
export {
  beginGradient,
  finishTargets,
  finishTerms,
  softmaxCrossEntropyGradient,
  subtractTargetsPass,
  sumOthersPass,
  sumTargets,
} from "../rows/crossEntropyGradient";
export { finishLogSum, rowMinMax, sumExp, sumExpBelowMax } from "../rows/passes";
