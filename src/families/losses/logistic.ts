/** What losses of single logits are made of, at float64, by the kernels of sigmoidCrossEntropy. */

import type { FloatArray } from "../../args/dtype.js";
import { EXP_LIMIT, mulExp } from "../../formulas/elementary.js";
import { PER_CHUNK } from "../float64Function.js";
import type { SigmoidCrossEntropyOp } from "./sigmoidCrossEntropyOp.js";

/** What losses of single logits are made of. */
interface Logistic {
  /** The logits x in float64. */
  readonly logits: Float64Array;
  /** log(1 + e^-|x|) */
  readonly logs: Float64Array;
  /** sigmoid(-|x|), where it is wanted. */
  readonly sigmoids: Float64Array | undefined;
}

/**
 * The logistic functions of `count` elements of x from `from` on. In float64 they are right to within float32's half an ulp, and don't
 * underflow before x does.
 */
export function logisticOf(
  op: SigmoidCrossEntropyOp,
  x: FloatArray,
  from: number,
  count: number,
  wantsSigmoid: boolean,
): Logistic {
  const logits = new Float64Array(count);
  // The target that a logit agrees with: it leaves of the loss the logarithm alone.
  const agreeing = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    logits[i] = x[from + i];
    agreeing[i] = logits[i] > 0 ? 1 : 0;
  }
  const logs = op.apply(logits, agreeing, { reduction: "none" }) as Float64Array;
  if (!wantsSigmoid) return { logits, logs, sigmoids: undefined };
  const sigmoids = op.applyBackward(logits, agreeing, { reduction: "sum", out: agreeing }) as Float64Array;
  for (let i = 0; i < count; i++) sigmoids[i] = Math.abs(sigmoids[i]);
  return { logits, logs, sigmoids };
}

/** Called back for an element: its number, its logit x, log(1 + e^-|x|), and sigmoid(-|x|) where it is wanted, else NaN. */
type Take = (i: number, x: number, log: number, sigmoid: number) => void;

/** Gives `take` each element of x with its logistic functions. */
export function forLogistic(op: SigmoidCrossEntropyOp, x: FloatArray, wantsSigmoid: boolean, take: Take): void {
  const { length } = x;
  for (let from = 0; from < length; from += PER_CHUNK) {
    const count = Math.min(PER_CHUNK, length - from);
    const { logits, logs, sigmoids } = logisticOf(op, x, from, count, wantsSigmoid);
    for (let i = 0; i < count; i++) take(from + i, logits[i], logs[i], sigmoids === undefined ? NaN : sigmoids[i]);
  }
}

/**
 * -a·log(sigmoid(x)) - b·log(sigmoid(-x)), of log(1 + e^-|x|), whose terms cancel only where a and b are of different signs. A weight of
 * 0 counts for nothing.
 */
export function weightedLoss(x: number, log: number, a: number, b: number): number {
  const y = -Math.abs(x);
  const margin = x > 0 ? b : a;
  return (y < -EXP_LIMIT ? mulExp(a + b, y, 0) : (a + b) * log) - (margin === 0 ? 0 : y * margin);
}

/** b·sigmoid(x) - a·sigmoid(-x), of sigmoid(-|x|). */
export function weightedGradient(x: number, sigmoid: number, a: number, b: number): number {
  const y = -Math.abs(x);
  const [large, small] = x > 0 ? [b, -a] : [-a, b];
  return large * (1 - sigmoid) + (y < -EXP_LIMIT ? mulExp(small, y, 0) : small * sigmoid);
}
