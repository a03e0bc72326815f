/** The randomized ReLU with a slope for each element: prelu with as many channels. */

import { checkArray, checkFloats, checkNoOut, checkNumber, mustBe } from "../args/arrays.js";
import { type DType, dtypeOf, type FloatArray, float64 } from "../args/dtype.js";
import { setArray } from "../args/engine.js";
import { newArray, overlap } from "../exec/copy.js";
import { leakyReluDerivative, leakyReluKernel, leakyReluOf, meanOf } from "../formulas/ramps.js";
import { Generator } from "../sampling/random.js";
import { checkUsable } from "../sampling/rowOf.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { PreluOp } from "./preluOp.js";
import type { RreluParameters } from "./rrelu.js";
import { applyUnaryRead, type UnaryOp } from "./unaryOp.js";

/** The calls of rrelu that draw slopes, write them, or are given them. */
export class RreluOp {
  readonly #prelu: PreluOp;

  constructor(definition: ElementwiseDefinition) {
    const ofWeight: ElementwiseDefinition<{ weight: number }> = {
      ...(definition as unknown as ElementwiseDefinition<{ weight: number }>),
      parameters: { weight: {} },
      reject: () => undefined,
      kernel: ({ weight }) => leakyReluKernel(weight),
      value: (x, { weight }) => leakyReluOf(x, weight),
      derivative: (x, { weight }) => leakyReluDerivative(x, weight),
    };
    this.#prelu = new PreluOp(ofWeight as unknown as ElementwiseDefinition);
  }

  /** @param given the options: `out`, `lower`, `upper`, `training`, `random`, `slopes`, `seed` */
  apply(caller: string, op: UnaryOp, x: unknown, given: readonly unknown[]): FloatArray | number {
    const [givenOut, , , training = false, random, givenSlopes, seed] = given;
    if (typeof training !== "boolean") throw mustBe(caller, "training", "true or false", training);
    const generator = new Generator(caller, seed, random);
    const dtype = typeof x === "number" ? float64 : checkFloats(caller, "x", x, "a number, ");
    const bounds = op.parameters.plan(caller, given, dtype).values as RreluParameters;
    if (typeof x === "number") {
      checkNoOut(caller, givenOut);
      checkNoSlopes(caller, givenSlopes);
      if (!training) return applyUnaryRead(caller, op, x, given);
      return this.#prelu.apply(x, { weight: between(bounds, generator.next(caller)) });
    }
    const array = x as FloatArray;
    const { length } = array;
    const arrays = { x: array, slopes: givenSlopes as FloatArray | undefined, out: givenOut as FloatArray | undefined };
    const { slopes, out } = arrays;
    checkSlopes(caller, slopes, dtype, length);
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
    if (slopes !== undefined && out !== undefined && overlap(slopes, out))
      throw new RangeError(`${caller}: slopes must not overlap out`);
    // Apart, and all at first: the generator might change the arrays.
    const drawn = newArray(dtype, length);
    if (training) for (let i = 0; i < length; i++) drawn[i] = between(bounds, generator.next(caller));
    else drawn.fill(meanOf(bounds.lower, bounds.upper));
    // Which may have taken arrays away, too.
    for (const [name, each] of Object.entries(arrays)) {
      if (each !== undefined) checkUsable(caller, name, each, length);
    }
    const result = this.#prelu.apply(x, { weight: drawn, out });
    if (slopes !== undefined) setArray(slopes, drawn);
    return result;
  }

  /** @param given the options: `out`, `lower`, `upper`, `slopes` */
  applyGradient(
    caller: string,
    op: UnaryOp,
    isGradient: boolean,
    x: unknown,
    dy: unknown,
    given: readonly unknown[],
  ): FloatArray | number {
    const [out, , , weight] = given;
    if (typeof x === "number") {
      if (isGradient) checkNumber(caller, "dy", dy);
      checkNoSlopes(caller, weight);
    }
    const dtype = dtypeOf(x) ?? checkFloats(caller, "x", x, "a number, ");
    op.parameters.plan(caller, given, dtype);
    checkSlopes(caller, weight, dtype, (x as FloatArray).length);
    const options = { weight, out };
    return isGradient ? this.#prelu.applyBackward(x, dy, options) : this.#prelu.applyDerivative(x, options);
  }
}

/** The slope of a number from 0 to less than 1. */
function between({ lower, upper }: RreluParameters, number: number): number {
  // No difference, which may overflow. Rounded, the sum may lie outside of the bounds.
  return Math.min(Math.max(lower * (1 - number) + upper * number, lower), upper);
}

function checkSlopes(caller: string, slopes: unknown, dtype: DType, length: number): void {
  if (slopes !== undefined) checkArray(caller, "slopes", slopes, dtype.arrayName, length);
}

function checkNoSlopes(caller: string, slopes: unknown): void {
  if (slopes !== undefined) throw new TypeError(`${caller}: slopes need an array x, not a number`);
}
