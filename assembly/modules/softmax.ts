/** softmax and its gradient, which serve softmin too, for -x. */

export { dotColumns, finishDotColumns, softmaxGradientColumns, sumDifferencesColumns } from "../rows/columnGradients";
export { beginColumns, beginGradientColumns, rowMinMaxColumns } from "../rows/columnState";
export { finishSumColumns, scaleColumns, sumExpColumns } from "../rows/columnSums";
export { beginGradient, dot, finishDot, softmaxGradient, sumDifferences } from "../rows/gradients";
export { beginRow, finishSum, rowMinMax, scale, sumExp } from "../rows/passes";
export { softmax, softmaxBackward } from "../rows/softmax";
