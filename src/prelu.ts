/** The parametric ReLU: a slope, learnt, for each channel. */

import { checkNotFreed, instanceFor } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkFloats,
  checkNoOut,
  checkNumber,
  checkOptions,
  type FloatArray,
  isFloat32,
  isOverwritten,
  newLike,
  overlap,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { apply, applyBackward, type ElementwiseDefinition, type Loop, loopsOf, named } from "./elementwise.js";
import { CHUNK, copy, copyOut, type Instance, KernelPair, pad, type Scratch, product } from "./instance.js";
import type { Parameters } from "./parameters.js";
import { rowsOf } from "./shape.js";

/** Options of `prelu`. */
export interface PreluOptions<A = FloatArray> {
  /** The slopes: an array of the type of x with an element a channel or one for all, or a number. Default: 0.25. */
  readonly weight?: A | number | undefined;
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[] | undefined;
  /** The axis of the channels; negative ones count from the end. Default: 1; 0 where the shape has one axis. */
  readonly axis?: number | undefined;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** prelu(x), or its derivative. */
export interface PreluCall {
  (x: number, options?: { readonly weight?: number | undefined }): number;
  <A extends FloatArray>(x: A, options?: PreluOptions<A>): A;
}

/** `prelu` with its derivative and its gradients. */
export interface Prelu extends PreluCall {
  /** 1 where x > 0, else the weight; arguments, result and errors as of the function itself. */
  readonly derivative: PreluCall;
  /** dy · prelu'(x): the gradient of the loss with respect to x, from `dy`, that with respect to prelu(x). */
  readonly backward: {
    (x: number, dy: number, options?: { readonly weight?: number | undefined }): number;
    <A extends FloatArray>(x: A, dy: A, options?: PreluOptions<A>): A;
  };
  /**
   * The gradient of the loss with respect to the weight: for each channel the sum of dy · x where x <= 0, in float64. An
   * array like the weight, written to `out` if that is given; a number if the weight is one.
   */
  readonly weightGradient: {
    (x: number, dy: number, options?: { readonly weight?: number | undefined }): number;
    <A extends FloatArray>(x: A, dy: A, options: PreluOptions<A> & { readonly weight: A }): A;
    (
      x: FloatArray,
      dy: FloatArray,
      options?: PreluOptions & { readonly weight?: number | undefined; readonly out?: undefined },
    ): number;
  };
  /** The row of the table, whose parameter is one weight for all channels. */
  readonly definition: ElementwiseDefinition<{ weight: number }>;
  /** The weight that is used where none is given. */
  readonly defaults: { readonly weight: number };
}

/** One of the two formulas. */
interface Formula {
  /** With a weight for each channel. */
  readonly kernels: KernelPair;
  /** With one weight for all. */
  readonly loop: Loop;
}

/** The weight of element i is weights[floor(i / stride) % weights.length]. */
interface Channels {
  weights: FloatArray;
  readonly stride: number;
}

export function preluFunction(definition: ElementwiseDefinition<{ weight: number }>): Prelu {
  const { name } = definition;
  const loops = loopsOf({ ...definition, name: "leakyRelu" });
  const value: Formula = { kernels: new KernelPair(name), loop: loops.value };
  const slope: Formula = { kernels: new KernelPair(`${name}_derivative`), loop: loops.slope };
  const [derivativeName, backwardName, gradientName] = ["derivative", "backward", "weightGradient"].map(
    (part) => `${name}.${part}`,
  );
  const call = (x: FloatArray | number, options?: PreluOptions) => applyPrelu(name, value, x, options);
  const derivative = (x: FloatArray | number, options?: PreluOptions) => applyPrelu(derivativeName, slope, x, options);
  const backward = (x: FloatArray | number, dy: FloatArray | number, options?: PreluOptions) =>
    hasChannels(x, options)
      ? applyChannels(backwardName, slope, x, options, dy)
      : applyBackward(backwardName, slope.loop, x, dy, options);
  const weightGradient = (x: FloatArray | number, dy: FloatArray | number, options?: PreluOptions) =>
    applyGradient(gradientName, loops.value.parameters, x, dy, options);
  const defaults = loops.value.parameters.of(name, undefined, false).values;
  const members = { derivative, backward, weightGradient, definition, defaults };
  return Object.assign(named(name, call), members) as unknown as Prelu;
}

function applyPrelu(
  caller: string,
  formula: Formula,
  x: FloatArray | number,
  options: PreluOptions | undefined,
): FloatArray | number {
  return hasChannels(x, options) ? applyChannels(caller, formula, x, options) : apply(caller, formula.loop, x, options);
}

/** Whether there are channels to be told apart, or a shape to be checked. */
function hasChannels(x: FloatArray | number, options: PreluOptions | undefined): x is FloatArray {
  if (typeof x === "number" || typeof options !== "object" || options === null) return false;
  return isArray(options.weight) || options.shape !== undefined || options.axis !== undefined;
}

/** Anything but a number is taken for an array, so that errors ask for one. */
function isArray(weight: PreluOptions["weight"]): weight is FloatArray {
  return typeof weight === "object";
}

/** The formula at x, times dy if that is given. */
function applyChannels(
  caller: string,
  formula: Formula,
  x: FloatArray,
  options: PreluOptions | undefined,
  dy?: FloatArray | number,
): FloatArray | number {
  checkFloats(caller, "x", x, "a number, ");
  if (dy !== undefined) checkAlike(caller, "dy", dy, x);
  checkOptions(caller, options);
  const out = options?.out;
  if (out !== undefined) checkAlike(caller, "out", out, x);
  const channels = channelsOf(caller, formula.loop.parameters, x, options);
  if (!isArray(options?.weight)) {
    return dy === undefined
      ? apply(caller, formula.loop, x, options)
      : applyBackward(caller, formula.loop, x, dy, options);
  }
  const scratch = activeScratch();
  // The weights too may belong to an arena that has been freed.
  checkNotFreed(caller, channels.weights);
  const instance = instanceFor(caller, scratch, x, dy, out);
  if (scratch === null) return runFormula(formula, channels, x, dy, out);
  if (instance === undefined || out === undefined || !areApart(channels, x, dy, out)) {
    return runCopied(scratch, formula, channels, x, dy, out);
  }
  runInPlace(instance, formula, channels, x, dy, out);
  return out;
}

/** Whether `out` may be written while the others are read. */
function areApart({ weights }: Channels, x: FloatArray, dy: FloatArray | undefined, out: FloatArray): boolean {
  return !(isOverwritten(x, out) || (dy && isOverwritten(dy, out)) || overlap(weights, out));
}

/** Throws unless weight, shape and axis suit x. */
function channelsOf(
  caller: string,
  parameters: Parameters<object>,
  x: FloatArray,
  options: PreluOptions | undefined,
): Channels {
  const { weight, shape, axis = (shape?.length ?? 0) > 1 ? 1 : 0 } = options ?? {};
  const { columns, stride } = rowsOf(caller, x.length, shape, axis);
  if (!isArray(weight)) {
    const values = parameters.of(caller, options, isFloat32(x)).values as { weight: number };
    return { weights: newLike(x, 1).fill(values.weight), stride: 1 };
  }
  // Null is none, whatever TypeScript makes of it.
  const shared = (weight as FloatArray | null)?.length === 1;
  checkAlike(caller, "weight", weight, x, shared ? 1 : columns);
  return { weights: weight, stride: shared ? 1 : stride };
}

/** What is read, as it can be while `out` is written, and that, or a new array. */
function apart(channels: Channels, x: FloatArray, dy: FloatArray | undefined, out: FloatArray | undefined) {
  if (out === undefined) return { channels, x, dy, out: newLike(x) };
  const { weights, stride } = channels;
  const copied = overlap(weights, out) ? { weights: weights.slice(), stride } : channels;
  return { channels: copied, x: apartFrom(x, out), dy: dy && apartFrom(dy, out), out };
}

function runFormula(
  { loop }: Formula,
  givenChannels: Channels,
  givenX: FloatArray,
  givenDy: FloatArray | undefined,
  givenOut: FloatArray | undefined,
): FloatArray {
  const { channels, x, dy, out } = apart(givenChannels, givenX, givenDy, givenOut);
  const parameters = { weight: 0 };
  forRuns(channels, 0, x.length, (from, to, channel) => {
    parameters.weight = channels.weights[channel];
    if (dy === undefined) for (let i = from; i < to; i++) out[i] = loop.formula(x[i], parameters);
    else for (let i = from; i < to; i++) out[i] = dy[i] * loop.formula(x[i], parameters);
  });
  return out;
}

/** Calls back for the elements of each channel that follow each other, from `start` up to `end`. */
function forRuns(
  { weights, stride }: Channels,
  start: number,
  end: number,
  run: (from: number, to: number, channel: number) => void,
): void {
  if (weights.length === 1) return run(start, end, 0);
  let channel = Math.floor(start / stride) % weights.length;
  let to = start - (start % stride) + stride;
  for (let from = start; from < end; from = to, to += stride) {
    run(from, Math.min(to, end), channel);
    if (++channel === weights.length) channel = 0;
  }
}

/** Lays out the weights of `count` elements, from number `start` on, in `view`. */
function tile(channels: Channels, start: number, count: number, view: Float32Array): void {
  const { weights, stride } = channels;
  const first = Math.min(count, weights.length * stride);
  if (stride === 1) {
    const channel = start % weights.length;
    const head = weights.subarray(channel, channel + first);
    view.set(head);
    view.set(weights.subarray(0, first - head.length), head.length);
  } else {
    forRuns(channels, start, start + first, (from, to, channel) =>
      view.fill(weights[channel], from - start, to - start),
    );
  }
  for (let done = first; done < count; done *= 2) view.copyWithin(done, 0, Math.min(done, count - done));
}

/**
 * How many elements to take at once: as many as have weights in the order of the first ones, so that the weights have to
 * be laid out once only; if none such fit a chunk, a chunk.
 */
function perChunkOf({ weights, stride }: Channels, bytesPerElement: number): { perChunk: number; once: boolean } {
  const most = CHUNK / bytesPerElement;
  const period = weights.length * stride;
  const once = period <= most;
  return { perChunk: once ? most - (most % period) : most, once };
}

/** On arrays that lie in the memory of one instance. */
function runInPlace(
  instance: Instance,
  { kernels }: Formula,
  channels: Channels,
  x: FloatArray,
  dy: FloatArray | undefined,
  out: FloatArray,
): void {
  const narrow = isFloat32(x);
  const kernel = kernels.of(instance, narrow);
  const multiply = product.of(instance, narrow);
  const { work } = instance;
  const bytesPerElement = x.BYTES_PER_ELEMENT;
  const type = (narrow ? Float32Array : Float64Array) as Float32ArrayConstructor;
  const view = new type(instance.memory.buffer, work, CHUNK / bytesPerElement);
  const { perChunk, once } = perChunkOf(channels, bytesPerElement);
  for (let from = 0; from < x.length; from += perChunk) {
    const count = Math.min(perChunk, x.length - from);
    const bytes = from * bytesPerElement;
    // The slopes replace the weights.
    if (from === 0 || !once || dy !== undefined) tile(channels, from, count, view);
    kernel(x.byteOffset + bytes, work, dy === undefined ? out.byteOffset + bytes : work, count);
    if (dy !== undefined) multiply(work, dy.byteOffset + bytes, out.byteOffset + bytes, count);
  }
}

/** On any arrays, through the scratch memory, chunk by chunk. Gives `out`, or a new array. */
function runCopied(
  scratch: Scratch,
  formula: Formula,
  givenChannels: Channels,
  givenX: FloatArray,
  givenDy: FloatArray | undefined,
  givenOut: FloatArray | undefined,
): FloatArray {
  const { length } = givenX;
  const [view] = scratch.buffers(isFloat32(givenX));
  const { perChunk, once } = perChunkOf(givenChannels, view.BYTES_PER_ELEMENT);
  if (length <= perChunk) {
    // All is read before anything is written.
    takeChunk(scratch, formula, givenChannels, givenX, givenDy, 0, length, true);
    return copyOut<FloatArray>(view, givenOut, length);
  }
  const { channels, x, dy, out } = apart(givenChannels, givenX, givenDy, givenOut);
  for (let from = 0; from < length; from += perChunk) {
    const count = Math.min(perChunk, length - from);
    takeChunk(scratch, formula, channels, x, dy, from, count, from === 0 || !once);
    copy(view, 0, count, out, from);
  }
  return out;
}

/** Leaves the results of `count` elements at the beginning of the scratch memory; `tiles` their weights first. */
function takeChunk(
  scratch: Scratch,
  { kernels }: Formula,
  channels: Channels,
  x: FloatArray,
  dy: FloatArray | undefined,
  from: number,
  count: number,
  tiles: boolean,
): void {
  const { first, second } = scratch;
  const narrow = isFloat32(x);
  const bytes = narrow ? 4 : 8;
  const [view, other] = scratch.buffers(narrow);
  copy(x, from, count, view, 0);
  const padded = pad(view, count, bytes);
  if (tiles) tile(channels, from, count, other);
  kernels.of(scratch, narrow)(first, second, first, padded);
  if (dy === undefined) return;
  copy(dy, from, count, other, CHUNK / bytes);
  product.of(scratch, narrow)(first, second + CHUNK, first, padded);
}

/** The gradient with respect to the weight. */
function applyGradient(
  caller: string,
  parameters: Parameters<object>,
  x: FloatArray | number,
  dy: FloatArray | number,
  options: PreluOptions | undefined,
): FloatArray | number {
  checkOptions(caller, options);
  if (typeof x === "number") {
    checkNumber(caller, "dy", dy);
    checkNoOut(caller, options);
    parameters.of(caller, options, false);
    return x > 0 ? 0 : x * (dy as number);
  }
  checkFloats(caller, "x", x, "a number, ");
  checkAlike(caller, "dy", dy, x);
  const channels = channelsOf(caller, parameters, x, options);
  const { weights } = channels;
  const shared = !isArray(options?.weight);
  const out = options?.out;
  if (out !== undefined) {
    if (shared) throw new TypeError(`${caller}: out needs a weight that is an array: without, the result is a number`);
    checkAlike(caller, "out", out, x, weights.length);
  }
  checkNotFreed(caller, x, dy, out, weights);
  const sums = weightSums(channels, x, dy);
  if (shared) return sums[0];
  const result = out ?? newLike(x, sums.length);
  result.set(sums);
  return result;
}

/** For each channel the sum of x · dy where x <= 0. */
function weightSums(channels: Channels, x: FloatArray, dy: FloatArray): Float64Array {
  const sums = new Float64Array(channels.weights.length);
  forRuns(channels, 0, x.length, (from, to, channel) => (sums[channel] += sumWithoutBranch(x, dy, from, to)));
  // Of a NaN, or of an infinite dy where x > 0, which counts for nothing.
  if (!sums.some(Number.isNaN)) return sums;
  sums.fill(0);
  forRuns(channels, 0, x.length, (from, to, channel) => {
    for (let i = from; i < to; i++) if (!(x[i] > 0)) sums[channel] += x[i] * dy[i];
  });
  return sums;
}

/** The sum of x · dy where x <= 0, without a branch, which costs 9 ns an element where signs are random. */
function sumWithoutBranch(x: FloatArray, dy: FloatArray, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.min(x[i], 0) * dy[i];
  return sum;
}
