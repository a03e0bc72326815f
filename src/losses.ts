/** Turns the definition of a loss into a public function: checks, memory, and what the reductions make of the losses. */

import { checkNotFreed, commonInstance, isFew, mayBeFreed } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkArray,
  checkFloats,
  checkInteger,
  checkNumber,
  checkOptions,
  describe,
  type FloatArray,
  isFloat32,
  isFloat64,
  isInt32,
  newLike,
  overlap,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { named, type OutOption } from "./elementwise.js";
import {
  CHUNK,
  copy,
  copyIn,
  type Instance,
  KernelPair,
  newFrom,
  pad,
  PIECE,
  SCRATCH,
  type Scratch,
  product,
} from "./instance.js";
import { type Parameter, Parameters, type Plan } from "./parameters.js";
import { ALL, gather, gatherRows, type RowDefinition, type RowOptions, scatter, scatterRows, setRow } from "./rows.js";
import { type Rows, rowsOf, startOf } from "./shape.js";

/** What becomes of the losses: they stay as they are, or their mean or sum is taken. */
export type Reduction = "none" | "mean" | "sum";

const reductions: readonly unknown[] = ["none", "mean", "sum"] satisfies Reduction[];

const reduction: Parameter = { default: "mean", choices: reductions as Reduction[] };

/** The most elements that go the short way: as yet, copying them takes less than all the checks do. */
const SHORT = 256;

/** Whether the options are none but a reduction. */
function onlyReduce(
  caller: string,
  options: (SoftmaxCrossEntropyOptions & Pick<SigmoidCrossEntropyOptions, "posWeight">) | undefined,
): boolean {
  if (options === undefined) return true;
  checkOptions(caller, options);
  const { shape, axis, ignoreIndex, labelSmoothing, posWeight, out, reduction } = options;
  if (shape !== undefined || axis !== undefined || ignoreIndex !== undefined || labelSmoothing !== undefined)
    return false;
  return posWeight === undefined && out === undefined && (reduction === undefined || reductions.includes(reduction));
}

/** The number that a call gives: the sum, or the sum by the number of the losses that count. */
function reduce(sum: number, count: number, reduction: Reduction): number {
  return reduction === "mean" ? sum / count : sum;
}

/** `out`, if it is given; throws unless there is an array of losses to be written to it. */
function outOf(caller: string, x: FloatArray, length: number, out: unknown, reduction: Reduction) {
  if (out === undefined) return undefined;
  if (reduction !== "none") throw new TypeError(`${caller}: out needs reduction "none": the result is a number`);
  checkAlike(caller, "out", out, x, length);
  return out;
}

/** The gradient with respect to the result: a number unless the result is an array. */
function checkGradient(caller: string, dy: unknown, x: FloatArray, length: number, reduction: Reduction) {
  if (reduction === "none") checkAlike(caller, "dy", dy, x, length);
  else checkNumber(caller, "dy", dy);
}

/** `input`, or a copy if writing to `out` would change it: for what is read after the first element is written. */
function copyIfOverlapping<A extends FloatArray | Int32Array>(input: A, out: FloatArray): A {
  return overlap(input, out) ? (input.slice() as A) : input;
}

/* Over rows. */

/** Class indices, one a row, or probabilities: an array like the logits. */
type Targets<A> = Int32Array | A;

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions<A = FloatArray> extends RowOptions<A> {
  /** The index that marks rows which count for nothing. Default: -100. */
  readonly ignoreIndex?: number | undefined;
  /** How much of each target is spread evenly over the classes, from 0 to below 1. Default: 0. */
  readonly labelSmoothing?: number | undefined;
  /** What becomes of the rows' losses. Default: "mean". */
  readonly reduction?: Reduction | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of `softmaxCrossEntropy.backward`. */
export interface SoftmaxCrossEntropyGradientOptions<A = FloatArray> extends SoftmaxCrossEntropyOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array of one element a row. */
  readonly dy?: A | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** `softmaxCrossEntropy` and its gradient. */
export interface SoftmaxCrossEntropy {
  <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options: SoftmaxCrossEntropyOptions<A> & { readonly reduction: "none" },
  ): A;
  <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options?: SoftmaxCrossEntropyOptions<A> & {
      readonly reduction?: "mean" | "sum" | undefined;
      readonly out?: undefined;
    },
  ): number;
  /** (softmax(logits) · Σ target - target) · dy: the gradient of the loss with respect to the logits, an array like them. */
  readonly backward: <A extends FloatArray>(
    logits: A,
    targets: Targets<A>,
    options?: SoftmaxCrossEntropyGradientOptions<A>,
  ) => A;
  /** The row of the table. */
  readonly definition: RowLossDefinition;
}

/** A row of the table: a loss that is -Σ target·log(probability) over the classes of a row. */
export interface RowLossDefinition {
  readonly name: string;
  /** What gives the probabilities of a row, */
  readonly probabilities: { readonly definition: RowDefinition };
  /** and their logarithms. */
  readonly logProbabilities: { readonly definition: RowDefinition };
  /** The largest error of a float32 result in units in the last place. */
  readonly ulp: number;
}

/** The arguments of a call, checked. */
interface Task {
  x: FloatArray;
  /** One of the two. */
  indices: Int32Array | undefined;
  probabilities: FloatArray | undefined;
  readonly layout: Rows;
  readonly ignoreIndex: number;
  readonly smoothing: number;
  readonly reduction: Reduction;
}

interface RowSettings {
  readonly labelSmoothing: number;
  readonly reduction: Reduction;
}

export function rowLoss(definition: RowLossDefinition): SoftmaxCrossEntropy {
  const { name } = definition;
  const backwardName = `${name}.backward`;
  const parameters = new Parameters<RowSettings>({
    parameters: { labelSmoothing: { default: 0, least: 0 }, reduction },
    reject: ({ labelSmoothing: s }) => (s < 1 ? undefined : `labelSmoothing must be less than 1, not ${s}`),
  });
  const call = (logits: FloatArray, targets: Targets<FloatArray>, options?: SoftmaxCrossEntropyOptions) => {
    const loss = shortLoss(name, logits, targets, options);
    if (loss !== undefined) return options?.reduction === "none" ? onlyElement(loss) : loss;
    const task = taskOf(name, parameters, logits, targets, options);
    const { rows } = task.layout;
    const out = outOf(name, logits, rows, options?.out, task.reduction);
    // The losses are written to `out` last, which so may overlap whatever it likes.
    const losses = lossesOf(name, definition, task, out);
    if (task.reduction !== "none") {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += losses[row];
      return reduce(sum, countOf(task), task.reduction);
    }
    const result = out ?? newLike(logits, rows);
    result.set(losses);
    return result;
  };
  const backward = (logits: FloatArray, targets: Targets<FloatArray>, options?: SoftmaxCrossEntropyGradientOptions) => {
    const task = taskOf(backwardName, parameters, logits, targets, options);
    return gradientOf(backwardName, definition, task, options);
  };
  return Object.assign(named(name, call), { backward, definition }) as SoftmaxCrossEntropy;
}

/** The loss of one row, by the short way, where nothing can be wrong; undefined where that isn't sure. */
function shortLoss(
  caller: string,
  x: FloatArray,
  targets: Targets<FloatArray>,
  options: SoftmaxCrossEntropyOptions | undefined,
): number | undefined {
  if (!isFew(x, SHORT) || !(targets instanceof Int32Array) || targets.length !== 1 || mayBeFreed(targets)) {
    return undefined;
  }
  const index = targets[0];
  if (!onlyReduce(caller, options) || index < 0 || index >= x.length) return undefined;
  const scratch = activeScratch();
  if (scratch === null) return undefined;
  scratch.temper(1, true);
  lossParts.of(scratch, true)(scratch.first, 0, scratch.work, 1, setRow(scratch.first32, x), 0);
  return lossOfParts(scratch.work64, 0, x.length, 0, x[index]);
}

function onlyElement(value: number): Float32Array {
  const array = new Float32Array(1);
  array[0] = value;
  return array;
}

/** Throws unless logits, targets and options suit each other. */
function taskOf(
  caller: string,
  parameters: Parameters<RowSettings>,
  x: FloatArray,
  targets: Targets<FloatArray>,
  options: SoftmaxCrossEntropyOptions | undefined,
): Task {
  checkFloats(caller, "logits", x);
  checkOptions(caller, options);
  const layout = rowsOf(caller, x.length, options?.shape, options?.axis);
  const { ignoreIndex = -100 } = options ?? {};
  checkInteger(caller, "ignoreIndex", ignoreIndex, -(2 ** 31), 2 ** 31 - 1);
  // As float64, in which the losses are put together.
  const { labelSmoothing: smoothing, reduction } = parameters.of(caller, options, false).values;
  const indices = isInt32(targets) ? targets : undefined;
  if (indices !== undefined) {
    checkArray(caller, "targets", indices, "Int32Array", layout.rows);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row];
      if (index === ignoreIndex || (index >= 0 && index < layout.columns)) continue;
      const domain = `from 0 to ${layout.columns - 1}, or ${ignoreIndex} to be ignored`;
      throw new RangeError(`${caller}: the target of row ${row} must be ${domain}, not ${index}`);
    }
  } else if (isFloat32(targets) || isFloat64(targets)) {
    checkAlike(caller, "targets", targets, x);
  } else {
    const wanted = "an Int32Array of class indices or an array of probabilities like logits";
    throw new TypeError(`${caller}: targets must be ${wanted}, not ${describe(targets)}`);
  }
  const probabilities = indices === undefined ? (targets as FloatArray) : undefined;
  return { x, indices, probabilities, layout, ignoreIndex, smoothing, reduction };
}

function isIgnored({ indices, ignoreIndex }: Task, row: number): boolean {
  return indices !== undefined && indices[row] === ignoreIndex;
}

/** How many rows count. */
function countOf(task: Task): number {
  let count = 0;
  for (let row = 0; row < task.layout.rows; row++) if (!isIgnored(task, row)) count++;
  return count;
}

/** The loss of every row. */
function lossesOf(
  caller: string,
  definition: RowLossDefinition,
  task: Task,
  out: FloatArray | undefined,
): Float64Array {
  const { x, indices, probabilities, layout } = task;
  const { rows, columns, stride } = layout;
  const losses = new Float64Array(rows);
  const scratch = activeScratch();
  const common = commonInstance(caller, scratch, x, probabilities, undefined);
  checkNotFreed(caller, indices, out);
  if (scratch === null) {
    for (let row = 0; row < rows; row++) losses[row] = isIgnored(task, row) ? 0 : lossByFormula(definition, task, row);
    return losses;
  }
  const instance = stride === 1 ? common : undefined;
  const { work, work64 } = instance ?? scratch;
  (instance ?? scratch).temper(1, isFloat32(x));
  const take = (row: number, at: number) => {
    if (isIgnored(task, row)) return;
    const logit = indices === undefined ? undefined : x[startOf(layout, row) + indices[row] * stride];
    losses[row] = lossOfParts(work64, at, columns, task.smoothing, logit);
  };
  if (instance === undefined && columns * x.BYTES_PER_ELEMENT > SCRATCH) {
    for (let row = 0; row < rows; row++) {
      streamLoss(scratch, task, row);
      take(row, 0);
    }
    return losses;
  }
  const kernel = lossParts.of(instance ?? scratch, isFloat32(x));
  forBatches(scratch, instance, task, CHUNK / (8 * PARTS), (row, count, logits, targets) => {
    kernel(logits, targets, work, count, columns, task.smoothing > 0 ? 1 : 0);
    for (let i = 0; i < count; i++) take(row + i, i * PARTS);
  });
  return losses;
}

const lossParts = /* @__PURE__ */ new KernelPair("lossParts");

/** The numbers that the kernels write for a row (`endLoss` of assembly/losses.ts). */
const PARTS = 5;

/** The loss of a row from the numbers at `at`. The logit is that of the target, if that is an index. */
function lossOfParts(parts: Float64Array, at: number, columns: number, smoothing: number, logit: number | undefined) {
  const peak = parts[at];
  const logSum = parts[at + 1];
  const distances = parts[at + 2];
  const total = logit === undefined ? parts[at + 3] : 1;
  const distance = logit === undefined ? parts[at + 4] : logit === peak ? 0 : peak - logit;
  const ofTarget = total === 0 && logSum === Infinity ? 0 : total * logSum + distance;
  return smoothing === 0 ? ofTarget : (1 - smoothing) * ofTarget + smoothing * (logSum + distances / columns);
}

/** The loss of a row in plain JavaScript. */
function lossByFormula(definition: RowLossDefinition, task: Task, row: number): number {
  const { indices, probabilities, layout, smoothing } = task;
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  const logs = rowByFormula(definition.logProbabilities.definition, task, row);
  let loss = 0;
  let even = 0;
  if (indices !== undefined) {
    loss -= logs[indices[row]];
  } else {
    for (let i = 0; i < columns; i++) {
      const target = probabilities![start + i * stride];
      // Not 0·Infinity; but NaN.
      if (target !== 0 || Number.isNaN(logs[i])) loss -= target * logs[i];
    }
  }
  if (smoothing === 0) return loss;
  for (const log of logs) even -= log;
  return (1 - smoothing) * loss + (smoothing * even) / columns;
}

/** A row function of a row of logits, in plain JavaScript at float64. */
function rowByFormula({ formula }: RowDefinition, { x, layout }: Task, row: number): Float64Array {
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  const logits = Float64Array.from({ length: columns }, (_, i) => x[start + i * stride]);
  const result = new Float64Array(columns);
  formula([logits], result, 0, 1, columns, 0, 1);
  return result;
}

/**
 * Calls back for whole rows, as many at once as suit the cache, with the addresses of their logits and probabilities
 * (0 if there are none): where they lie, if `instance` reaches them, else in the scratch memory.
 */
function forBatches(
  scratch: Scratch,
  instance: Instance | undefined,
  { x, probabilities, layout }: Task,
  most: number,
  run: (row: number, count: number, logits: number, targets: number) => void,
): void {
  const { rows, columns } = layout;
  const bytes = columns * x.BYTES_PER_ELEMENT;
  const perBatch = Math.max(1, Math.floor(Math.min(most, CHUNK / bytes)));
  const [view, other] = scratch.buffers(isFloat32(x));
  for (let row = 0; row < rows; row += perBatch) {
    const count = Math.min(perBatch, rows - row);
    if (instance !== undefined) {
      run(row, count, x.byteOffset + row * bytes, probabilities ? probabilities.byteOffset + row * bytes : 0);
      continue;
    }
    gatherRows(x, layout, row, count, view);
    if (probabilities !== undefined) gatherRows(probabilities, layout, row, count, other);
    run(row, count, scratch.first, probabilities ? scratch.second : 0);
  }
}

/** Calls back for the pieces of a row that is longer than the scratch memory: n of its elements, from `from` in x on. */
function forPieces({ x, layout }: Task, row: number, run: (at: number, n: number, from: number) => void): void {
  const { columns, stride } = layout;
  const start = startOf(layout, row);
  const perPiece = PIECE / x.BYTES_PER_ELEMENT;
  for (let at = 0; at < columns; at += perPiece) run(at, Math.min(perPiece, columns - at), start + at * stride);
}

/** Has a pass take a row of the inputs piece by piece (assembly/rows.ts, assembly/losses.ts). */
function stream(scratch: Scratch, task: Task, row: number, kernel: string, ...inputs: FloatArray[]): void {
  const views = scratch.buffers(isFloat32(task.x));
  const addresses = [scratch.first, scratch.second].slice(0, inputs.length);
  forPieces(task, row, (_, n, from) => {
    inputs.forEach((input, i) => gather(input, from, task.layout.stride, n, views[i], 0));
    scratch.kernels[kernel + suffixOf(task.x)](...addresses, n);
  });
}

function suffixOf(x: FloatArray): string {
  return isFloat32(x) ? "_f32" : "_f64";
}

/** Writes the parts of a long row's loss to the instance's work memory. */
function streamLoss(scratch: Scratch, task: Task, row: number): void {
  const { x, probabilities, smoothing } = task;
  const { kernels } = scratch;
  kernels.beginLoss();
  stream(scratch, task, row, "findPeak", x);
  stream(scratch, task, row, "logTerms", x);
  kernels[`endLogSum${suffixOf(x)}`]();
  if (smoothing > 0) stream(scratch, task, row, "addDistances", x);
  if (probabilities !== undefined) stream(scratch, task, row, "addTargets", x, probabilities);
  kernels[`endLoss${suffixOf(x)}`](scratch.work);
}

/** The gradient with respect to the logits. */
function gradientOf(
  caller: string,
  definition: RowLossDefinition,
  task: Task,
  options: SoftmaxCrossEntropyGradientOptions | undefined,
): FloatArray {
  const { x, layout, reduction } = task;
  const { rows, columns, stride } = layout;
  let { dy = reduction === "none" ? undefined : 1 } = options ?? {};
  const out = options?.out;
  checkGradient(caller, dy, x, rows, reduction);
  if (out !== undefined) {
    checkAlike(caller, "out", out, x);
    task.x = apartFrom(x, out);
    task.probabilities &&= copyIfOverlapping(task.probabilities, out);
    task.indices &&= copyIfOverlapping(task.indices, out);
    if (typeof dy === "object") dy = copyIfOverlapping(dy, out);
  }
  const scratch = activeScratch();
  const common = commonInstance(caller, scratch, task.x, task.probabilities, out);
  checkNotFreed(caller, task.indices, typeof dy === "object" ? dy : undefined);
  const result = out ?? newLike(x);
  const weights = typeof dy === "object" ? dy : reduce(dy!, countOf(task), reduction);
  if (scratch === null) {
    for (let row = 0; row < rows; row++) gradientByFormula(definition, task, row, weightOf(weights, row), result);
  } else {
    const instance = out !== undefined && stride === 1 ? common : undefined;
    const tooLong = instance === undefined && columns * x.BYTES_PER_ELEMENT > SCRATCH;
    if (!tooLong) gradientByBatches(scratch, instance, task, weights, result);
    else for (let row = 0; row < rows; row++) streamGradient(scratch, task, row, weightOf(weights, row), result);
  }
  for (let row = 0; row < rows; row++) {
    if (!isIgnored(task, row)) continue;
    for (let i = 0, j = startOf(layout, row); i < columns; i++, j += stride) result[j] = 0;
  }
  return result;
}

/** What the gradient of a row is multiplied with. */
function weightOf(weights: FloatArray | number, row: number): number {
  return typeof weights === "number" ? weights : weights[row];
}

/** The sum of a row's targets once they are smoothed. */
function massOf(sum: number, smoothing: number): number {
  return (1 - smoothing) * sum + smoothing;
}

function gradientByFormula(
  definition: RowLossDefinition,
  task: Task,
  row: number,
  weight: number,
  out: FloatArray,
): void {
  const { indices, probabilities, layout, smoothing } = task;
  const { columns, stride } = layout;
  const p = rowByFormula(definition.probabilities.definition, task, row);
  const start = startOf(layout, row);
  let sum = indices === undefined ? 0 : 1;
  if (indices === undefined) for (let i = 0; i < columns; i++) sum += probabilities![start + i * stride];
  const mass = massOf(sum, smoothing);
  for (let i = 0, j = start; i < columns; i++, j += stride) {
    const target = indices === undefined ? probabilities![j] : indices[row] === i ? 1 : 0;
    out[j] = (p[i] * mass - (1 - smoothing) * target - smoothing / columns) * weight;
  }
}

const softmaxKernels = /* @__PURE__ */ new KernelPair("softmax");
const targetSums = /* @__PURE__ */ new KernelPair("sumTargets");
const subtraction = /* @__PURE__ */ new KernelPair("subtractTargets");

/** Numbers that `subtractTargets` reads of a row: its weight, and with probabilities its mass. */
const WEIGHTS = 2;

function gradientByBatches(
  scratch: Scratch,
  instance: Instance | undefined,
  task: Task,
  weights: FloatArray | number,
  out: FloatArray,
): void {
  const { indices, layout, smoothing } = task;
  const { columns } = layout;
  const { work, work64 } = instance ?? scratch;
  (instance ?? scratch).temper(1, isFloat32(out));
  const softmax = softmaxKernels.of(instance ?? scratch, isFloat32(out));
  const sums = targetSums.of(instance ?? scratch, isFloat32(out));
  const subtract = subtraction.of(instance ?? scratch, isFloat32(out));
  const keep = 1 - smoothing;
  const [view] = scratch.buffers(isFloat32(out));
  forBatches(scratch, instance, task, CHUNK / (8 * WEIGHTS), (row, count, logits, targets) => {
    const begin = instance === undefined ? 0 : row * columns;
    const dst = instance === undefined ? scratch.first : out.byteOffset + begin * out.BYTES_PER_ELEMENT;
    softmax(logits, dst, count, columns, ALL);
    const values = instance === undefined ? view : out;
    if (indices === undefined) sums(targets, work, count, columns);
    for (let i = 0; i < count; i++) {
      work64[i * WEIGHTS] = weightOf(weights, row + i);
      if (indices === undefined) work64[i * WEIGHTS + 1] = massOf(work64[i * WEIGHTS + 1], smoothing);
      if (indices !== undefined && !isIgnored(task, row + i)) values[begin + i * columns + indices[row + i]] -= keep;
    }
    subtract(dst, targets, work, count, columns, keep, smoothing / columns);
    if (instance === undefined) scatterRows(view, layout, row, count, out);
  });
}

/** The gradient of a row that is longer than the scratch memory: softmax, then its pieces once more. */
function streamGradient(scratch: Scratch, task: Task, row: number, weight: number, out: FloatArray): void {
  const { x, indices, probabilities, layout, smoothing } = task;
  const { columns, stride } = layout;
  const { kernels, first, second, work, work64 } = scratch;
  const suffix = suffixOf(x);
  const [view, other] = scratch.buffers(isFloat32(x));
  const keep = 1 - smoothing;
  scratch.temper(1, isFloat32(x));
  kernels.beginRow();
  stream(scratch, task, row, "findPeak", x);
  forPieces(task, row, (_, n, from) => {
    gather(x, from, stride, n, view, 0);
    kernels[`exponentials${suffix}`](first, first, n);
    scatter(view, 0, n, out, from, stride);
  });
  kernels[`endSum${suffix}`]();
  let sum = 0;
  if (probabilities !== undefined) {
    forPieces(task, row, (_, n, from) => {
      gather(probabilities, from, stride, n, other, 0);
      sum += kernels[`sum${suffix}`](second, n);
    });
  }
  work64[0] = weight;
  work64[1] = massOf(sum, smoothing);
  forPieces(task, row, (at, n, from) => {
    gather(out, from, stride, n, view, 0);
    kernels[`scale${suffix}`](first, first, n);
    if (probabilities !== undefined) gather(probabilities, from, stride, n, other, 0);
    else if (indices![row] >= at && indices![row] < at + n) view[indices![row] - at] -= keep;
    kernels[`subtractTargets${suffix}`](first, probabilities ? second : 0, work, 1, n, keep, smoothing / columns);
    scatter(view, 0, n, out, from, stride);
  });
}

/* Element by element. */

/** Options of `sigmoidCrossEntropy`. */
export interface SigmoidCrossEntropyOptions<A = FloatArray> extends OutOption<A> {
  /** What the losses of the positive class are multiplied with, at least 0. Default: 1. */
  readonly posWeight?: number | undefined;
  /** What becomes of the elements' losses. Default: "mean". */
  readonly reduction?: Reduction | undefined;
  /** With reduction "none" the array to write to; else there must be none. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of `sigmoidCrossEntropy.backward`. */
export interface SigmoidCrossEntropyGradientOptions<A = FloatArray> extends SigmoidCrossEntropyOptions<A> {
  /** The gradient with respect to the result: a number, by default 1; with reduction "none" an array like the logits. */
  readonly dy?: A | number | undefined;
  /** The array to write the gradient to; may be the logits themselves. Default: a new array. */
  readonly out?: A | undefined;
}

/** `sigmoidCrossEntropy` and its gradient. */
export interface SigmoidCrossEntropy {
  <A extends FloatArray>(
    logits: A,
    targets: A,
    options: SigmoidCrossEntropyOptions<A> & { readonly reduction: "none" },
  ): A;
  <A extends FloatArray>(
    logits: A,
    targets: A,
    options?: SigmoidCrossEntropyOptions<A> & {
      readonly reduction?: "mean" | "sum" | undefined;
      readonly out?: undefined;
    },
  ): number;
  /** (sigmoid(logits) - target) · dy: the gradient of the loss with respect to the logits, an array like them. */
  readonly backward: <A extends FloatArray>(
    logits: A,
    targets: A,
    options?: SigmoidCrossEntropyGradientOptions<A>,
  ) => A;
  /** The row of the table. */
  readonly definition: ElementLossDefinition;
}

/** A row of the table: a loss of single logits. */
export interface ElementLossDefinition {
  /** The name of the public function, and of its kernels less the type. */
  readonly name: string;
  /** The loss in plain JavaScript, at float64. */
  value(x: number, target: number, posWeight: number): number;
  /** Its derivative by x likewise. */
  gradient(x: number, target: number, posWeight: number): number;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp: number;
}

interface ElementSettings {
  readonly posWeight: number;
  readonly reduction: Reduction;
}

type ElementFormula = (x: number, target: number, posWeight: number) => number;

/** The arrays of a call, checked. */
interface Elements {
  readonly x: FloatArray;
  readonly targets: FloatArray;
  /** What the results are multiplied with. */
  readonly dy?: FloatArray | undefined;
  /** Where they go; if left out, they are added up. */
  readonly out?: FloatArray;
}

export function elementLoss(definition: ElementLossDefinition): SigmoidCrossEntropy {
  const { name } = definition;
  const backwardName = `${name}.backward`;
  const parameters = new Parameters<ElementSettings>({
    parameters: { posWeight: { default: 1, least: 0 }, reduction },
  });
  const value = new KernelPair(name);
  const gradient = new KernelPair(`${name}Gradient`);
  const defaults = parameters.of(name, undefined, true);
  const call = (x: FloatArray, targets: FloatArray, options?: SigmoidCrossEntropyOptions) => {
    // The short way, for what nothing can be wrong with.
    if (isFew(x, SHORT) && isFew(targets, SHORT) && targets.length === x.length && onlyReduce(name, options)) {
      const scratch = activeScratch();
      if (scratch !== null) {
        scratch.prepare(defaults);
        const count = copyIn(scratch.first32, x);
        copyIn(scratch.second32, targets);
        value.of(scratch, true)(scratch.first, scratch.second, scratch.first, count);
        const reduction = options?.reduction ?? "mean";
        if (reduction === "none") return newFrom(scratch.first32, x.length);
        return reduce(addition.of(scratch, true)(scratch.first, x.length), x.length, reduction);
      }
    }
    const plan = planOf(name, parameters, x, targets, options);
    const { reduction } = plan.values;
    const given = outOf(name, x, x.length, options?.out, reduction);
    const elements: Elements = reduction === "none" ? elementsOf(x, targets, undefined, given) : { x, targets };
    const sum = run(name, value, plan, definition.value, elements);
    return elements.out ?? reduce(sum, x.length, reduction);
  };
  const backward = (x: FloatArray, targets: FloatArray, options?: SigmoidCrossEntropyGradientOptions) => {
    const plan = planOf(backwardName, parameters, x, targets, options);
    const { posWeight, reduction } = plan.values;
    const { dy = reduction === "none" ? undefined : 1, out } = options ?? {};
    checkGradient(backwardName, dy, x, x.length, reduction);
    if (out !== undefined) checkAlike(backwardName, "out", out, x);
    const array = typeof dy === "object" ? dy : undefined;
    const factor = typeof dy === "number" ? reduce(dy, x.length, reduction) : 1;
    const formula: ElementFormula = (x, target, posWeight) => definition.gradient(x, target, posWeight) * factor;
    const elements = elementsOf(x, targets, array, out);
    run(backwardName, gradient, { ...plan, numbers: [posWeight, factor] }, formula, elements);
    return elements.out;
  };
  return Object.assign(named(name, call), { backward, definition }) as SigmoidCrossEntropy;
}

/** Throws unless logits, targets and options suit each other. */
function planOf(
  caller: string,
  parameters: Parameters<ElementSettings>,
  x: FloatArray,
  targets: FloatArray,
  options: SigmoidCrossEntropyOptions | undefined,
): Plan<ElementSettings> {
  checkFloats(caller, "logits", x);
  checkAlike(caller, "targets", targets, x);
  checkOptions(caller, options);
  return parameters.of(caller, options, isFloat32(x));
}

/** The arrays, apart from each other as far as writing needs it; with a new one to write to, unless `out` is given. */
function elementsOf(x: FloatArray, targets: FloatArray, dy: FloatArray | undefined, out: FloatArray | undefined) {
  if (out === undefined) return { x, targets, dy, out: newLike(x) };
  return { x: apartFrom(x, out), targets: apartFrom(targets, out), dy: dy && apartFrom(dy, out), out };
}

const addition = /* @__PURE__ */ new KernelPair("sum");

/** Has a kernel take the elements, chunk by chunk. Gives the sum of the results, if they are to go nowhere else. */
function run(
  caller: string,
  kernels: KernelPair,
  plan: Plan<ElementSettings>,
  formula: ElementFormula,
  elements: Elements,
): number {
  const { x, targets, dy, out } = elements;
  const scratch = activeScratch();
  const common = commonInstance(caller, scratch, x, targets, out);
  const withGradient = dy === undefined ? common : commonInstance(caller, scratch, x, dy, undefined);
  if (scratch === null) return runFormula(formula, plan.values.posWeight, elements);
  // With a new array as `out` there is none.
  const direct = common === undefined ? undefined : withGradient;
  const instance = direct ?? scratch;
  instance.prepare(plan);
  const kernel = kernels.of(instance, plan.narrow);
  const multiply = product.of(instance, plan.narrow);
  const add = addition.of(instance, plan.narrow);
  const [view, other] = scratch.buffers(isFloat32(x));
  const { first, second } = scratch;
  const { work } = instance;
  const size = x.BYTES_PER_ELEMENT;
  const perChunk = CHUNK / size;
  let sum = 0;
  for (let from = 0; from < x.length; from += perChunk) {
    const n = Math.min(perChunk, x.length - from);
    if (direct !== undefined) {
      const bytes = from * size;
      const dst = out === undefined || dy !== undefined ? work : out.byteOffset + bytes;
      kernel(x.byteOffset + bytes, targets.byteOffset + bytes, dst, n);
      if (out === undefined) sum += add(dst, n);
      else if (dy !== undefined) multiply(dst, dy.byteOffset + bytes, out.byteOffset + bytes, n);
      continue;
    }
    copy(x, from, n, view, 0);
    copy(targets, from, n, other, 0);
    pad(view, n, size);
    const count = pad(other, n, size);
    kernel(first, second, first, count);
    if (dy !== undefined) {
      copy(dy, from, n, other, 0);
      multiply(first, second, first, count);
    }
    if (out === undefined) sum += add(first, n);
    else copy(view, 0, n, out, from);
  }
  return sum;
}

function runFormula(formula: ElementFormula, posWeight: number, { x, targets, dy, out }: Elements): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const result = formula(x[i], targets[i], posWeight);
    if (out === undefined) sum += result;
    else out[i] = dy === undefined ? result : dy[i] * result;
  }
  return sum;
}
