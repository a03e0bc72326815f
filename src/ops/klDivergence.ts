import type { KlDivergence } from "../families/losses/klDivergence.js";
import { makeKlDivergenceOp } from "../families/lazy.js";
import { lossFunction } from "../families/losses/lossFunction.js";
import type { LossDefinition } from "../families/losses/rowLoss.js";

const definition: LossDefinition = { name: "klDivergence", family: "loss", ulp: 1 };

/**
 * Kullback-Leibler divergence, `Σ target · (log(target) - logProbabilities)`: how far probabilities, by their logarithms, are from the
 * targets; elementwise.
 *
 * The targets are probabilities, or with `logTarget: true` their logarithms. `reduction` is "mean", the default, over all elements (NaN of
 * none), "sum" (0 of none), "batchMean", which divides the sum by the length of the first axis of `shape` and so is the mean of the divergences of the
 * rows, or "none".
 *
 * A target of 0 counts for nothing, also where the logarithm is -Infinity; any other target gives Infinity there. A negative target gives
 * NaN, as its logarithm, and NaN gives NaN. All is computed in float64 and rounded once. Where the target and the probability nearly agree,
 * the logarithms cancel: the error of a float64 term is at most 2^-51 of target · (|log(target)| + |logProbabilities|), that of float32 as
 * small, and half an ulp.
 *
 * `klDivergence.backward(logProbabilities, targets, { dy })` takes the same options, and dy, the gradient with respect to the result: a
 * number, default 1; with reduction "none" an array like the targets. It gives -target · dy, divided by what the result was divided by.
 * `klDivergence.backwardTargets(logProbabilities, targets, { dy })` is the gradient with respect to the targets:
 * (log(target) - logProbabilities + 1) · dy, which is -Infinity at a target of 0; of targets that are logarithms it is times the target.
 *
 * @formula `L(x, t) = t\,(\log t - x)`
 * @derivative `\frac{\partial L}{\partial x} = -t`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 * @example
 * klDivergence(Float64Array.of(-0.5, -1), Float64Array.of(0, 1), { reduction: "sum" }); // 1
 * klDivergence(logProbabilities, targets, { shape: [64, 10], reduction: "batchMean" }); // the mean of 64 divergences
 */
export const klDivergence: KlDivergence = /* @__PURE__ */ lossFunction(
  definition,
  () => makeKlDivergenceOp(definition),
  true,
);
