/** logSumExp; its gradient is softmax. */

export { finishLogSumColumns } from "../rows/columnLogSums";
export { beginColumns, rowMinMaxColumns } from "../rows/columnState";
export { sumExpBelowMaxColumns } from "../rows/columnSums";
export { beginRow, finishLogSum, rowMinMax, sumExpBelowMax } from "../rows/passes";
export { logSumExp } from "../rows/softmax";
