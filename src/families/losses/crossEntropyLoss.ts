/** The calls of cross-entropy over rows, as the driver of rows runs them. */

import { float32, type FloatArray, isFloat32, isInt32 } from "../../args/dtype.js";
import { lengthOf } from "../../args/engine.js";
import { startOf } from "../../args/shape.js";
import { isLike } from "../../exec/fast.js";
import type { RowCall, RowPass } from "../../exec/rows/call.js";
import { runRows } from "../../exec/rows/driver.js";
import { copyRow } from "../../exec/rows/fast.js";
import { maxFastLoss } from "../../exec/tuning.js";
import { CompensatedSum, logSumOf, rowMax } from "../../formulas/softmax.js";
import { LOSS_PARTS } from "../../generated/layout.js";
import { checkNotFreed, mayBeFreed } from "../../runtime/placements.js";
import { activeScratch } from "../../runtime/backends.js";
import type { Instance, Kernel, Scratch } from "../../runtime/instance.js";
import { compareAnswers, kernelPair } from "../../runtime/kernels.js";
import { CHUNK, WORK } from "../../runtime/memory.js";
import { weighLosses } from "./classWeights.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import {
  CrossEntropyCall,
  isClass,
  type CrossEntropyArgs,
  isIgnored,
  KNOWN_CLASS,
  KNOWN_LOGITS,
  knownProbabilities,
  kernels,
  rowMinMax,
} from "./crossEntropyCall.js";
import { reductions } from "./reduction.js";
import { workViews } from "../../runtime/views.js";

const lossKernels = /* @__PURE__ */ kernelPair(kernels, "softmaxCrossEntropy", (kernel, scratch, dtype) => {
  const { first } = scratch;
  scratch.firstOf(dtype).set(KNOWN_LOGITS);
  kernel(first, 0, WORK, 1, KNOWN_LOGITS.length, 0);
  const loss = lossOfParts(workViews(scratch).float64, 0, KNOWN_LOGITS.length, 0, KNOWN_LOGITS[KNOWN_CLASS]);
  return compareAnswers([loss], [-Math.log(knownProbabilities()[KNOWN_CLASS])], [KNOWN_CLASS], dtype);
});
const beginLoss = /* @__PURE__ */ kernelPair(kernels, "softmaxCrossEntropy_beginLoss");

const lossPasses: readonly RowPass[] = /* @__PURE__ */ makeLossPasses();

function makeLossPasses(): RowPass[] {
  return [
    { kernel: rowMinMax, reads: [0], writes: false },
    {
      kernel: kernelPair(kernels, "softmaxCrossEntropy_sumExpBelowMax"),
      reads: [0],
      writes: false,
      finish: kernelPair(kernels, "softmaxCrossEntropy_finishLogSum"),
    },
    {
      kernel: kernelPair(kernels, "softmaxCrossEntropy_sumMargins"),
      reads: [0, 1],
      writes: false,
      finish: kernelPair(kernels, "softmaxCrossEntropy_finishLoss"),
    },
  ];
}

/** The loss of every row. */
export function lossesOf(
  caller: string,
  definition: RowLossDefinition,
  args: CrossEntropyArgs,
  out: FloatArray | undefined,
): Float64Array {
  checkNotFreed(caller, args.labels, out);
  const call = new LossCall(caller, definition, args);
  runRows(call);
  if (args.weight !== undefined) weighLosses(args, call.losses);
  return call.losses;
}

class LossCall extends CrossEntropyCall implements RowCall {
  readonly out = undefined;
  readonly reduces = true;
  readonly maxRows = Math.floor(CHUNK / (8 * LOSS_PARTS));
  readonly passes = lossPasses;
  readonly losses: Float64Array;
  #kernel: Kernel | null = null;

  constructor(caller: string, definition: RowLossDefinition, args: CrossEntropyArgs) {
    super(caller, definition, args);
    this.losses = new Float64Array(args.layout.rows);
  }

  prepare(instance: Instance): boolean {
    this.#kernel = lossKernels.of(instance, this.dtype);
    return this.#kernel !== null;
  }

  computeRows(_instance: Instance, x: number, targets: number, _dst: number, _row: number, count: number): void {
    this.#kernel!(x, targets, WORK, count, this.layout.columns, Number(this.args.smoothing > 0));
  }

  storeRows(scratch: Scratch, row: number, count: number): void {
    this.takeWork(scratch, row, count);
  }

  takeWork(instance: Instance, row: number, count: number): void {
    const work = workViews(instance).float64;
    const { args, layout, losses } = this;
    const { indices, smoothing } = args;
    const isFloat32 = args.dtype === float32;
    for (let i = 0, r = row, at = 0; i < count; i++, r++, at += LOSS_PARTS) {
      if (isIgnored(args, r)) continue;
      const logit = indices === undefined ? undefined : logitOf(args, r, indices[r]);
      const loss = lossOfParts(work, at, layout.columns, smoothing, logit);
      losses[r] = isFloat32 ? loss : withoutOverflow(args, r, loss);
    }
  }

  beginRow(instance: Instance): void {
    beginLoss.of(instance, this.dtype)!(Number(this.args.smoothing > 0));
  }

  finishRow(instance: Instance, row: number): void {
    this.takeWork(instance, row, 1);
  }

  target(): Float64Array {
    return this.losses;
  }

  formula(): void {
    for (let row = 0; row < this.layout.rows; row++) {
      if (isIgnored(this.args, row)) continue;
      this.losses[row] = withoutOverflow(this.args, row, lossByFormula(this.args, row, 1));
    }
  }
}

/** A row's logit of a class; NaN where there is none. */
function logitOf(args: CrossEntropyArgs, row: number, index: number): number {
  const { layout, x } = args;
  return isClass(args, index) ? x[startOf(layout, row) + index * layout.stride] : NaN;
}

/** The loss of a row from its parts, which begin at `at`. The logit is that of the target, if that is an index. */
function lossOfParts(
  parts: ArrayLike<number>,
  at: number,
  columns: number,
  smoothing: number,
  logit: number | undefined,
): number {
  const max = parts[at];
  const logSum = parts[at + 1];
  const margins = parts[at + 2];
  const total = logit === undefined ? parts[at + 3] : 1;
  const margin = logit === undefined ? parts[at + 4] : logit === max ? 0 : max - logit;
  const ofTarget = total === 0 && logSum === Infinity ? 0 : total * logSum + margin;
  return smoothing === 0 ? ofTarget : (1 - smoothing) * ofTarget + smoothing * (logSum + margins / columns);
}

/** The loss of a row, found again where only its parts may have overflowed: sums of margins near the largest number. */
function withoutOverflow(args: CrossEntropyArgs, row: number, loss: number): number {
  return Number.isFinite(loss) || args.dtype === float32 ? loss : lossByFormula(args, row, 2 ** -64);
}

/** The loss of a row in plain JavaScript, from parts that are multiplied with `unit`, a power of two. */
function lossByFormula(args: CrossEntropyArgs, row: number, unit: number): number {
  const { probabilities, layout, smoothing, x } = args;
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  const max = rowMax(x, start, stride, columns);
  const logSum = logSumOf(x, start, stride, columns, max, 1);
  const margins = new CompensatedSum();
  const targets = new CompensatedSum();
  const targetMargins = new CompensatedSum();
  for (let i = 0, j = start; i < columns; i++, j += stride) {
    const margin = x[j] === max ? 0 : max * unit - x[j] * unit;
    margins.add(margin);
    if (probabilities === undefined) continue;
    targets.add(probabilities[j]);
    if (probabilities[j] !== 0) targetMargins.add(probabilities[j] * margin);
  }
  const isEmpty = max === -Infinity && logSum === logSum;
  const parts = [max * unit, isEmpty ? Infinity : logSum * unit, margins.value, targets.value, targetMargins.value];
  const logit = args.indices === undefined ? undefined : logitOf(args, row, args.indices[row]);
  return lossOfParts(parts, 0, columns, smoothing, logit === undefined ? undefined : logit * unit) / unit;
}

/** The fast path: the loss of one row of few float32s, with no option but a reduction; undefined where there is none. */
export function fastLoss(x: unknown, targets: unknown, given: readonly unknown[]): number | undefined {
  if (!isFloat32(x) || x.length === 0 || x.length > maxFastLoss || !isLike(x, x.length)) return undefined;
  if (!isInt32(targets) || lengthOf(targets) !== 1 || mayBeFreed(targets)) return undefined;
  // By their indices: to take the list apart takes more instructions.
  if (given[0] !== undefined || given[1] !== undefined || given[2] !== undefined || given[3] !== undefined)
    return undefined;
  if (given[4] !== undefined || given[6] !== undefined) return undefined;
  const reduction = given[5];
  if (reduction !== undefined && !reductions.includes(reduction)) return undefined;
  const index = targets[0];
  if (index < 0 || index >= x.length) return undefined;
  const scratch = activeScratch();
  const kernel = scratch && lossKernels.of(scratch, float32);
  if (scratch === null || kernel === null) return undefined;
  kernel(scratch.first, 0, WORK, 1, copyRow(scratch.first32, x), 0);
  return lossOfParts(workViews(scratch).float64, 0, x.length, 0, x[index]);
}
