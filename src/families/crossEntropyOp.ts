/** Cross-entropy over rows of logits: the arguments of its calls. */

import { checkArray, checkFloats, checkInteger, mustBe } from "../args/arrays.js";
import { hintFor } from "../args/conversions.js";
import { dtypeOf, type FloatArray, float64, isInt32 } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import { Parameters } from "../args/parameters.js";
import { readShape, rowsOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../args/spellings.js";
import { newArray } from "../exec/copy.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import { type CrossEntropyArgs, countOf } from "./crossEntropyCall.js";
import { gradientOf } from "./crossEntropyGradient.js";
import { fastLoss, lossesOf } from "./crossEntropyLoss.js";
import { LOSS_SPELLINGS, lossesOut, reduceLosses, type Reduction, reduction } from "./reduction.js";

interface RowSettings {
  readonly labelSmoothing: number;
  readonly reduction: Reduction;
}

const OPTIONS: OptionList = {
  names: ["out", "shape", "axis", "ignoreIndex", "labelSmoothing", "reduction"],
  insteadOf: /* @__PURE__ */ insteadBy({ ...ROW_SPELLINGS, ...LOSS_SPELLINGS }),
};
const GRADIENT_OPTIONS: OptionList = { ...OPTIONS, names: [...OPTIONS.names, "dy"] };
const PARAMETERS_FROM = 4;

/** The loss and its gradient. */
export class CrossEntropyOp {
  readonly #definition: RowLossDefinition;
  readonly #parameters = new Parameters<RowSettings>({
    parameters: { labelSmoothing: { default: 0, min: 0 }, reduction },
    reject: ({ labelSmoothing: s }) => (s < 1 ? undefined : `labelSmoothing must be less than 1, not ${s}`),
  });

  constructor(definition: RowLossDefinition) {
    this.#definition = definition;
  }

  apply(logits: unknown, targets: unknown, options: unknown): FloatArray | number {
    const { name } = this.#definition;
    const given = options === undefined ? [] : readOptions(name, OPTIONS, options);
    const loss = fastLoss(logits, targets, given);
    if (loss !== undefined) return given[5] === "none" ? Float32Array.of(loss) : loss;
    const args = argumentsOf(name, this.#parameters, logits, targets, given);
    const { dtype, reduction } = args;
    const { rows } = args.layout;
    const out = lossesOut(name, dtype, rows, given[0], reduction);
    // The losses are written to `out` last, which so may overlap any of the arrays.
    const losses = lossesOf(name, this.#definition, args, out);
    if (reduction !== "none") {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += losses[row];
      return reduceLosses(sum, countOf(args), reduction);
    }
    const result = out ?? newArray(dtype, rows);
    for (let row = 0; row < rows; row++) result[row] = losses[row];
    return result;
  }

  applyBackward(logits: unknown, targets: unknown, options: unknown): FloatArray {
    const caller = `${this.#definition.name}.backward`;
    const given = options === undefined ? [] : readOptions(caller, GRADIENT_OPTIONS, options);
    const args = argumentsOf(caller, this.#parameters, logits, targets, given);
    const out = given[0];
    if (out !== undefined) checkArray(caller, "out", out, args.dtype.arrayName, args.x.length);
    return gradientOf(caller, this.#definition, args, out as FloatArray | undefined, given[6]);
  }
}

/** Throws unless logits, targets and options suit each other. */
function argumentsOf(
  caller: string,
  parameters: Parameters<RowSettings>,
  logits: unknown,
  targets: unknown,
  given: readonly unknown[],
): CrossEntropyArgs {
  const [, , axis, ignoreIndex = -100] = given;
  const shape = readShape(caller, given[1]);
  const dtype = checkFloats(caller, "logits", logits);
  const x = logits as FloatArray;
  const layout = rowsOf(caller, x.length, shape, axis);
  checkInteger(caller, "ignoreIndex", ignoreIndex, -(2 ** 31), 2 ** 31 - 1);
  // As float64, in which the losses are put together.
  const { labelSmoothing: smoothing, reduction } = parameters.plan(caller, given, float64, PARAMETERS_FROM).values;
  let indices: Int32Array | undefined;
  if (isInt32(targets)) {
    indices = targets;
    checkArray(caller, "targets", indices, "Int32Array", layout.rows);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row];
      if (index === ignoreIndex || (index >= 0 && index < layout.columns)) continue;
      const domain = `from 0 to ${layout.columns - 1}, or ${ignoreIndex} to be ignored`;
      throw new RangeError(`${caller}: the target of row ${row} must be ${domain}, not ${index}`);
    }
  } else if (dtypeOf(targets) !== undefined) {
    if (given[3] !== undefined) {
      throw new TypeError(
        `${caller}: ignoreIndex needs targets that are class indices: it has no effect on probabilities`,
      );
    }
    checkArray(caller, "targets", targets, dtype.arrayName, x.length);
  } else {
    const wanted = "an Int32Array of class indices or an array of probabilities like logits";
    throw mustBe(caller, "targets", wanted, targets, hintFor("targets", targets, "Int32Array"));
  }
  const probabilities = indices === undefined ? (targets as FloatArray) : undefined;
  return { x, dtype, indices, probabilities, layout, ignoreIndex, smoothing, reduction };
}
