/** Makes the ops behind the public functions; elementwise ones are made in elementwise.ts. */

import type { IntArray } from "../exec/copy.js";
import { AttentionOp } from "./attentionOp.js";
import { Comparison, type ComparisonKernel, type IntArrayType } from "./comparison.js";
import type { RowLossDefinition } from "./losses/crossEntropy.js";
import { CrossEntropyOp } from "./losses/crossEntropyOp.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import type { GatedDefinition } from "./gated.js";
import { GatedOp } from "./gatedOp.js";
import { KlDivergenceOp } from "./losses/klDivergenceOp.js";
import { NllLossOp } from "./losses/nllLossOp.js";
import { PreluOp } from "./preluOp.js";
import type { LossDefinition } from "./losses/rowLoss.js";
import { RowOp } from "./rowOp.js";
import { ArgmaxOp, HardmaxOp, LogSumExpOp } from "./rowOps.js";
import type { RowDefinition } from "./rows.js";
import { RreluOp } from "./rreluOp.js";
import type { ElementLossDefinition } from "./losses/sigmoidCrossEntropy.js";
import { SigmoidCrossEntropyOp } from "./losses/sigmoidCrossEntropyOp.js";
import { SigmoidFocalLossOp } from "./losses/sigmoidFocalLossOp.js";
import { SoftmaxFocalLossOp } from "./losses/softmaxFocalLossOp.js";
import { SparsemaxLossOp } from "./losses/sparsemaxLossOp.js";
import { XlogyOp } from "./xlogyOp.js";

export { draw } from "./sampling/draw.js";
export { topKOf } from "./sampling/topKOf.js";

export function makeRowOp(definition: RowDefinition, gradient?: RowDefinition): RowOp {
  return new RowOp(definition, gradient);
}

export function makeAttentionOp(
  definition: RowDefinition,
  gradient: RowDefinition,
  tanh: ElementwiseDefinition,
): AttentionOp {
  return new AttentionOp(definition, gradient, tanh);
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

export function makeRreluOp(definition: ElementwiseDefinition): RreluOp {
  return new RreluOp(definition);
}

export function makeXlogyOp(name: string): XlogyOp {
  return new XlogyOp(name);
}

export function makeCrossEntropyOp(definition: RowLossDefinition): CrossEntropyOp {
  return new CrossEntropyOp(definition);
}

export function makeSigmoidCrossEntropyOp(definition: ElementLossDefinition): SigmoidCrossEntropyOp {
  return new SigmoidCrossEntropyOp(definition);
}

export function makeNllLossOp(definition: LossDefinition): NllLossOp {
  return new NllLossOp(definition);
}

export function makeKlDivergenceOp({ name }: LossDefinition): KlDivergenceOp {
  return new KlDivergenceOp(name);
}

export function makeSoftmaxFocalLossOp(definition: RowLossDefinition): SoftmaxFocalLossOp {
  return new SoftmaxFocalLossOp(definition);
}

export function makeSigmoidFocalLossOp(
  definition: LossDefinition,
  crossEntropy: ElementLossDefinition,
): SigmoidFocalLossOp {
  return new SigmoidFocalLossOp(definition, new SigmoidCrossEntropyOp(crossEntropy));
}

export function makeSparsemaxLossOp(definition: LossDefinition, sparsemax: RowDefinition): SparsemaxLossOp {
  return new SparsemaxLossOp(definition, new RowOp(sparsemax));
}

export function makeComparison<O extends IntArray>(kernel: ComparisonKernel, type: IntArrayType<O>): Comparison<O> {
  return new Comparison(kernel, type);
}
