/** The Kullback-Leibler divergence, element by element. */

import { mustBe } from "../../args/arrays.js";
import type { FloatArray } from "../../args/dtype.js";
import { checkShapeOf } from "../../args/shape.js";
import { exp, log, mulExp } from "../../formulas/elementary.js";
import { type ElementInputs, ElementLossOp, type ElementSettings } from "./elementLossOp.js";
import { reductions } from "./reduction.js";

/** The term of an element, or a gradient of it. */
type Term = (x: number, target: number, logTarget: boolean) => number;

/** t·(log(t) - x); 0 of a target that is 0. */
const lossTerm: Term = (x, target, logTarget) => {
  if (target === (logTarget ? -Infinity : 0)) return x === x ? 0 : NaN;
  return logTarget ? mulExp(target - x, target, 0) : target * (log(target) - x);
};

/** Its derivative by x. */
const inputTerm: Term = (_, target, logTarget) => 0 - (logTarget ? exp(target) : target);

/** Its derivative by the target as it is given. */
const targetTerm: Term = (x, target, logTarget) => {
  if (!logTarget) return log(target) - x + 1;
  if (target === -Infinity) return x === x ? 0 : NaN;
  return mulExp(target - x + 1, target, 0);
};

/** The divergence and its gradients. */
export class KlDivergenceOp extends ElementLossOp<boolean, Term> {
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

  protected override forElements(
    term: Term,
    { x, targets }: ElementInputs,
    logTarget: boolean,
    take: (i: number, result: number) => void,
  ): void {
    for (let i = 0; i < x.length; i++) take(i, term(x[i], targets[i], logTarget));
  }
}
