/** Cross-entropy over rows of logits. */

import type { FloatArray } from "../../args/dtype.js";
import { readOptions } from "../../args/options.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import type { CrossEntropyArgs } from "./crossEntropyCall.js";
import { gradientOf } from "./crossEntropyGradient.js";
import { fastLoss, lossesOf } from "./crossEntropyLoss.js";
import { targetGradients } from "./crossEntropyTargets.js";
import { type Reduction, reduction } from "./reduction.js";
import { RowLossOp } from "./rowLossOp.js";

interface CrossEntropySettings {
  readonly labelSmoothing: number;
  readonly reduction: Reduction;
}

/** The loss and its gradient. */
export class CrossEntropyOp extends RowLossOp<CrossEntropySettings> {
  readonly #definition: RowLossDefinition;

  constructor(definition: RowLossDefinition) {
    super(definition.name, {
      input: "logits",
      takesProbabilities: true,
      parameters: {
        parameters: { labelSmoothing: { default: 0, min: 0 }, reduction },
        reject: ({ labelSmoothing: s }) => (s < 1 ? undefined : `labelSmoothing must be less than 1, not ${s}`),
      },
    });
    this.#definition = definition;
  }

  override apply(logits: unknown, targets: unknown, options: unknown): FloatArray | number {
    const given = options === undefined ? [] : readOptions(this.name, this.options, options);
    const loss = fastLoss(logits, targets, given);
    if (loss !== undefined) return given[5] === "none" ? Float32Array.of(loss) : loss;
    return this.applyTo(logits, targets, given);
  }

  protected override lossesOf(caller: string, args: CrossEntropyArgs, out?: FloatArray): Float64Array {
    return lossesOf(caller, this.#definition, args, out);
  }

  protected override gradientsOf(
    caller: string,
    args: CrossEntropyArgs,
    dy: FloatArray | number,
    out: FloatArray | undefined,
  ): FloatArray {
    return gradientOf(caller, this.#definition, args, out, dy);
  }

  /** The gradient with respect to targets that are probabilities. */
  applyBackwardTargets(logits: unknown, targets: unknown, options: unknown): FloatArray {
    const caller = `${this.name}.backwardTargets`;
    // Probabilities are never ignored.
    const names = this.gradientOptions.names.map((name) => (name === "ignoreIndex" ? undefined : name));
    const list = { ...this.gradientOptions, names };
    const write = (args: CrossEntropyArgs<CrossEntropySettings>, dy: FloatArray | number, out?: FloatArray) => {
      return targetGradients(caller, this.#definition, args, args.values.labelSmoothing, dy, out);
    };
    return this.gradient(caller, logits, targets, options, write, list, false);
  }
}
