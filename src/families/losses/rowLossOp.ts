/** Losses of rows with labels: the arguments of their calls, and what becomes of the rows' losses. */

import { checkArray, checkFloats, checkInteger, mustBe } from "../../args/arrays.js";
import { hintFor } from "../../args/conversions.js";
import { dtypeOf, type FloatArray, float64 } from "../../args/dtype.js";
import { hasOwn } from "../../args/engine.js";
import { isLabels, type ReadLabels, readLabels } from "../../args/labels.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { Parameters, type ParametersDefinition } from "../../args/parameters.js";
import { readShape, rowsOf } from "../../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../../args/spellings.js";
import { newArray } from "../../exec/copy.js";
import { readClassWeights, weighTargets } from "./classWeights.js";
import { type CrossEntropyArgs, divisorOf } from "./crossEntropyCall.js";
import { LOSS_SPELLINGS, lossesOut, reduceLosses, type Reduction, resultGradient } from "./reduction.js";

/** The parameters that every loss of rows has; others are its own. */
export interface RowLossSettings {
  readonly reduction: Reduction;
  readonly labelSmoothing?: number;
}

/** What is particular about the arguments of a loss. */
export interface RowLossForm<P extends RowLossSettings> {
  /** The name of the first argument. */
  readonly input: string;
  /** Its parameters, the last of which is `reduction`. */
  readonly parameters: ParametersDefinition<P>;
  /** Its targets may be probabilities as well. */
  readonly takesProbabilities: boolean;
}

const insteadOf = /* @__PURE__ */ insteadBy({ ...ROW_SPELLINGS, ...LOSS_SPELLINGS });
const BEFORE_PARAMETERS = ["out", "shape", "axis", "ignoreIndex"];

/** A loss of rows, and its gradient. */
export abstract class RowLossOp<P extends RowLossSettings> {
  protected readonly options: OptionList;
  protected readonly gradientOptions: OptionList;
  readonly #parameters: Parameters<P>;
  readonly #weightAt: number;

  constructor(
    protected readonly name: string,
    private readonly form: RowLossForm<P>,
  ) {
    this.#parameters = new Parameters<P>(form.parameters);
    const names = [...BEFORE_PARAMETERS, ...Object.keys(form.parameters.parameters!), "weight"];
    this.#weightAt = names.length - 1;
    this.options = { names, insteadOf };
    this.gradientOptions = { names: [...names, "dy"], insteadOf };
  }

  /** The loss of every row, times its weight. No array is written. */
  protected abstract lossesOf(caller: string, args: CrossEntropyArgs<P>, out?: FloatArray): Float64Array;

  /** Writes the gradients, of which each row's is times dy: a number for all, or one for each. */
  protected abstract gradientsOf(
    caller: string,
    args: CrossEntropyArgs<P>,
    dy: FloatArray | number,
    out: FloatArray | undefined,
  ): FloatArray;

  /** What the mean divides by. */
  protected divisorOf(args: CrossEntropyArgs<P>): number {
    return divisorOf(args);
  }

  apply(x: unknown, targets: unknown, options: unknown): FloatArray | number {
    const given = options === undefined ? [] : readOptions(this.name, this.options, options);
    return this.applyTo(x, targets, given);
  }

  /** The losses for options that have been read. */
  protected applyTo(x: unknown, targets: unknown, given: readonly unknown[]): FloatArray | number {
    const { name } = this;
    const args = this.#argumentsOf(name, x, targets, given);
    const { dtype, reduction } = args;
    const { rows } = args.layout;
    const out = lossesOut(name, dtype, rows, given[0], reduction);
    // The losses are written to `out` last, which so may overlap any of the arrays.
    const losses = this.lossesOf(name, args, out);
    if (reduction !== "none") {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += losses[row];
      return reduceLosses(sum, this.divisorOf(args), reduction);
    }
    const result = out ?? newArray(dtype, rows);
    for (let row = 0; row < rows; row++) result[row] = losses[row];
    return result;
  }

  applyBackward(x: unknown, targets: unknown, options: unknown): FloatArray {
    const caller = `${this.name}.backward`;
    return this.gradient(caller, x, targets, options, (args, dy, out) => this.gradientsOf(caller, args, dy, out));
  }

  /** Has a gradient written, of which each row's is times dy, a number for all or one for each, to `out` or a new array. */
  protected gradient(
    caller: string,
    x: unknown,
    targets: unknown,
    options: unknown,
    write: (args: CrossEntropyArgs<P>, dy: FloatArray | number, out: FloatArray | undefined) => FloatArray,
    list = this.gradientOptions,
    takesLabels = true,
  ): FloatArray {
    const given = options === undefined ? [] : readOptions(caller, list, options);
    const args = this.#argumentsOf(caller, x, targets, given, takesLabels);
    const { dtype, layout, reduction } = args;
    const out = given[0];
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, args.x.length);
    const dy = resultGradient(caller, given[this.#weightAt + 1], dtype, layout.rows, reduction);
    const factors = typeof dy === "object" ? dy : reduceLosses(dy, this.divisorOf(args), reduction);
    return write(args, factors, out as FloatArray | undefined);
  }

  /** Throws unless the arrays and the options suit each other. */
  #argumentsOf(
    caller: string,
    x: unknown,
    targets: unknown,
    given: readonly unknown[],
    takesLabels = true,
  ): CrossEntropyArgs<P> {
    const { input, takesProbabilities } = this.form;
    const ignoreIndex = given[3] === undefined ? -100 : given[3];
    const shape = readShape(caller, given[1]);
    const dtype = checkFloats(caller, input, x);
    const layout = rowsOf(caller, (x as FloatArray).length, shape, given[2]);
    checkInteger(caller, "ignoreIndex", ignoreIndex, -(2 ** 31), 2 ** 31 - 1);
    // As float64, in which the losses are put together.
    const { values } = this.#parameters.plan(caller, given, float64, BEFORE_PARAMETERS.length);
    const { reduction } = values;
    // Not what a program has added to Object.prototype.
    const smoothing = hasOwn(values, "labelSmoothing") ? values.labelSmoothing! : 0;
    const name = takesProbabilities ? "targets" : "labels";
    let labels: ReadLabels | undefined;
    if (!takesLabels && isLabels(targets) && targets.length === layout.rows) {
      throw new TypeError(`${caller}: ${name} must be probabilities, not class indices`);
    }
    if (takesLabels && isLabels(targets)) {
      labels = readLabels(caller, name, targets, layout, ignoreIndex);
    } else if (takesProbabilities && dtypeOf(targets) !== undefined) {
      if (given[3] !== undefined) {
        throw new TypeError(
          `${caller}: ignoreIndex needs targets that are class indices: it has no effect on probabilities`,
        );
      }
      checkArray(caller, name, targets, dtype.arrayName, (x as FloatArray).length);
    } else {
      const integers = "an array of integers, as class indices";
      const probabilities = `of probabilities like ${input}`;
      const wanted = !takesLabels
        ? `an array ${probabilities}`
        : takesProbabilities
          ? `${integers}, or ${probabilities}`
          : integers;
      throw mustBe(caller, name, wanted, targets, hintFor(name, targets, takesLabels ? "Int32Array" : dtype.arrayName));
    }
    const givenWeight = given[this.#weightAt];
    const weight = givenWeight === undefined ? undefined : readClassWeights(caller, givenWeight, dtype, layout.columns);
    const args = {
      x: x as FloatArray,
      dtype,
      labels,
      indices: labels,
      probabilities: labels === undefined ? (targets as FloatArray) : undefined,
      layout,
      ignoreIndex,
      smoothing,
      reduction,
      weight,
      values,
    };
    return weight === undefined ? args : weighTargets(args);
  }
}
