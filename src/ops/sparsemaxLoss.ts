import { makeSparsemaxLossOp } from "../families/lazy.js";
import { lossFunction } from "../families/losses/lossFunction.js";
import type { LossDefinition, RowLoss } from "../families/losses/rowLoss.js";
import { sparsemaxModule } from "../generated/modules/sparsemax.js";
import { sparsemax } from "./sparsemax.js";

const definition: LossDefinition = { name: "sparsemaxLoss", family: "loss", ulp: 1 };

/**
 * The loss of sparsemax along an axis, `½ · ‖sparsemax(x) - label‖² + max(τ - x[label], 0)`: of a classifier whose probabilities are
 * sparse, from its logits; convex, and 0 once the label is ahead by 1.
 *
 * τ is sparsemax's threshold, so that this is Martins' and Astudillo's -x[label] + ½ · Σ (x² - τ²) + ½ over the classes that are not 0,
 * but as a sum without negative terms: it is never below 0. The labels are class indices, one a row, in a typed array of any integers;
 * shape, axis and `ignoreIndex`, by default -100, are those of `softmaxCrossEntropy`. `weight`, an array of the type of the logits, has
 * the weight of each class, finite and at least 0; `reduction` is "mean", the default, which divides by the sum of the weights of the
 * labels that are not ignored, without weights by their number; "sum"; or "none".
 *
 * All is computed in float64, in which probabilities are right to within 1e-15, and rounded once. A label of -Infinity gives Infinity, as does
 * one beside which another logit is Infinity; Infinity itself gives its share's loss. NaN gives NaN. A weight of 0 counts for nothing, also
 * where the loss is infinite. An ignored row gives 0; if all are ignored, or there is no row, the mean is NaN and the sum 0.
 *
 * `sparsemaxLoss.backward(logits, labels, { dy })` takes the same options, and dy, the gradient with respect to the result: a number,
 * default 1; with reduction "none" an array like the result. It gives (sparsemax(x) - label) · weight · dy, for the mean divided by what the
 * mean divides by, where that of the label is found as the sum of the others' and so keeps its digits; 0 in an ignored row.
 *
 * @formula `L(x, k) = \frac{1}{2} \sum_i (p_i - \delta_{ik})^2 + \max(\tau - x_k, 0), \quad p = \operatorname{sparsemax}(x)`
 * @derivative `\frac{\partial L}{\partial x_i} = \operatorname{sparsemax}(x)_i - \delta_{ik}`
 * @see https://arxiv.org/abs/1602.02068
 * @example
 * sparsemaxLoss(Float32Array.of(0.5, 3, 3.5), Int32Array.of(2)); // 0.0625
 * sparsemaxLoss.backward(logits, labels, { shape: [64, 10], out: gradient });
 */
export const sparsemaxLoss: RowLoss = /* @__PURE__ */ lossFunction(
  definition,
  () => makeSparsemaxLossOp(definition, sparsemax.definition),
  false,
  sparsemaxModule,
);
