/** Arguments of cross-entropy over rows and of its gradient: how they are read and checked. */

import { NO_CHANGES } from "../../exec/rows/call.js";
import type { DType, FloatArray } from "../../args/dtype.js";
import type { ReadLabels } from "../../args/labels.js";
import { type Rows, startOf } from "../../args/shape.js";
import { NO_CLASS } from "../../generated/layout.js";
import { softmaxCrossEntropyModule } from "../../generated/modules/softmaxCrossEntropy.js";
import { kernelPair } from "../../runtime/kernels.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import type { Reduction } from "./reduction.js";
import type { RowFormula } from "../rows.js";

/** The arguments of a call, checked. */
export interface CrossEntropyArgs<P = unknown> {
  readonly x: FloatArray;
  readonly dtype: DType;
  /** The classes of the rows, if they were given: they tell which rows are ignored. */
  readonly labels: ReadLabels | undefined;
  /** What the loss is computed of, one of the two: the labels, or probabilities. */
  readonly indices: ReadLabels | undefined;
  readonly probabilities: FloatArray | undefined;
  readonly layout: Rows;
  readonly ignoreIndex: number;
  readonly smoothing: number;
  readonly reduction: Reduction;
  /** The weights of the classes; probabilities already have them. */
  readonly weight: FloatArray | undefined;
  /** The loss's own parameters. */
  readonly values: P;
}

export function isIgnored({ labels, ignoreIndex }: CrossEntropyArgs, row: number): boolean {
  return labels !== undefined && labels[row] === ignoreIndex;
}

/** Whether an index is a class and not ignored: a worker may write something else to targets in shared memory once they are checked. */
export function isClass({ ignoreIndex, layout }: CrossEntropyArgs, index: number): boolean {
  return index >= 0 && index < layout.columns && index !== ignoreIndex;
}

/** The class of a row, whose targets are indices; NO_CLASS where there is none. */
export function classOf(args: CrossEntropyArgs, row: number): number {
  const index = args.indices![row];
  return isClass(args, index) ? index : NO_CLASS;
}

/** What the mean divides by: the count of the rows that are not ignored, or the sum of the weights of their classes. */
export function divisorOf(args: CrossEntropyArgs): number {
  const { ignoreIndex, labels, layout, weight } = args;
  if (labels === undefined) return layout.rows;
  let divisor = 0;
  if (weight === undefined) {
    for (let row = 0; row < layout.rows; row++) if (labels[row] !== ignoreIndex) divisor++;
  } else {
    for (let row = 0; row < layout.rows; row++) {
      const label = labels[row];
      if (label !== ignoreIndex) divisor += weight[label];
    }
  }
  return divisor;
}

/** A function of a row of logits, in plain JavaScript at float64. */
export function rowByFormula(formula: RowFormula, { x, layout }: CrossEntropyArgs, row: number): Float64Array {
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  const logits = Float64Array.from({ length: columns }, (_, i) => x[start + i * stride]);
  const result = new Float64Array(columns);
  formula([logits], result, 0, 1, columns, 0, 1);
  return result;
}

/** The checked arguments that the loss and its gradient have in common. */
export class CrossEntropyCall {
  readonly dtype: DType;
  readonly layout: Rows;
  readonly inputs: readonly (FloatArray | undefined)[];
  readonly changes = NO_CHANGES;

  constructor(
    readonly caller: string,
    protected readonly definition: RowLossDefinition,
    protected readonly args: CrossEntropyArgs,
  ) {
    this.dtype = args.dtype;
    this.layout = args.layout;
    this.inputs = [args.x, args.probabilities];
  }

  validLength(): number {
    return this.layout.columns;
  }
}

export const kernels = softmaxCrossEntropyModule;

export const rowMinMax = /* @__PURE__ */ kernelPair(kernels, "softmaxCrossEntropy_rowMinMax");

/* Known answers, which the kernels must give. */

export const KNOWN_LOGITS = [0.25, 3, 4];
export const KNOWN_CLASS = 1;

export function knownProbabilities(): number[] {
  const terms = KNOWN_LOGITS.map((x) => Math.exp(x));
  return terms.map((term) => term / terms.reduce((a, b) => a + b));
}
