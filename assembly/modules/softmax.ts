/** softmax and its gradient, which serve softmin too, for -x. */

export { dotColumns, softmaxGradientColumns } from "../rows/columnGradients";
export { beginColumns, rowMinMaxColumns } from "../rows/columnState";
export { finishSumColumns, scaleColumns, sumExpColumns } from "../rows/columnSums";
export { beginGradient, dot, softmaxGradient } from "../rows/gradients";
export { beginRow, finishSum, rowMinMax, scale, sumExp } from "../rows/passes";
export { softmax, softmaxBackward } from "../rows/softmax";
