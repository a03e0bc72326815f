/** Losses of elements that are computed in float64, one after the other: the arguments of their calls, and what becomes of the terms. */

import { checkArray, checkFloats } from "../../args/arrays.js";
import type { FloatArray } from "../../args/dtype.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { insteadBy, type Spellings } from "../../args/spellings.js";
import { copyIfOverwritten, newArray } from "../../exec/copy.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { PER_CHUNK } from "../float64Function.js";
import { LOSS_SPELLINGS, lossesOut, resultGradient } from "./reduction.js";

/** What the options of a call say, checked. */
export interface ElementSettings<P> {
  readonly values: P;
  readonly isReduced: boolean;
  /** What the sum is divided by, if the losses are reduced. */
  readonly divisor: number;
}

/** The arrays of a call, which nothing overwrites before they are read. */
export interface ElementInputs {
  readonly x: FloatArray;
  readonly targets: FloatArray;
}

/** A loss of elements, and its gradients. `P` are its own options, `T` is what computes the loss of an element, or a gradient of it. */
export abstract class ElementLossOp<P, T> {
  readonly #options: OptionList;
  readonly #gradientOptions: OptionList;

  /**
   * @param input the name of the first argument
   * @param own the names of the options beside `out`
   */
  constructor(
    protected readonly name: string,
    private readonly input: string,
    own: readonly string[],
    spellings: Spellings,
    private readonly loss: T,
    private readonly derivative: T,
  ) {
    const names = ["out", ...own];
    const insteadOf = insteadBy({ ...LOSS_SPELLINGS, ...spellings });
    this.#options = { names, insteadOf };
    this.#gradientOptions = { names: [...names, "dy"], insteadOf };
  }

  /** Throws unless the options suit an array of so many elements. */
  protected abstract settingsOf(caller: string, given: readonly unknown[], length: number): ElementSettings<P>;

  /** What `term` is for `count` elements from `from` on: the first elements of an array. */
  protected abstract termsOf(term: T, inputs: ElementInputs, from: number, count: number, values: P): Float64Array;

  /** What these terms are multiplied with, besides dy; undefined for 1. */
  protected weightsOf?(
    term: T,
    inputs: ElementInputs,
    from: number,
    count: number,
    values: P,
  ): Float64Array | undefined;

  apply(x: unknown, targets: unknown, options: unknown): FloatArray | number {
    return this.#run(this.name, this.loss, x, targets, options, false);
  }

  applyBackward(x: unknown, targets: unknown, options: unknown): FloatArray {
    return this.gradient(`${this.name}.backward`, this.derivative, x, targets, options);
  }

  /** Writes a gradient. */
  protected gradient(caller: string, term: T, x: unknown, targets: unknown, options: unknown): FloatArray {
    return this.#run(caller, term, x, targets, options, true) as FloatArray;
  }

  #run(caller: string, term: T, givenX: unknown, givenTargets: unknown, options: unknown, isGradient: boolean) {
    const list = isGradient ? this.#gradientOptions : this.#options;
    const given = readOptions(caller, list, options);
    const dtype = checkFloats(caller, this.input, givenX);
    const { length } = givenX as FloatArray;
    checkArray(caller, "targets", givenTargets, dtype.arrayName, length);
    const { values, isReduced, divisor } = this.settingsOf(caller, given, length);
    const reduction = isReduced ? "sum" : "none";
    let dy: FloatArray | number = 1;
    let out = given[0] as FloatArray | undefined;
    if (!isGradient) out = lossesOut(caller, dtype, length, out, reduction);
    else {
      dy = resultGradient(caller, given[list.names.length - 1], dtype, length, reduction);
      if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
    }
    const dys = typeof dy === "number" ? undefined : dy;
    checkNotFreed(caller, givenX as FloatArray, givenTargets as FloatArray, out, dys);
    const copied = (array: FloatArray) => copyIfOverwritten(array, out, dtype);
    const inputs = { x: copied(givenX as FloatArray), targets: copied(givenTargets as FloatArray) };
    const result = isGradient || !isReduced ? (out ?? newArray(dtype, length)) : undefined;
    const factors = dys && copied(dys);
    // Losses are divided once they are added up.
    const factor = isGradient && typeof dy === "number" ? dy / divisor : 1;
    let sum = 0;
    for (let from = 0; from < length; from += PER_CHUNK) {
      const count = Math.min(PER_CHUNK, length - from);
      const terms = this.termsOf(term, inputs, from, count, values);
      if (result === undefined) {
        for (let i = 0; i < count; i++) sum += terms[i];
        continue;
      }
      const weights = this.weightsOf?.(term, inputs, from, count, values);
      if (weights === undefined && factors === undefined) {
        for (let i = 0; i < count; i++) result[from + i] = terms[i] * factor;
        continue;
      }
      for (let i = 0; i < count; i++) {
        const weight = weights === undefined ? 1 : weights[i];
        result[from + i] = terms[i] * (weight * (factors === undefined ? factor : factors[from + i]));
      }
    }
    return result ?? sum / divisor;
  }
}
