/** The calls of the gradient of cross-entropy over rows, as the driver of rows runs them. */

import type { FloatArray } from "../../args/dtype.js";
import { startOf } from "../../args/shape.js";
import { copyIfOverlapping, copyIfOverwritten, newArray, overlap } from "../../exec/copy.js";
import type { RowCall, RowPass } from "../../exec/rows/call.js";
import { runRows } from "../../exec/rows/driver.js";
import { scatterRows } from "../../exec/rows/gather.js";
import { CompensatedSum } from "../../formulas/softmax.js";
import { DOMINANT, GRADIENT_ARGUMENTS } from "../../generated/layout.js";
import { checkNotFreed } from "../../runtime/placements.js";
import type { Instance, Kernel, Scratch } from "../../runtime/instance.js";
import { compareAnswers, kernelPair } from "../../runtime/kernels.js";
import { CHUNK, WORK } from "../../runtime/memory.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import {
  CrossEntropyCall,
  type CrossEntropyArgs,
  classOf,
  isIgnored,
  KNOWN_CLASS,
  KNOWN_LOGITS,
  knownProbabilities,
  kernels,
  rowByFormula,
  rowMinMax,
} from "./crossEntropyCall.js";
import { clearIgnored, clearRow, rowWeights } from "./classWeights.js";
import { workViews } from "../../runtime/views.js";

const gradientKernels = /* @__PURE__ */ kernelPair(kernels, "softmaxCrossEntropyGradient", (kernel, scratch, dtype) => {
  const { first } = scratch;
  const work = workViews(scratch).float64;
  const view = scratch.firstOf(dtype);
  view.set(KNOWN_LOGITS);
  work[0] = 1;
  work[1] = KNOWN_CLASS;
  kernel(first, 0, first, 1, KNOWN_LOGITS.length, WORK, 0);
  const wanted = knownProbabilities().map((p, i) => (i === KNOWN_CLASS ? p - 1 : p));
  return compareAnswers(view, wanted, KNOWN_LOGITS, dtype);
});
const beginGradient = /* @__PURE__ */ kernelPair(kernels, "softmaxCrossEntropy_beginGradient");

const gradientPasses: readonly RowPass[] = /* @__PURE__ */ makeGradientPasses();

function makeGradientPasses(): RowPass[] {
  return [
    { kernel: rowMinMax, reads: [0], writes: false },
    {
      kernel: kernelPair(kernels, "softmaxCrossEntropy_sumExp"),
      reads: [0],
      writes: true,
      finish: kernelPair(kernels, "softmaxCrossEntropy_finishTerms"),
    },
    {
      kernel: kernelPair(kernels, "softmaxCrossEntropy_sumOthersPass"),
      reads: ["out", 1],
      writes: false,
      optional: true,
    },
    {
      kernel: kernelPair(kernels, "softmaxCrossEntropy_sumTargets"),
      reads: [1],
      writes: false,
      finish: kernelPair(kernels, "softmaxCrossEntropy_finishTargets"),
    },
    { kernel: kernelPair(kernels, "softmaxCrossEntropy_subtractTargetsPass"), reads: ["out", 1], writes: true },
  ];
}

/** The gradient with respect to the logits, of which each row's is times dy: a number for all, or one for each. */
export function gradientOf(
  caller: string,
  definition: RowLossDefinition,
  given: CrossEntropyArgs,
  out: FloatArray | undefined,
  dy: FloatArray | number,
): FloatArray {
  const { dtype } = given;
  let args = given;
  let weights = dy;
  if (out !== undefined) {
    // Beside the logits, all is read once more after the first element is written.
    const { indices, labels: own, probabilities } = given;
    const labels = own && (overlap(own, out) ? new Int32Array(own) : own);
    args = {
      ...given,
      labels,
      indices: indices && labels,
      probabilities: probabilities && copyIfOverlapping(probabilities, out, dtype),
    };
    if (typeof dy === "object") weights = copyIfOverlapping(dy, out, dtype);
  }
  checkNotFreed(caller, args.labels, typeof weights === "object" ? weights : undefined);
  if (args.weight !== undefined) weights = rowWeights(args, weights);
  const call = new GradientCall(caller, definition, args, weights, out);
  runRows(call);
  if (args.labels !== args.indices) clearIgnored(args, call.target());
  return call.target();
}

class GradientCall extends CrossEntropyCall implements RowCall {
  readonly reduces = false;
  readonly maxRows = Math.floor(CHUNK / (8 * GRADIENT_ARGUMENTS));
  readonly passes = gradientPasses;
  #kernel: Kernel | null = null;
  #result: FloatArray | undefined;

  /** @param weights what the gradients of the rows are multiplied with: a number for all, or one for each */
  constructor(
    caller: string,
    definition: RowLossDefinition,
    args: CrossEntropyArgs,
    private readonly weights: FloatArray | number,
    readonly out: FloatArray | undefined,
  ) {
    super(caller, definition, args);
    this.#result = out;
  }

  target(): FloatArray {
    return (this.#result ??= newArray(this.dtype, this.args.x.length));
  }

  prepare(instance: Instance): boolean {
    this.#kernel = gradientKernels.of(instance, this.dtype);
    return this.#kernel !== null;
  }

  computeRows(instance: Instance, x: number, targets: number, dst: number, row: number, count: number): void {
    this.#writeArguments(instance, row, count);
    this.#kernel!(x, targets, dst, count, this.layout.columns, WORK, this.args.smoothing);
  }

  /** Writes the weight and the class of each row to the work memory. */
  #writeArguments(instance: Instance, row: number, count: number): void {
    const work = workViews(instance).float64;
    const { args } = this;
    for (let i = 0; i < count; i++) {
      work[i * GRADIENT_ARGUMENTS] = this.#weight(row + i);
      if (args.indices !== undefined) work[i * GRADIENT_ARGUMENTS + 1] = classOf(args, row + i);
    }
  }

  #weight(row: number): number {
    return typeof this.weights === "number" ? this.weights : this.weights[row];
  }

  storeRows(scratch: Scratch, row: number, count: number): void {
    scatterRows(scratch.firstOf(this.dtype), this.layout, row, count, this.target());
  }

  beginRow(instance: Instance, row: number): void {
    this.#writeArguments(instance, row, 1);
    beginGradient.of(instance, this.dtype)!(WORK, this.layout.columns, this.args.smoothing);
  }

  finishRow(_instance: Instance, row: number): void {
    if (isIgnored(this.args, row)) clearRow(this.layout, row, this.target());
  }

  formula(): void {
    const { args } = this;
    const x = copyIfOverwritten(args.x, this.out, this.dtype);
    for (let row = 0; row < this.layout.rows; row++) {
      if (isIgnored(args, row)) clearRow(this.layout, row, this.target());
      else gradientByFormula(this.definition, { ...args, x }, row, this.#weight(row), this.target());
    }
  }
}

function gradientByFormula(
  definition: RowLossDefinition,
  args: CrossEntropyArgs,
  row: number,
  weight: number,
  out: FloatArray,
): void {
  const { indices, probabilities, layout, smoothing } = args;
  const { columns, stride } = layout;
  const p = rowByFormula(definition.probabilities, args, row);
  const start = startOf(layout, row);
  const spread = smoothing / columns;
  const keep = 1 - smoothing;
  const index = indices === undefined ? -1 : indices[row];
  let dominant = -1;
  for (let i = 0; i < columns; i++) if (p[i] > DOMINANT) dominant = i;
  const targets = new CompensatedSum();
  if (indices === undefined) {
    for (let i = 0, j = start; i < columns; i++, j += stride) if (i !== dominant) targets.add(probabilities![j]);
  } else if (index !== dominant) targets.add(1);
  const targetOf = (i: number) => (indices === undefined ? probabilities![start + i * stride] : Number(i === index));
  const mass = keep * (dominant < 0 ? targets.value : targets.value + targetOf(dominant)) + smoothing;
  // Before `out` is written, which may be the targets.
  const smoothed = dominant < 0 ? 0 : keep * targetOf(dominant) + spread;
  for (let i = 0, j = start; i < columns; i++, j += stride)
    out[j] = (p[i] * mass - keep * targetOf(i) - spread) * weight;
  if (dominant < 0) return;
  // The two terms of the dominant element would cancel. The same terms of the others don't.
  const others = new CompensatedSum();
  for (let i = 0; i < columns; i++) if (i !== dominant) others.add(p[i]);
  const difference = p[dominant] * (keep * targets.value + (smoothing - spread)) - others.value * smoothed;
  out[start + dominant * stride] = difference * weight;
}
