/** sigmoidCrossEntropy with weights of its elements, or of the classes along the last axes. */

import { checkArray, mustBe } from "../../args/arrays.js";
import { hintFor } from "../../args/conversions.js";
import type { DType, FloatArray } from "../../args/dtype.js";
import { tagOf } from "../../args/engine.js";
import { checkShapeOf, shapeText } from "../../args/shape.js";
import { copyIfOverlapping, copyIfOverwritten, newArray } from "../../exec/copy.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { checkWeights } from "./classWeights.js";
import { forLogistic, weightedGradient, weightedLoss } from "./logistic.js";
import type { SigmoidCrossEntropyOp } from "./sigmoidCrossEntropyOp.js";

/** The weights of the elements' positive terms, and of both terms: each repeats over the array. */
export interface ElementWeights {
  readonly posWeight: FloatArray | undefined;
  readonly weight: FloatArray | undefined;
}

export const NO_WEIGHTS: ElementWeights = { posWeight: undefined, weight: undefined };

/** The weights that are arrays; undefined if there is none. Throws unless they are of the shape, or of its last axes. */
export function readElementWeights(
  caller: string,
  { length }: FloatArray,
  dtype: DType,
  given: readonly unknown[],
): ElementWeights | undefined {
  const [, posWeight, , shape, weight] = given;
  const isNumber = tagOf(posWeight) === undefined;
  if (isNumber && shape === undefined && weight === undefined) return undefined;
  const sizes = checkShapeOf(caller, shape, length);
  if (weight !== undefined) readWeights(caller, "weight", weight, dtype, sizes);
  if (!isNumber) readWeights(caller, "posWeight", posWeight, dtype, sizes);
  const weights = { posWeight: isNumber ? undefined : (posWeight as FloatArray), weight: weight as FloatArray };
  checkNotFreed(caller, weights.posWeight, weights.weight);
  return weights;
}

function readWeights(caller: string, name: string, given: unknown, dtype: DType, sizes: readonly number[]): void {
  if (tagOf(given) === undefined) {
    throw mustBe(caller, name, `a ${dtype.arrayName}`, given, hintFor(name, given, dtype.arrayName));
  }
  const weights = given as FloatArray;
  checkArray(caller, name, weights, dtype.arrayName, weights.length);
  let size = 1;
  for (let i = sizes.length - 1; i >= 0 && size !== weights.length; i--) size *= sizes[i];
  if (size !== weights.length) {
    throw new RangeError(
      `${caller}: ${name} must have as many elements as shape ${shapeText(sizes)} or its last axes, but has ${weights.length}`,
    );
  }
  checkWeights(caller, name, weights);
}

/** What the losses, and their gradients, are computed of. */
export interface WeightedCall {
  readonly op: SigmoidCrossEntropyOp;
  readonly dtype: DType;
  readonly x: FloatArray;
  /** Undefined for the gradient with respect to them, which they don't change. */
  readonly targets: FloatArray | undefined;
  readonly weights: ElementWeights;
  /** The weight of the positive terms, where that is a number. */
  readonly posWeight: number;
}

/** The losses, which are written to `out` or a new array; the sum of them if `isSum`. */
export function weightedLosses(call: WeightedCall, isSum: boolean, out: FloatArray | undefined): FloatArray | number {
  let sum = 0;
  const result = isSum ? undefined : (out ?? newArray(call.dtype, call.x.length));
  forWeighted(call, false, out, (i, x, log, _, a, b) => {
    const loss = weightedLoss(x, log, a, b);
    if (result === undefined) sum += loss;
    else result[i] = loss;
  });
  return result ?? sum;
}

/** The gradients, times dy. */
export function weightedGradients(
  call: WeightedCall,
  given: FloatArray | number,
  out: FloatArray | undefined,
): FloatArray {
  const result = out ?? newArray(call.dtype, call.x.length);
  const dy = typeof given === "number" ? given : copyIfOverwritten(given, out, call.dtype);
  forWeighted(call, true, out, (i, x, _, sigmoid, a, b) => {
    const factor = typeof dy === "number" ? dy : dy[i];
    result[i] = weightedGradient(x, sigmoid, a * factor, b * factor);
  });
  return result;
}

/** The gradients with respect to the targets, times dy: the loss is a linear function of them. */
export function targetGradients(
  call: WeightedCall,
  given: FloatArray | number,
  out: FloatArray | undefined,
): FloatArray {
  const result = out ?? newArray(call.dtype, call.x.length);
  const dy = typeof given === "number" ? given : copyIfOverwritten(given, out, call.dtype);
  forWeighted(call, false, out, (i, x, log, _, a, b) => {
    const factor = typeof dy === "number" ? dy : dy[i];
    // Multiplied before, an infinite one would leave nothing of weights that cancel.
    result[i] = Number.isFinite(factor)
      ? weightedLoss(x, log, a * factor, b * factor)
      : weightedLoss(x, log, a, b) * factor;
  });
  return result;
}

type TakeWeighted = (i: number, x: number, log: number, sigmoid: number, a: number, b: number) => void;

/** `forLogistic` of the logits, each with the weights of its two terms; without targets, with the derivatives of these weights by the target. */
function forWeighted(call: WeightedCall, wantsSigmoid: boolean, out: FloatArray | undefined, take: TakeWeighted): void {
  const { dtype, weights } = call;
  const x = copyIfOverwritten(call.x, out, dtype);
  const targets = call.targets && copyIfOverwritten(call.targets, out, dtype);
  // They repeat, and so are read once more after they might be overwritten.
  const posWeight = weights.posWeight && copyIfOverlapping(weights.posWeight, out, dtype);
  const weight = weights.weight && copyIfOverlapping(weights.weight, out, dtype);
  forLogistic(call.op, x, wantsSigmoid, (i, logit, log, sigmoid) => {
    const both = weight === undefined ? 1 : weight[i % weight.length];
    const positive = posWeight === undefined ? call.posWeight : posWeight[i % posWeight.length];
    if (targets === undefined) take(i, logit, log, sigmoid, positive * both, -both);
    else take(i, logit, log, sigmoid, positive * targets[i] * both, (1 - targets[i]) * both);
  });
}
