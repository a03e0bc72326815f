/** Without `strict`. */

import { leakyRelu, logSumExp, sigmoid, softmax, softmaxCrossEntropy, step } from "lanewise";

declare const f: Float32Array, d: Float64Array;

export const arrays: Float32Array[] = [sigmoid(f), leakyRelu(f, { negativeSlope: 1, out: f }), softmax(f, { axis: 0 })];
export const numbers: number[] = [sigmoid(1), logSumExp(f), softmaxCrossEntropy(f, f)];
export const ints: Int32Array = step(d, { dtype: "int32" });
export const losses: Float64Array = softmaxCrossEntropy(d, d, { reduction: "none", out: d });
// @ts-expect-error: no such option
sigmoid(f, { dim: 1 });
// @ts-expect-error: numbers are no array
sigmoid([1, 2, 3]);
// @ts-expect-error: another element type
sigmoid(f, { out: d });
