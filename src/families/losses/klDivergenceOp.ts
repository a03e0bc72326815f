/** The Kullback-Leibler divergence, element by element. */

import { mustBe } from "../../args/arrays.js";
import type { FloatArray } from "../../args/dtype.js";
import { checkShapeOf } from "../../args/shape.js";
import { exp as expOf, EXP_LIMIT, log as logOf, mulExp } from "../../formulas/elementary.js";
import { exp } from "../../ops/exp.js";
import { log } from "../../ops/log.js";
import { Float64Function } from "../float64Function.js";
import { type ElementInputs, ElementLossOp, type ElementSettings } from "./elementLossOp.js";
import { reductions } from "./reduction.js";

/** The term of an element, or a gradient of it; `other` is the logarithm of the target, or e^target if the target is a logarithm. */
type Term = (x: number, target: number, other: number, logTarget: boolean) => number;

/** t·(log(t) - x); 0 of a target that is 0. */
const lossTerm: Term = (x, target, other, logTarget) => {
  if (target === (logTarget ? -Infinity : 0)) return x === x ? 0 : NaN;
  return logTarget ? timesExp(target - x, target, other) : target * (other - x);
};

/** Its derivative by x. */
const inputTerm: Term = (_, target, other, logTarget) => 0 - (logTarget ? other : target);

/** Its derivative by the target as it is given. */
const targetTerm: Term = (x, target, other, logTarget) => {
  if (!logTarget) return other - x + 1;
  if (target === -Infinity) return x === x ? 0 : NaN;
  return timesExp(target - x + 1, target, other);
};

/** A factor times e^x, which is `power`. */
function timesExp(factor: number, x: number, power: number): number {
  return Math.abs(x) > EXP_LIMIT ? mulExp(factor, x, 0) : factor * power;
}

/** The divergence and its gradients. */
export class KlDivergenceOp extends ElementLossOp<boolean, Term> {
  readonly #exp = new Float64Function(exp, expOf);
  readonly #log = new Float64Function(log, logOf);

  constructor(name: string) {
    const spellings = { size: "shape", sizes: "shape" };
    super(name, "logProbabilities", ["shape", "logTarget", "reduction"], spellings, lossTerm, inputTerm);
  }

  applyBackwardTargets(x: unknown, targets: unknown, options: unknown): FloatArray {
    return this.gradient(`${this.name}.backwardTargets`, targetTerm, x, targets, options);
  }

  /** The value is whether targets are logarithms. */
  protected override settingsOf(caller: string, given: readonly unknown[], length: number): ElementSettings<boolean> {
    const [, givenShape, logTarget = false, reduction = "mean"] = given;
    if (typeof logTarget !== "boolean") throw mustBe(caller, "logTarget", "true or false", logTarget);
    if (reduction !== "batchMean" && !reductions.includes(reduction)) {
      throw mustBe(caller, "reduction", '"none" or "mean" or "sum" or "batchMean"', reduction);
    }
    const shape = checkShapeOf(caller, givenShape, length);
    if (reduction === "batchMean" && (givenShape === undefined || shape.length === 0)) {
      throw new TypeError(`${caller}: reduction "batchMean" needs a shape, whose first axis is the batch`);
    }
    const divisor = reduction === "mean" ? length : reduction === "batchMean" ? shape[0] : 1;
    return { values: logTarget, isReduced: reduction !== "none", divisor };
  }

  protected override termsOf(
    term: Term,
    { x, targets }: ElementInputs,
    from: number,
    count: number,
    logTarget: boolean,
  ): Float64Array {
    const terms = (logTarget ? this.#exp : this.#log).apply(targets, from, count);
    for (let i = 0; i < count; i++) terms[i] = term(x[from + i], targets[from + i], terms[i], logTarget);
    return terms;
  }
}
