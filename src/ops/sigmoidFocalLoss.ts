import type { ElementLoss } from "../families/losses/elementLoss.js";
import { makeSigmoidFocalLossOp } from "../families/lazy.js";
import { lossFunction } from "../families/losses/lossFunction.js";
import type { LossDefinition } from "../families/losses/rowLoss.js";
import { sigmoidCrossEntropyModule } from "../generated/modules/sigmoidCrossEntropy.js";
import { sigmoidCrossEntropy } from "./sigmoidCrossEntropy.js";

/** Options of `sigmoidFocalLoss` beside those of every loss of single logits. */
export interface SigmoidFocalLossOptions {
  /** The weight of targets of 1, from 0 to 1, where targets of 0 have 1 - alpha; -1 for no weights. Default: 0.25. */
  readonly alpha?: number | undefined;
  /** How much less the elements count that are right already, at least 0. Default: 2. */
  readonly gamma?: number | undefined;
}

const definition: LossDefinition = { name: "sigmoidFocalLoss", family: "loss", ulp: 1 };

/**
 * Focal loss of sigmoid, `α · (1 - p)^gamma · sigmoidCrossEntropy(x, target)` with p = sigmoid(x) for a target of 1, else sigmoid(-x):
 * the loss of yes-or-no decisions of which most are easy; elementwise.
 *
 * `gamma`, at least 0 and by default 2, is how much less an element counts that is right already. `alpha`, from 0 to 1 and by default 0.25,
 * weighs targets of 1 by alpha and those of 0 by 1 - alpha; -1 weighs none, as in torchvision. For a target t between 0 and 1, 1 - p is
 * (1 - t) · sigmoid(x) + t · sigmoid(-x), and the weight alpha · t + (1 - alpha) · (1 - t). `reduction` is "mean", the default
 * (torchvision's is "none"; NaN of no elements), "sum" (0 of none), or "none".
 *
 * No term is negative, also of 1 - p, and all is computed in float64 and rounded once: for targets from 0 to 1 and a gamma up to 5 a float32
 * is right within 1 ulp. It is 0 at an infinite logit that agrees with a target of 0 or 1, and Infinity at one that doesn't, unless alpha
 * weighs it by 0. NaN gives NaN. With a gamma that is not 1, 2 or 3 the last bit is that of the engine's Math.pow.
 *
 * `sigmoidFocalLoss.backward(logits, targets, { dy })` takes the same options, and dy, the gradient with respect to the result: a number,
 * default 1; with reduction "none" an array like the result. It is the exact gradient, for a target of 1
 * -α · (1 - p)^gamma · (1 - p - gamma · p · log(p)) · dy, whose terms are of one sign.
 *
 * @formula `L(x, t) = -\alpha_t (1 - p)^\gamma \left(t \log(\sigma(x)) + (1 - t) \log(\sigma(-x))\right), \quad p = t\,\sigma(x) + (1 - t)\,\sigma(-x)`
 * @derivative `\frac{\partial L}{\partial x} = \alpha_t (1 - p)^\gamma \left(\sigma(x) - t\right) + \frac{\gamma\,L}{1 - p} (1 - 2t)\,\sigma(x)\,\sigma(-x)`
 * @see https://pytorch.org/vision/main/generated/torchvision.ops.sigmoid_focal_loss.html
 * @example
 * sigmoidFocalLoss(Float32Array.of(2, -1), Float32Array.of(1, 0)); // 0.008722217
 * sigmoidFocalLoss.backward(logits, targets, { alpha: -1, gamma: 1.5, out: gradient });
 */
export const sigmoidFocalLoss: ElementLoss<SigmoidFocalLossOptions> = /* @__PURE__ */ lossFunction(
  definition,
  () => makeSigmoidFocalLossOp(definition, sigmoidCrossEntropy.definition),
  false,
  sigmoidCrossEntropyModule,
);
