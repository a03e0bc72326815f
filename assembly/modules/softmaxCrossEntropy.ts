/** Cross-entropy of softmax and its gradient. */

export {
  beginGradient,
  beginLoss,
  finishLoss,
  finishTargets,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  subtractTargetsPass,
  sumMargins,
  sumTargets,
} from "../rows/crossEntropy";
export { finishLogSum, finishSum, rowMinMax, sumExp, sumExpBelowMax } from "../rows/passes";
