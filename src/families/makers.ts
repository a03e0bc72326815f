/** Makes the ops behind the public functions; elementwise ones are made in elementwise.ts. */

import type { IntArray } from "../exec/copy.js";
import { Comparison, type ComparisonKernel, type IntArrayType } from "./comparison.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import { CrossEntropyOp } from "./crossEntropyOp.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import type { GatedDefinition } from "./gated.js";
import { GatedOp } from "./gatedOp.js";
import { PreluOp } from "./preluOp.js";
import { RowOp } from "./rowOp.js";
import { ArgmaxOp, HardmaxOp, LogSumExpOp } from "./rowOps.js";
import type { RowDefinition } from "./rows.js";
import type { ElementLossDefinition } from "./sigmoidCrossEntropy.js";
import { SigmoidCrossEntropyOp } from "./sigmoidCrossEntropyOp.js";

export { draw } from "./sampling/draw.js";
export { largest } from "./sampling/logits.js";

export function makeRowOp(definition: RowDefinition, gradient?: RowDefinition): RowOp {
  return new RowOp(definition, gradient);
}

export function makeArgmaxOp(definition: RowDefinition): RowOp {
  return new ArgmaxOp(definition);
}

export function makeHardmaxOp(definition: RowDefinition, argmax: RowDefinition): RowOp {
  return new HardmaxOp(definition, argmax);
}

export function makeLogSumExpOp(definition: RowDefinition, softmax: RowDefinition): RowOp {
  return new LogSumExpOp(definition, softmax);
}

export function makeGatedOp(definition: GatedDefinition): GatedOp {
  return new GatedOp(definition);
}

export function makePreluOp(definition: ElementwiseDefinition): PreluOp {
  return new PreluOp(definition);
}

export function makeCrossEntropyOp(definition: RowLossDefinition): CrossEntropyOp {
  return new CrossEntropyOp(definition);
}

export function makeSigmoidCrossEntropyOp(definition: ElementLossDefinition): SigmoidCrossEntropyOp {
  return new SigmoidCrossEntropyOp(definition);
}

export function makeComparison<O extends IntArray>(kernel: ComparisonKernel, type: IntArrayType<O>): Comparison<O> {
  return new Comparison(kernel, type);
}
