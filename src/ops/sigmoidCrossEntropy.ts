import { elementLoss, type SigmoidCrossEntropy } from "../families/sigmoidCrossEntropy.js";
import { log1pExp } from "../formulas/exp.js";

/**
 * Cross-entropy of sigmoid, `max(x, 0) - x·target + log(1 + e^-|x|)`: the loss of yes-or-no decisions, from their logits;
 * elementwise.
 *
 * The targets are from 0 to 1, which isn't checked; beyond, the formula goes on, with fewer digits. With `posWeight` w, at least
 * 0 and by default 1, it is -w · target · log(sigmoid(x)) - (1 - target) · log(sigmoid(-x)), so that w above 1 counts what was
 * missed for more than what was wrongly found. `reduction` is "mean", the default (NaN of no elements), "sum", or "none".
 *
 * Its terms are added up such that none is negative: where the target is 0 or 1 and w is 1, a float32 is right within 2 ulp. It
 * is 0 at an infinite logit that agrees with a target of 0 or 1, and Infinity at one that doesn't, or with any other target,
 * unless that term's weight is 0. NaN gives NaN.
 *
 * `sigmoidCrossEntropy.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the
 * result: a number, default 1; with reduction "none" an array like the result. It gives (sigmoid(x) - target) · dy, with
 * posWeight ((1 - target) · sigmoid(x) - w · target · sigmoid(-x)) · dy, for the mean divided by the number of the elements.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 * @example
 * sigmoidCrossEntropy(Float32Array.of(2, -1), Float32Array.of(1, 0)); // 0.2200948
 * sigmoidCrossEntropy.backward(logits, targets, { out: gradient });
 */
export const sigmoidCrossEntropy: SigmoidCrossEntropy = /* @__PURE__ */ elementLoss({
  name: "sigmoidCrossEntropy",
  family: "loss",
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
});
