/** Focal loss of sigmoid, element by element, by the kernels of sigmoidCrossEntropy. */

import { float64 } from "../../args/dtype.js";
import { Parameters } from "../../args/parameters.js";
import { type ElementInputs, ElementLossOp, type ElementSettings } from "./elementLossOp.js";
import { power } from "./focal.js";
import { logisticOf, weightedGradient, weightedLoss } from "./logistic.js";
import { type Reduction, reduction } from "./reduction.js";
import type { LossDefinition } from "./rowLoss.js";
import type { SigmoidCrossEntropyOp } from "./sigmoidCrossEntropyOp.js";

interface FocalSettings {
  readonly alpha: number;
  readonly gamma: number;
  readonly reduction: Reduction;
}

/** The loss of an element, or its derivative by x, of log(1 + e^-|x|) and sigmoid(-|x|). */
type Term = (x: number, log: number, sigmoid: number, target: number, settings: FocalSettings) => number;

const parameters = /* @__PURE__ */ new Parameters<FocalSettings>({
  parameters: { alpha: { default: 0.25, min: -1, max: 1 }, gamma: { default: 2, min: 0 }, reduction },
  reject: ({ alpha }) =>
    alpha >= 0 || alpha === -1 ? undefined : `alpha must be from 0 to 1, or -1 for no weights, not ${alpha}`,
});

/** The loss and its gradient. */
export class SigmoidFocalLossOp extends ElementLossOp<FocalSettings, Term> {
  /** @param crossEntropy has the kernels */
  constructor(
    { name }: LossDefinition,
    private readonly crossEntropy: SigmoidCrossEntropyOp,
  ) {
    super(name, "logits", ["alpha", "gamma", "reduction"], {}, lossTerm, gradientTerm);
  }

  protected override settingsOf(
    caller: string,
    given: readonly unknown[],
    length: number,
  ): ElementSettings<FocalSettings> {
    const { values } = parameters.plan(caller, given, float64);
    const { reduction } = values;
    return { values, isReduced: reduction !== "none", divisor: reduction === "mean" ? length : 1 };
  }

  protected override termsOf(
    term: Term,
    { x, targets }: ElementInputs,
    from: number,
    count: number,
    settings: FocalSettings,
  ): Float64Array {
    const { logits, logs, sigmoids } = logisticOf(this.crossEntropy, x, from, count, true);
    for (let i = 0; i < count; i++) logs[i] = term(logits[i], logs[i], sigmoids![i], targets[from + i], settings);
    return logs;
  }

  /** The gradient is multiplied with its weight and dy at once: it may be subnormal. */
  protected override weightsOf(
    term: Term,
    { targets }: ElementInputs,
    from: number,
    count: number,
    { alpha }: FocalSettings,
  ): Float64Array | undefined {
    if (term !== gradientTerm) return undefined;
    const weights = new Float64Array(count);
    for (let i = 0; i < count; i++) weights[i] = alphaOf(targets[from + i], alpha);
    return weights;
  }
}

const lossTerm: Term = (x, log, sigmoid, target, { alpha, gamma }) => {
  const weight = alphaOf(target, alpha);
  const loss = weightedLoss(x, log, target * weight, (1 - target) * weight);
  // Infinity times 0 can't be: what a logit disagrees with infinitely is missed by 1.
  return power(missed(x, sigmoid, target), gamma) * loss;
};

/** What the element is weighed by. */
function alphaOf(target: number, alpha: number): number {
  return alpha < 0 ? 1 : alpha * target + (1 - alpha) * (1 - target);
}

/** 1 less the probability of the target: (1 - target)·sigmoid(x) + target·sigmoid(-x), of sigmoid(-|x|). */
function missed(x: number, sigmoid: number, target: number): number {
  return x > 0 ? (1 - target) * (1 - sigmoid) + target * sigmoid : (1 - target) * sigmoid + target * (1 - sigmoid);
}

/** The derivative of missed^gamma·loss, without weight. */
const gradientTerm: Term = (x, log, sigmoid, target, { gamma }) => {
  const ofLoss = weightedGradient(x, sigmoid, target, 1 - target);
  if (gamma === 0) return ofLoss;
  const m = missed(x, sigmoid, target);
  // What grows by the missed part: its derivative is (1 - 2·target)·sigmoid(x)·sigmoid(-x), and as small as itself for a target of 0 or 1.
  const loss = weightedLoss(x, log, target, 1 - target);
  const slope = (1 - 2 * target) * (target === 0 || target === 1 ? 1 - m : ((1 - sigmoid) * sigmoid) / m);
  return power(m, gamma) * (ofLoss + (loss === Infinity ? 0 : gamma * loss * slope));
};
