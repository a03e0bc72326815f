/** logSoftmax and its gradient. */

export { logSoftmaxGradientColumns, sumUnmaskedColumns } from "../rows/columnGradients";
export { finishLogSumColumns, subtractLogSumColumns } from "../rows/columnLogSums";
export { beginColumns, beginGradientColumns, rowMinMaxColumns } from "../rows/columnState";
export { sumExpBelowMaxColumns } from "../rows/columnSums";
export { beginGradient, logSoftmaxGradient, sumUnmasked } from "../rows/gradients";
export { beginRow, finishLogSum, rowMinMax, subtractLogSum, sumExpBelowMax } from "../rows/passes";
export { logSoftmax, logSoftmaxBackward } from "../rows/softmax";
