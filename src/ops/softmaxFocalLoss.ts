import type { RowLossDefinition } from "../families/losses/crossEntropy.js";
import { makeSoftmaxFocalLossOp } from "../families/lazy.js";
import { lossFunction } from "../families/losses/lossFunction.js";
import type { RowLoss } from "../families/losses/rowLoss.js";
import { softmaxFormula } from "../formulas/softmax.js";
import { softmaxCrossEntropyModule } from "../generated/modules/softmaxCrossEntropy.js";

/** Options of `softmaxFocalLoss` beside those of every loss of rows. */
export interface SoftmaxFocalLossOptions {
  /** How much less the rows count whose class is likely already, at least 0. Default: 2. */
  readonly gamma?: number | undefined;
  /** The weight of all classes but the first, from 0 to 1; class 0 has 1 - alpha. Default: 1 for all. */
  readonly alpha?: number | undefined;
}

const definition: RowLossDefinition = {
  name: "softmaxFocalLoss",
  family: "loss",
  probabilities: softmaxFormula,
  ulp: 8,
};

/**
 * Focal loss of softmax along an axis, `-(1 - p)^gamma · log(p)` with p = softmax(x) of the row's class: cross-entropy that leaves easy
 * rows to themselves.
 *
 * The labels are class indices, one a row, in a typed array of any integers; shape, axis and `ignoreIndex`, by default -100, are those of
 * `softmaxCrossEntropy`. `gamma`, at least 0 and by default 2, is how strongly; with 0 it is `softmaxCrossEntropy`. With `alpha`, from 0 to
 * 1, the first class, the background, is weighed by 1 - alpha and all others by alpha, as in Kornia; `weight`, an array of the type of
 * the logits, is the weight of each class, finite and at least 0. `reduction` is "mean", the default (Kornia's is "none"), over the rows
 * that are not ignored, whatever they weigh; "sum"; or "none".
 *
 * 1 - p is found from the logarithm, without cancelling, so that a loss near 0 keeps its digits: a float32 is right within 2 · (1 +
 * gamma) + 2 ulp, which is 8 by default. It is 0 where p is 1, and Infinity where p is 0, unless the class has weight 0. NaN gives NaN. With a gamma that is not 1, 2 or 3 the last bit is that of the engine's Math.pow. An
 * ignored row gives 0; if all are ignored, or there is no row, the mean is NaN and the sum 0.
 *
 * `softmaxFocalLoss.backward(logits, labels, { dy })` takes the same options, and dy, the gradient with respect to the result: a number,
 * default 1; with reduction "none" an array like the result. It is the exact gradient, that of cross-entropy times
 * (1 - p)^gamma · (1 + gamma · p · -log(p) / (1 - p)), and as right as that is.
 *
 * @formula `L(x, k) = -(1 - p)^\gamma \log(p), \quad p = \operatorname{softmax}(x)_k`
 * @derivative `\frac{\partial L}{\partial x_i} = (1 - p)^\gamma \left(1 - \gamma \frac{p \log p}{1 - p}\right) (\operatorname{softmax}(x)_i - \delta_{ik})`
 * @see https://arxiv.org/abs/1708.02002
 * @example
 * softmaxFocalLoss(Float32Array.of(0.3, 2.9, 4), Int32Array.of(0)); // 3.861145
 * softmaxFocalLoss.backward(logits, labels, { shape: [64, 10], gamma: 3, out: gradient });
 */
export const softmaxFocalLoss: RowLoss<SoftmaxFocalLossOptions> = /* @__PURE__ */ lossFunction(
  definition,
  () => makeSoftmaxFocalLossOp(definition),
  false,
  softmaxCrossEntropyModule,
);
