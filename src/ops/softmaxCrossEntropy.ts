import { rowLoss, type SoftmaxCrossEntropy } from "../families/losses/crossEntropy.js";
import { softmaxFormula } from "../formulas/softmax.js";

/**
 * Cross-entropy of softmax along an axis, `-Σ target · log(softmax(x))`: the loss of a classifier, from its logits.
 *
 * The targets are class indices, one a row, in a typed array of any integers (an Int32Array is read where it lies; others, such
 * as the BigInt64Array of ONNX's int64, are converted first): the loss is -log(softmax(x)) of that class. The rows count in
 * C order of the axes that remain: for the shape [8, 10, 5] and axis 1, row 5·i + k has the logits [i, :, k]. Or the
 * targets are probabilities, in an array of the type and shape of the logits. As in PyTorch they need not sum to 1.
 *
 * `ignoreIndex`, by default -100, is the index of rows that are ignored, also by the mean. `labelSmoothing`, s from 0 to below 1,
 * by default 0, makes the target (1 - s) · target + s / classes, so that -Infinity among a row's logits gives Infinity, but of a class of
 * weight 0. `reduction` is "mean", the default, "sum", or "none".
 *
 * `weight`, an array of the type of the logits, is the weight of each class, finite and at least 0: the loss of a row is
 * -Σ weight · target · log(softmax(x)), of targets as they are smoothed. As in PyTorch the mean divides by the sum of the weights of the
 * class indices that are not ignored (NaN if that is 0), also with smoothing; of probabilities by the number of the rows. A weight of 0
 * counts for nothing, also where the logit is -Infinity. Weights of probabilities, or with smoothing, are multiplied with the targets,
 * which are rounded to the type of the logits: of these, a float32 loss is right within 3 ulp.
 *
 * It is computed as a sum of target · (log(Σ e^(x - max)) + (max - x)), where no term is negative, so that a loss near 0
 * keeps its digits. A target of 0 counts for nothing, also where the logit is -Infinity. A class gives Infinity where its
 * logit is -Infinity (also in a row that is all -Infinity), or where another logit is Infinity; if its own is, the
 * logarithm of how many are. A row with NaN gives NaN. An ignored row gives 0, whatever its logits are; if all are ignored, or
 * there is no row, the mean is NaN and the sum 0.
 *
 * `softmaxCrossEntropy.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the
 * result: a number, default 1; with reduction "none" an array like the result. It gives
 * (softmax(x) · Σ target - target) · dy, where the sum is 1 for a class index, and targets are times their weights; for the mean that
 * is divided by what the mean divides by. It gives 0 in an ignored row. Of a confident row it is made of the other classes, so that it keeps
 * its digits: its error is at most 16 epsilons (2^-23 for float32, 2^-52 for float64), for a class index without smoothing of the
 * gradient itself, else of softmax(x) · Σ |the others' target| + |target| · Σ the others' softmax(x).
 *
 * `softmaxCrossEntropy.backwardTargets(logits, targets, { dy })`, of targets that are probabilities, is the gradient with respect to these:
 * -log(softmax(x)) · dy, times weight and 1 - labelSmoothing; Infinity where the logit is -Infinity, unless the weight is 0.
 *
 * @formula `L(x, t) = -\sum_i t_i \log(\operatorname{softmax}(x)_i)`
 * @derivative `\frac{\partial L}{\partial x_i} = \operatorname{softmax}(x)_i \sum_j t_j - t_i`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 * @example
 * softmaxCrossEntropy(Float32Array.of(0.3, 2.9, 4), Int32Array.of(2)); // 0.3057145
 * softmaxCrossEntropy(logits, labels, { shape: [64, 10], labelSmoothing: 0.1 }); // the mean of 64 rows
 * softmaxCrossEntropy(logits, labels, { shape: [64, 10], weight: Float32Array.of(1, 2, 1, 1, 1, 1, 1, 1, 1, 1) }); // class 1 counts twice
 * softmaxCrossEntropy.backward(logits, labels, { shape: [64, 10], out: gradient });
 */
export const softmaxCrossEntropy: SoftmaxCrossEntropy = /* @__PURE__ */ rowLoss({
  name: "softmaxCrossEntropy",
  family: "loss",
  probabilities: softmaxFormula,
  ulp: 2,
});
