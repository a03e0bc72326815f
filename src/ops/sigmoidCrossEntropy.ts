import { elementLoss, type SigmoidCrossEntropy } from "../families/losses/sigmoidCrossEntropy.js";
import { exp, mulExp } from "../formulas/elementary.js";
import { log1pExp } from "../formulas/exp.js";

/**
 * Cross-entropy of sigmoid, `max(x, 0) - x·target + log(1 + e^-|x|)`: the loss of yes-or-no decisions, from their logits;
 * elementwise.
 *
 * The targets are from 0 to 1, which isn't checked; beyond, the formula goes on, with fewer digits. With `posWeight` w, at least
 * 0 and by default 1, it is -w · target · log(sigmoid(x)) - (1 - target) · log(sigmoid(-x)), so that w above 1 counts what was
 * missed for more than what was wrongly found. `reduction` is "mean", the default (NaN of no elements), "sum" (0 of none), or "none".
 *
 * `posWeight` may also be an array of the type of the logits, with a weight for each class along the last axis of `shape`, for each
 * element of its last axes, or for each logit; without a shape that is one axis. `weight` is such an array as well, by which the losses are
 * multiplied. As in PyTorch the mean divides by the number of the elements all the same. These weights are at least 0 and finite. A term of
 * weight 0 counts for nothing, also where it would be infinite. Where there is such an array, all is computed in float64, and rounded once.
 *
 * Its terms are added up such that none is negative: where the target is 0 or 1 and w is 1, a float32 is right within 2 ulp. It
 * is 0 at an infinite logit that agrees with a target of 0 or 1, and Infinity at one that doesn't, or with any other target,
 * unless that term's weight is 0. NaN gives NaN.
 *
 * `sigmoidCrossEntropy.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the
 * result: a number, default 1; with reduction "none" an array like the result. It gives (sigmoid(x) - target) · dy, with
 * posWeight ((1 - target) · sigmoid(x) - w · target · sigmoid(-x)) · dy, times `weight`, for the mean divided by the number of the elements. Its
 * error is at most 8 epsilons (2^-23 for float32, 2^-52 for float64) of the sizes of these two terms. A dy that is an array is
 * multiplied with what is rounded before, unless weights are arrays.
 *
 * `sigmoidCrossEntropy.backwardTargets(logits, targets, { dy })`, of soft targets that are learned too, is the gradient with respect to
 * these: (log(sigmoid(-x)) - w · log(sigmoid(x))) · dy, times `weight`, which is -x · dy without posWeight. Its error is at most an epsilon
 * for float32, 4 for float64, of the sizes of the two terms (of the one, without posWeight). It is Infinity at -Infinity, unless w is 0,
 * and -Infinity at Infinity; with a weight or dy of 0 it is 0.
 *
 * @formula `L(x, t) = -w\,t \log(\sigma(x)) - (1 - t) \log(\sigma(-x)), \quad w = \mathrm{posWeight}`
 * @derivative `\frac{\partial L}{\partial x} = (1 - t)\,\sigma(x) - w\,t\,\sigma(-x)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 * @example
 * sigmoidCrossEntropy(Float32Array.of(2, -1), Float32Array.of(1, 0)); // 0.2200948
 * sigmoidCrossEntropy(logits, targets, { shape: [32, 2], posWeight: Float32Array.of(1, 9) }); // of two labels, the second rare
 * sigmoidCrossEntropy.backward(logits, targets, { out: gradient });
 * sigmoidCrossEntropy.backwardTargets(Float32Array.of(2, -1), Float32Array.of(1, 0)); // -1, 0.5
 */
export const sigmoidCrossEntropy: SigmoidCrossEntropy = /* @__PURE__ */ elementLoss({
  name: "sigmoidCrossEntropy",
  family: "loss",
  value: (x, target, posWeight) => {
    const positive = posWeight * target;
    const weight = x > 0 ? 1 - target : positive;
    const weights = positive + (1 - target);
    const y = -Math.abs(x);
    // Beyond -40 the logarithm of 1 + e^y is e^y, which may be subnormal before it is multiplied.
    const logarithm = y < -40 ? mulExp(weights, y, 0) : weights * log1pExp(x);
    return logarithm + (weight === 0 ? 0 : Math.abs(x) * weight);
  },
  gradient: (x, target, posWeight, factor) => {
    const y = -Math.abs(x);
    const sum = 1 + exp(y);
    const terms = [(1 - target) * factor, -posWeight * target * factor];
    const [large, small] = x > 0 ? terms : terms.reverse();
    return large / sum + mulExp(small, y, 0) / sum;
  },
  ulp: 4,
});
