/** Focal loss of softmax, by the kernels of softmaxCrossEntropy. */

import type { FloatArray } from "../../args/dtype.js";
import { expm1 } from "../../formulas/elementary.js";
import { classOf, type CrossEntropyArgs, isIgnored } from "./crossEntropyCall.js";
import { gradientOf } from "./crossEntropyGradient.js";
import { lossesOf } from "./crossEntropyLoss.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import { power } from "./focal.js";
import { type Reduction, reduction } from "./reduction.js";
import { RowLossOp } from "./rowLossOp.js";

interface FocalSettings {
  readonly gamma: number;
  readonly alpha: number | undefined;
  readonly reduction: Reduction;
}

type FocalArgs = CrossEntropyArgs<FocalSettings>;

/** The loss and its gradient. */
export class SoftmaxFocalLossOp extends RowLossOp<FocalSettings> {
  readonly #definition: RowLossDefinition;

  constructor(definition: RowLossDefinition) {
    super(definition.name, {
      input: "logits",
      takesProbabilities: false,
      parameters: { parameters: { gamma: { default: 2, min: 0 }, alpha: { min: 0, max: 1 }, reduction } },
    });
    this.#definition = definition;
  }

  /** As in Kornia the mean is that of the rows, whatever the weights of their classes are. */
  protected override divisorOf(args: FocalArgs): number {
    return super.divisorOf({ ...args, weight: undefined });
  }

  protected override lossesOf(caller: string, args: FocalArgs, out?: FloatArray): Float64Array {
    const { gamma } = args.values;
    const losses = lossesOf(caller, this.#definition, { ...args, weight: undefined }, out);
    for (let row = 0; row < losses.length; row++) {
      if (isIgnored(args, row)) continue;
      const weight = weightOf(args, row);
      // A class of weight 0 counts for nothing, also where its loss is infinite.
      losses[row] =
        weight === 0 && losses[row] === Infinity ? 0 : weight * modulation(losses[row], gamma) * losses[row];
    }
    return losses;
  }

  protected override gradientsOf(
    caller: string,
    args: FocalArgs,
    dy: FloatArray | number,
    out: FloatArray | undefined,
  ): FloatArray {
    const { gamma } = args.values;
    const unweighted = { ...args, weight: undefined };
    // The gradient of cross-entropy, times the derivative of the loss by it.
    const factors = lossesOf(caller, this.#definition, unweighted, out);
    for (let row = 0; row < factors.length; row++) {
      if (isIgnored(args, row)) continue;
      const factor = weightOf(args, row) * (typeof dy === "number" ? dy : dy[row]);
      factors[row] = factor * focalDerivative(factors[row], gamma);
    }
    return gradientOf(caller, this.#definition, unweighted, out, factors);
  }
}

/** The weight of a row's class: as in Kornia class 0 is the background, which has 1 - alpha. */
function weightOf(args: FocalArgs, row: number): number {
  const { alpha } = args.values;
  const index = classOf(args, row);
  const own = args.weight === undefined ? 1 : args.weight[index];
  return alpha === undefined ? own : own * (index === 0 ? 1 - alpha : alpha);
}

/** (1 - p)^gamma, of -log(p), from which 1 - p comes without cancelling. */
function modulation(loss: number, gamma: number): number {
  return power(-expm1(-loss), gamma);
}

/** The derivative of (1 - p)^gamma·loss by the loss, -log(p): (1 - p)^gamma·(1 + gamma·p·loss / (1 - p)), where all terms are positive. */
function focalDerivative(loss: number, gamma: number): number {
  const missed = -expm1(-loss);
  // loss / (1 - p) goes to 1 for a loss of 0; p·loss to 0 for one of Infinity.
  const ratio = missed === 0 ? 1 : loss === Infinity ? 0 : ((1 - missed) * loss) / missed;
  return power(missed, gamma) * (1 + gamma * ratio);
}
