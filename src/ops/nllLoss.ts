import { makeNllLossOp } from "../families/lazy.js";
import { lossFunction } from "../families/losses/lossFunction.js";
import type { LossDefinition, RowLoss } from "../families/losses/rowLoss.js";

const definition: LossDefinition = { name: "nllLoss", family: "loss", ulp: 1 };

/**
 * Negative log-likelihood along an axis, `-logProbabilities[label]`: the loss of a classifier from logarithms of its probabilities.
 *
 * The labels are class indices, one a row, in a typed array of any integers. The rows count in C order of the axes that remain: for the
 * shape [8, 10, 5] and axis 1, row 5·i + k has the logarithms [i, :, k]. From logits, `softmaxCrossEntropy` is the loss of
 * `logSoftmax` in one step, and keeps the digits of its gradient.
 *
 * `weight`, an array of the type of the logarithms, has the weight of each class, finite and at least 0, by which the row's loss is
 * multiplied. `ignoreIndex`, by default -100, is the index of rows that are ignored. `reduction` is "mean", the default, "sum", or
 * "none". As in PyTorch the mean divides by the sum of the weights of the labels that are not ignored, without weights by their number;
 * it is NaN if that is 0, as the mean of no rows is, whose sum is 0.
 *
 * A logarithm of -Infinity gives Infinity, NaN gives NaN; a weight of 0 counts for nothing, also where the logarithm is -Infinity. An
 * ignored row gives 0.
 *
 * `nllLoss.backward(logProbabilities, labels, { dy })` takes the same options, and dy, the gradient with respect to the result: a number,
 * default 1; with reduction "none" an array like the result. It gives -weight · dy at the labels, for the mean divided by what the mean
 * divides by, and 0 elsewhere.
 *
 * @formula `L(x, k) = -w_k x_k`
 * @derivative `\frac{\partial L}{\partial x_i} = -w_k \delta_{ik}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 * @example
 * nllLoss(Float32Array.of(-3.5, -0.25, -1.75), Int32Array.of(1)); // 0.25
 * nllLoss(logProbabilities, labels, { shape: [64, 10] }); // the mean of 64 rows
 */
export const nllLoss: RowLoss = /* @__PURE__ */ lossFunction(definition, () => makeNllLossOp(definition));
