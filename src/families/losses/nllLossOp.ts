/** The negative log-likelihood of labels, which is a gather. */

import type { FloatArray } from "../../args/dtype.js";
import { fillArray } from "../../args/engine.js";
import { startOf } from "../../args/shape.js";
import { newArray } from "../../exec/copy.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { rowWeights, weighLosses } from "./classWeights.js";
import { classOf, type CrossEntropyArgs, isIgnored } from "./crossEntropyCall.js";
import { reduction } from "./reduction.js";
import type { LossDefinition } from "./rowLoss.js";
import { RowLossOp, type RowLossSettings } from "./rowLossOp.js";

/** The loss and its gradient. */
export class NllLossOp extends RowLossOp<RowLossSettings> {
  constructor({ name }: LossDefinition) {
    const parameters = { parameters: { reduction } };
    super(name, { input: "logProbabilities", takesProbabilities: false, parameters });
  }

  protected override lossesOf(caller: string, args: CrossEntropyArgs, out?: FloatArray): Float64Array {
    checkNotFreed(caller, args.x, args.labels, out);
    const losses = new Float64Array(args.layout.rows);
    // Not -0 for a probability of 1.
    for (let row = 0; row < losses.length; row++)
      if (!isIgnored(args, row)) losses[row] = 0 - args.x[placeOf(args, row)];
    if (args.weight !== undefined) weighLosses(args, losses);
    return losses;
  }

  protected override gradientsOf(
    caller: string,
    args: CrossEntropyArgs,
    dy: FloatArray | number,
    out: FloatArray | undefined,
  ): FloatArray {
    checkNotFreed(caller, args.x, args.labels, typeof dy === "number" ? undefined : dy, out);
    const factors = args.weight === undefined ? dy : rowWeights(args, dy);
    // Before anything is written: `out` may overlap any of the arrays.
    const places = new Float64Array(args.layout.rows);
    const gradients = new Float64Array(args.layout.rows);
    for (let row = 0; row < places.length; row++) {
      places[row] = isIgnored(args, row) ? -1 : placeOf(args, row);
      gradients[row] = -(typeof factors === "number" ? factors : factors[row]);
    }
    const result = out ?? newArray(args.dtype, args.x.length);
    fillArray(result, 0);
    for (let row = 0; row < places.length; row++) if (places[row] >= 0) result[places[row]] = gradients[row];
    return result;
  }
}

/** The place of the element of a row's label. */
function placeOf(args: CrossEntropyArgs, row: number): number {
  return startOf(args.layout, row) + classOf(args, row) * args.layout.stride;
}
