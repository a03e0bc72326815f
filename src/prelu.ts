/** The parametric ReLU: a slope, learnt, for each channel. */

import { checkNotFreed, commonInstance } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkFloats,
  checkNumber,
  checkOptions,
  type FloatArray,
  isFloat32,
  newLike,
  overlap,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { apply, applyBackward, type ElementwiseDefinition, type Loop, loopsOf, named } from "./elementwise.js";
import { CHUNK, type Instance, KernelPair, pad, type Scratch, product } from "./instance.js";
import type { Parameters } from "./parameters.js";
import { rowsOf } from "./shape.js";

/** Options of `prelu`. */
export interface PreluOptions<A = FloatArray> {
  /** The slopes: an array of the type of x with an element a channel, or one number for all. Default: 0.25. */
  readonly weight?: A | number;
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[];
  /** The axis of the channels; negative ones count from the end. Default: 1; 0 where the shape has one axis. */
  readonly axis?: number;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A;
}

/** prelu(x), or its derivative. */
export interface PreluCall {
  (x: number, options?: { readonly weight?: number }): number;
  <A extends FloatArray>(x: A, options?: PreluOptions<A>): A;
}

/** `prelu` with its derivative and its gradients. */
export interface Prelu extends PreluCall {
  /** 1 where x > 0, else the weight; arguments, result and errors as of the function itself. */
  readonly derivative: PreluCall;
  /** dy · prelu'(x): the gradient of the loss with respect to x, from `dy`, that with respect to prelu(x). */
  readonly backward: {
    (x: number, dy: number, options?: { readonly weight?: number }): number;
    <A extends FloatArray>(x: A, dy: A, options?: PreluOptions<A>): A;
  };
  /**
   * The gradient of the loss with respect to the weight: for each channel the sum of dy · x where x <= 0, in float64. An
   * array like the weight, written to `out` if that is given; a number if the weight is one.
   */
  readonly weightGradient: {
    (x: number, dy: number, options?: { readonly weight?: number }): number;
    <A extends FloatArray>(x: A, dy: A, options: PreluOptions<A> & { readonly weight: A }): A;
    (
      x: FloatArray,
      dy: FloatArray,
      options?: PreluOptions & { readonly weight?: number; readonly out?: undefined },
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
  checkFloats(caller, "x", x);
  if (dy !== undefined) checkAlike(caller, "dy", dy, x);
  checkOptions(caller, options);
  let out = options?.out;
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
  if (out !== undefined) {
    x = apartFrom(x, out);
    if (dy !== undefined) dy = apartFrom(dy, out);
    if (overlap(channels.weights, out)) channels.weights = channels.weights.slice();
  }
  const instance = commonInstance(caller, scratch, x, dy, out);
  if (scratch !== null && instance !== undefined && out !== undefined) {
    runInPlace(instance, formula, channels, x, dy, out);
  } else {
    out ??= newLike(x);
    if (scratch === null) runFormula(formula, channels, x, dy, out);
    else runCopied(scratch, formula, channels, x, dy, out);
  }
  return out;
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
  checkAlike(caller, "weight", weight, x, columns);
  return { weights: weight, stride: columns === 1 ? 1 : stride };
}

function runFormula({ loop }: Formula, channels: Channels, x: FloatArray, dy: FloatArray | undefined, out: FloatArray) {
  const parameters = { weight: 0 };
  forRuns(channels, 0, x.length, (from, to, channel) => {
    parameters.weight = channels.weights[channel];
    if (dy === undefined) for (let i = from; i < to; i++) out[i] = loop.formula(x[i], parameters);
    else for (let i = from; i < to; i++) out[i] = dy[i] * loop.formula(x[i], parameters);
  });
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

/** On any arrays, through the scratch memory, chunk by chunk. */
function runCopied(
  scratch: Scratch,
  { kernels }: Formula,
  channels: Channels,
  x: FloatArray,
  dy: FloatArray | undefined,
  out: FloatArray,
): void {
  const narrow = isFloat32(x);
  const kernel = kernels.of(scratch, narrow);
  const multiply = product.of(scratch, narrow);
  const [view, other] = scratch.buffers(narrow);
  const bytesPerElement = view.BYTES_PER_ELEMENT;
  const { perChunk, once } = perChunkOf(channels, bytesPerElement);
  const { first, second } = scratch;
  for (let from = 0; from < x.length; from += perChunk) {
    const to = Math.min(from + perChunk, x.length);
    view.set(x.subarray(from, to));
    const count = pad(view, to - from, bytesPerElement);
    if (from === 0 || !once) tile(channels, from, to - from, other);
    kernel(first, second, first, count);
    if (dy !== undefined) {
      other.set(dy.subarray(from, to), CHUNK / bytesPerElement);
      multiply(first, second + CHUNK, first, count);
    }
    out.set(view.subarray(0, to - from), from);
  }
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
    parameters.of(caller, options, false);
    return x > 0 ? 0 : x * (dy as number);
  }
  checkFloats(caller, "x", x);
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
