/** Gated functions: an axis is cut in halves, and one half, through an elementwise function, scales the other. */

import { checkNotFreed, instanceFor } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkFloats,
  checkOptions,
  describe,
  type FloatArray,
  isFloat32,
  isOverwritten,
  newLike,
  overlap,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { type Elementwise, type Loop, loopsOf, named } from "./elementwise.js";
import { CHUNK, copy, copyOut, type Instance, pad, type Scratch, product } from "./instance.js";
import type { Given, Plan } from "./parameters.js";
import type { RowOptions } from "./rows.js";
import { rowsOf } from "./shape.js";

/** Options of the gated functions. */
export interface GatedOptions<A = FloatArray> extends RowOptions<A> {
  /** Which half of the axis goes through the gate's function. Default: "second", as in PyTorch. */
  readonly gate?: "first" | "second" | undefined;
}

/** A gated function. `P` is the type of the parameters of the gate's function. */
export interface Gated<P = object> {
  <A extends FloatArray>(x: A, options?: GatedOptions<A> & Given<P>): A;
  /** The gradient of the loss with respect to x, an array like x, from `dy`, that with respect to the result. */
  readonly backward: <A extends FloatArray>(x: A, dy: A, options?: GatedOptions<A> & Given<P>) => A;
  /** The row of the table. */
  readonly definition: GatedDefinition<P>;
}

/** A row of the table. */
export interface GatedDefinition<P = object> {
  /** The name of the public function. */
  readonly name: string;
  /** The function that the gate goes through. */
  readonly gate: Elementwise<P>;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp: number;
}

/** The parameters of an elementwise function. */
export type ParametersOf<F> = F extends Elementwise<infer P> ? P : never;

/** Where the halves lie in x: `length` contiguous elements of one, then as many of the other, and so on. */
interface Halves {
  readonly length: number;
  /** 0 if the first half is the one that is scaled, else 1. */
  readonly scaled: 0 | 1;
}

export function gated<P extends object>(definition: GatedDefinition<P>): Gated<P> {
  const { name } = definition;
  const { value, slope } = loopsOf(definition.gate.definition);
  const backwardName = `${name}.backward`;
  const call = (x: FloatArray, options?: GatedOptions) => apply(name, value, x, options);
  const backward = (x: FloatArray, dy: FloatArray, options?: GatedOptions) =>
    applyBackward(backwardName, value, slope, x, dy, options);
  return Object.assign(named(name, call), { backward, definition }) as unknown as Gated<P>;
}

function apply(caller: string, value: Loop, x: FloatArray, options: GatedOptions | undefined): FloatArray {
  const halves = halvesOf(caller, x, options);
  const out = options?.out;
  if (out !== undefined) checkAlike(caller, "out", out, x, x.length / 2);
  const plan = value.parameters.of(caller, options, isFloat32(x));
  const scratch = activeScratch();
  const instance = instanceFor(caller, scratch, x, undefined, out);
  if (scratch === null) return runFormula(value, plan, halves, x, out);
  const isLong = halves.length * x.BYTES_PER_ELEMENT >= LONG;
  if (instance === undefined || out === undefined || !isLong || isOverwritten(x, out)) {
    return runCopied(scratch, value, plan, halves, x, out);
  }
  runInPlace(instance, value, plan, halves, x, out);
  return out;
}

function applyBackward(
  caller: string,
  value: Loop,
  slope: Loop,
  x: FloatArray,
  dy: FloatArray,
  options: GatedOptions | undefined,
): FloatArray {
  const halves = halvesOf(caller, x, options);
  checkAlike(caller, "dy", dy, x, x.length / 2);
  const out = options?.out;
  if (out !== undefined) checkAlike(caller, "out", out, x);
  const plan = value.parameters.of(caller, options, isFloat32(x));
  const scratch = activeScratch();
  checkNotFreed(caller, x, dy, out);
  const result = out ?? newLike(x);
  // What fits a chunk is read before anything is written.
  if (out !== undefined && (scratch === null || dy.byteLength > CHUNK)) {
    x = apartFrom(x, out);
    if (overlap(dy, out)) dy = dy.slice();
  }
  if (scratch === null) runGradientFormula(value, slope, plan, halves, x, dy, result);
  else runGradient(scratch, value, slope, plan, halves, x, dy, result);
  return result;
}

/** Throws unless the options suit x. */
function halvesOf(caller: string, x: FloatArray, options: GatedOptions | undefined): Halves {
  checkFloats(caller, "x", x);
  checkOptions(caller, options);
  const { shape, axis, gate = "second" } = options ?? {};
  if (gate !== "first" && gate !== "second") {
    throw new TypeError(`${caller}: gate must be "first" or "second", not ${describe(gate)}`);
  }
  const { columns, stride } = rowsOf(caller, x.length, shape, axis);
  if (columns % 2 !== 0) throw new RangeError(`${caller}: the axis must have an even length, not ${columns}`);
  return { length: (columns / 2) * stride, scaled: gate === "second" ? 0 : 1 };
}

/** Calls back for the elements of the result from `from` up to `to`: those at `at` in the result, at `first` in x. */
function forRuns(
  { length }: Halves,
  from: number,
  to: number,
  run: (at: number, first: number, count: number) => void,
): void {
  for (let at = from; at < to;) {
    const within = at % length;
    const count = Math.min(length - within, to - at);
    run(at, (at - within) * 2 + within, count);
    at += count;
  }
}

/** x as it can be read while `out` is written, and that, or a new array. */
function apart(x: FloatArray, out: FloatArray | undefined): [FloatArray, FloatArray] {
  // An element of x is never behind the result that it goes into, so that they may begin at the same byte.
  return out === undefined ? [x, newLike(x, x.length / 2)] : [apartFrom(x, out), out];
}

function runFormula(
  { formula }: Loop,
  { values }: Plan<object>,
  halves: Halves,
  givenX: FloatArray,
  givenOut: FloatArray | undefined,
): FloatArray {
  const { length, scaled } = halves;
  const [x, out] = apart(givenX, givenOut);
  forRuns(halves, 0, out.length, (at, first, count) => {
    const a = first + scaled * length;
    const b = first + (1 - scaled) * length;
    for (let i = 0; i < count; i++) out[at + i] = x[a + i] * formula(x[b + i], values);
  });
  return out;
}

function runGradientFormula(
  value: Loop,
  slope: Loop,
  { values }: Plan<object>,
  halves: Halves,
  x: FloatArray,
  dy: FloatArray,
  out: FloatArray,
): void {
  const { length, scaled } = halves;
  forRuns(halves, 0, dy.length, (at, first, count) => {
    const a = first + scaled * length;
    const b = first + (1 - scaled) * length;
    for (let i = 0; i < count; i++) {
      const [scale, gate, gradient] = [x[a + i], x[b + i], dy[at + i]];
      out[a + i] = gradient * value.formula(gate, values);
      out[b + i] = gradient * (scale * slope.formula(gate, values));
    }
  });
}

/** Bytes of a half from which on calls of the kernels for each half cost less than copying. */
const LONG = 1024;

/** On arrays that lie in the memory of one instance, half by half. */
function runInPlace(
  instance: Instance,
  value: Loop,
  plan: Plan<object>,
  halves: Halves,
  x: FloatArray,
  out: FloatArray,
): void {
  const kernel = value.kernel(instance, plan);
  const multiply = product.of(instance, plan.narrow);
  const { work } = instance;
  const bytes = x.BYTES_PER_ELEMENT;
  const { length, scaled } = halves;
  const perChunk = CHUNK / bytes;
  for (let from = 0; from < out.length; from += perChunk) {
    forRuns(halves, from, Math.min(from + perChunk, out.length), (at, first, count) => {
      kernel(x.byteOffset + (first + (1 - scaled) * length) * bytes, work, count);
      multiply(x.byteOffset + (first + scaled * length) * bytes, work, out.byteOffset + at * bytes, count);
    });
  }
}

/** On any arrays, through the scratch memory: as many halves at once as fit a chunk. Gives `out`, or a new array. */
function runCopied(
  scratch: Scratch,
  value: Loop,
  plan: Plan<object>,
  halves: Halves,
  givenX: FloatArray,
  givenOut: FloatArray | undefined,
): FloatArray {
  const [view] = scratch.buffers(plan.narrow);
  const results = givenX.length / 2;
  const perChunk = CHUNK / (plan.narrow ? 4 : 8);
  if (results <= perChunk) {
    // All is read before anything is written.
    takeChunk(scratch, value, plan, halves, givenX, 0, results);
    return copyOut<FloatArray>(view, givenOut, results);
  }
  const [x, out] = apart(givenX, givenOut);
  for (let from = 0; from < results; from += perChunk) {
    const to = Math.min(from + perChunk, results);
    takeChunk(scratch, value, plan, halves, x, from, to);
    copy(view, 0, to - from, out, from);
  }
  return out;
}

/** Leaves the results `from` up to `to` at the beginning of the scratch memory. */
function takeChunk(
  scratch: Scratch,
  value: Loop,
  plan: Plan<object>,
  halves: Halves,
  x: FloatArray,
  from: number,
  to: number,
): void {
  const { first, second } = scratch;
  const [view, other] = scratch.buffers(plan.narrow);
  const bytes = plan.narrow ? 4 : 8;
  gather(halves, x, halves.scaled, from, to, view);
  gather(halves, x, 1 - halves.scaled, from, to, other);
  pad(view, to - from, bytes);
  const count = pad(other, to - from, bytes);
  value.kernel(scratch, plan)(second, second, count);
  product.of(scratch, plan.narrow)(first, second, first, count);
}

/** The gradient on any arrays, likewise. */
function runGradient(
  scratch: Scratch,
  value: Loop,
  slope: Loop,
  plan: Plan<object>,
  halves: Halves,
  x: FloatArray,
  dy: FloatArray,
  out: FloatArray,
): void {
  const { first: scaled, second: gate } = scratch;
  const gradient = scaled + CHUNK;
  const slopes = gate + CHUNK;
  const kernel = value.kernel(scratch, plan);
  const slopeKernel = slope.kernel(scratch, plan);
  const multiply = product.of(scratch, plan.narrow);
  const [view, other] = scratch.buffers(plan.narrow);
  const bytes = view.BYTES_PER_ELEMENT;
  const perChunk = CHUNK / bytes;
  for (let from = 0; from < dy.length; from += perChunk) {
    const to = Math.min(from + perChunk, dy.length);
    gather(halves, x, halves.scaled, from, to, view);
    gather(halves, x, 1 - halves.scaled, from, to, other);
    pad(view, to - from, bytes);
    const count = pad(other, to - from, bytes);
    copy(dy, from, to - from, view, perChunk);
    slopeKernel(gate, slopes, count);
    kernel(gate, gate, count);
    multiply(scaled, slopes, scaled, count);
    multiply(gradient, gate, gate, count);
    multiply(gradient, scaled, scaled, count);
    // By now the gradients of the half that is scaled lie where the gate was, and the reverse.
    scatter(halves, other, from, to, out, halves.scaled);
    scatter(halves, view, from, to, out, 1 - halves.scaled);
  }
}

/** Copies one of the halves (0 or 1) that results `from` up to `to` come from. */
function gather(halves: Halves, x: FloatArray, half: number, from: number, to: number, view: Float32Array): void {
  const { length } = halves;
  forRuns(halves, from, to, (at, first, count) => copy(x, first + half * length, count, view, at - from));
}

/** The reverse of `gather`. */
function scatter(halves: Halves, view: Float32Array, from: number, to: number, out: FloatArray, half: number): void {
  const { length } = halves;
  forRuns(halves, from, to, (at, first, count) => copy(view, at - from, count, out, first + half * length));
}
