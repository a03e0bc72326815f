/** Losses: rows of the table (see index.ts). */

import {
  type ElementLossDefinition,
  elementLoss,
  rowLoss,
  type SigmoidCrossEntropy,
  type SoftmaxCrossEntropy,
} from "../losses.js";
import { log1pExp } from "../numerics.js";
import { logSoftmax, softmax } from "./softmax.js";

/**
 * Cross-entropy of softmax along an axis, `-Σ target · log(softmax(x))`: the loss of a classifier, from its logits.
 *
 * The targets are class indices in an Int32Array, one a row: the loss is -log(softmax(x)) of that class. The rows count in
 * C order of the axes that remain: for the shape [8, 10, 5] and axis 1, row 5·i + k has the logits [i, :, k]. Or the
 * targets are probabilities, in an array of the type and shape of the logits. As in PyTorch they need not sum to 1.
 *
 * It is computed as a sum of target · (log(Σ e^(x - max)) + (max - x)), where no term is negative, so that a loss near 0
 * keeps its digits. A target of 0 counts for nothing, also where the logit is -Infinity. A class gives Infinity where its
 * logit is -Infinity (also in a row that is all -Infinity), or where another logit is Infinity; if its own is, the
 * logarithm of how many are. A row with NaN gives NaN. An ignored row gives 0 whatever is in it; if all are, or there is
 * no row, the mean is NaN.
 *
 * `softmaxCrossEntropy.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the
 * result: a number, default 1; with reduction "none" an array like the result. It gives
 * (softmax(x) · Σ target - target) · dy, where the sum is 1 for a class index; for the mean that is divided by the number of
 * the rows that count. It gives 0 in an ignored row.
 *
 * @param logits a Float32Array or Float64Array
 * @param targets an Int32Array of class indices, or an array of the type and length of the logits
 * @param options `shape`, `axis` as of `softmax`; `ignoreIndex`: rows with this index count for nothing, also not in the
 *   mean, default -100; `labelSmoothing`: s in [0, 1), default 0: the target becomes (1 - s) · target + s / classes;
 *   `reduction`: "mean" (the default), "sum", or "none"; `out`: with "none" where to write, default a new array
 * @returns a number, computed in float64; with reduction "none" an array of the type of the logits with an element a row
 * @throws {TypeError} if an array is of another type, a number is none or no integer where one is wanted, reduction is
 *   something else, or out is given without reduction "none"
 * @throws {RangeError} if an array has another length, the shape another number of elements, the axis is out of range,
 *   labelSmoothing is, or a class index, with the number of its row
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 * @example
 * softmaxCrossEntropy(Float32Array.of(0.3, 2.9, 4), Int32Array.of(2)); // 0.3057145
 * softmaxCrossEntropy(logits, labels, { shape: [64, 10], labelSmoothing: 0.1 }); // the mean of 64 rows
 * softmaxCrossEntropy.backward(logits, labels, { shape: [64, 10], out: gradient });
 */
export const softmaxCrossEntropy: SoftmaxCrossEntropy = /* @__PURE__ */ rowLoss({
  name: "softmaxCrossEntropy",
  probabilities: softmax,
  logProbabilities: logSoftmax,
  ulp: 2,
});

const sigmoidCrossEntropyDefinition: ElementLossDefinition = {
  name: "sigmoidCrossEntropy",
  value: (x, target, posWeight) => {
    const positive = posWeight * target;
    const weight = x > 0 ? 1 - target : positive;
    return (positive + (1 - target)) * log1pExp(x) + (weight === 0 ? 0 : Math.abs(x) * weight);
  },
  gradient: (x, target, posWeight) => {
    const e = Math.exp(-Math.abs(x));
    const [large, small] = [1 / (1 + e), e / (1 + e)];
    return (1 - target) * (x > 0 ? large : small) - posWeight * target * (x > 0 ? small : large);
  },
  ulp: 4,
};

/**
 * Cross-entropy of sigmoid, `max(x, 0) - x·target + log(1 + e^-|x|)`: the loss of yes-or-no decisions, from their logits;
 * elementwise.
 *
 * The targets are from 0 to 1, which isn't checked; beyond, the formula goes on, with fewer digits. With posWeight w it is
 * -w · target · log(sigmoid(x)) - (1 - target) · log(sigmoid(-x)), so that w above 1 counts what was missed for more than
 * what was wrongly found. Its terms are added up such that none is negative: where the target is 0 or 1 and w is 1, a
 * float32 is right within 2 ulp. It is 0 at an infinite logit that agrees with a target of 0 or 1, and Infinity at one that
 * doesn't, or with any other target, unless that term's weight is 0. NaN gives NaN.
 *
 * `sigmoidCrossEntropy.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the
 * result: a number, default 1; with reduction "none" an array like the result. It gives (sigmoid(x) - target) · dy, with
 * posWeight ((1 - target) · sigmoid(x) - w · target · sigmoid(-x)) · dy, for the mean by the number of the elements.
 *
 * @param logits a Float32Array or Float64Array
 * @param targets an array of the type and length of the logits
 * @param options `posWeight`: w, at least 0, default 1; `reduction`: "mean" (the default; NaN of no elements), "sum", or
 *   "none"; `out`: with "none" where to write, default a new array; may be logits or targets itself
 * @returns a number, added up in float64; with reduction "none" an array of the type and length of the logits
 * @throws {TypeError} if an array is of another type, posWeight is no number, reduction is something else, or out is given
 *   without reduction "none"
 * @throws {RangeError} if an array has another length, or posWeight is negative or not finite
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 * @example
 * sigmoidCrossEntropy(Float32Array.of(2, -1), Float32Array.of(1, 0)); // 0.2200948
 * sigmoidCrossEntropy.backward(logits, targets, { out: gradient });
 */
export const sigmoidCrossEntropy: SigmoidCrossEntropy = /* @__PURE__ */ elementLoss(sigmoidCrossEntropyDefinition);
