/** Turns a row of the table into a public function: checks the arguments, chooses the memory, calls the kernel. */

import { commonInstance, mayLieInArena } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkFloats,
  checkNumber,
  checkOptions,
  type FloatArray,
  isFloat32,
  newLike,
  roundUp,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { BLOCK, CHUNK, FEW, type Instance, type Kernel, KernelPair, type Scratch } from "./instance.js";

/** The largest error in units in the last place; a subnormal result counts by the spacing of the subnormals. */
export interface ErrorBound {
  readonly value: number;
  readonly derivative: number;
}

/** A row of the table. The formulas are the definition, and what runs where there is no WebAssembly. */
export interface ElementwiseDefinition {
  /** The name of the public function and of its file in assembly/kernels/. */
  readonly name: string;
  /** The function in plain JavaScript, at float64. */
  readonly value: (x: number) => number;
  /** Its derivative likewise. */
  readonly derivative: (x: number) => number;
  /** The function over an array, in a loop of its own: where a call of `value` would cost more than the function. */
  readonly loop?: (x: FloatArray, out: FloatArray) => void;
  /** The bounds that float32 and float64 results keep on every backend. */
  readonly ulp: ErrorBound;
}

/** Where the result goes. */
export interface OutOption<A> {
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A;
}

/** f(x), elementwise. */
export interface ElementwiseCall {
  (x: number): number;
  <A extends FloatArray>(x: A, options?: OutOption<A>): A;
}

/** A function over arrays, with its derivative. */
export interface Elementwise extends ElementwiseCall {
  /** f'(x), elementwise; arguments, result and errors as of the function itself. */
  readonly derivative: ElementwiseCall;
  /** dy · f'(x), elementwise: the gradient of the loss by x, from the gradient `dy` by f(x), an array like `x`. */
  readonly backward: {
    (x: number, dy: number): number;
    <A extends FloatArray>(x: A, dy: A, options?: OutOption<A>): A;
  };
  /** The row of the table: name, formulas, error bounds. */
  readonly definition: ElementwiseDefinition;
}

type Formula = (x: number) => number;

/** One of a row's two formulas, and its kernels. */
interface Loop {
  readonly formula: Formula;
  readonly loop?: (x: FloatArray, out: FloatArray) => void;
  readonly kernels: KernelPair;
}

/** Up to here a row's own loop, where it has one, is faster than the kernel; it gives the same bits. */
const FEW_IN_A_LOOP = 16;

type Options = OutOption<FloatArray> | undefined;

export function elementwise(definition: ElementwiseDefinition): Elementwise {
  const { name } = definition;
  const value: Loop = { formula: definition.value, loop: definition.loop, kernels: new KernelPair(name) };
  const slope: Loop = { formula: definition.derivative, kernels: new KernelPair(`${name}_derivative`) };
  const derivativeName = `${name}.derivative`;
  const backwardName = `${name}.backward`;
  const call = (x: FloatArray | number, options?: Options) => apply(name, value, x, options);
  const derivative = (x: FloatArray | number, options?: Options) => apply(derivativeName, slope, x, options);
  const backward = (x: FloatArray | number, dy: FloatArray | number, options?: Options) =>
    applyBackward(backwardName, slope, x, dy, options);
  return Object.assign(named(name, call), { derivative, backward, definition }) as unknown as Elementwise;
}

/** The function, called `name` in stack traces and profiles. */
export function named<F extends object>(name: string, call: F): F {
  return Object.defineProperty(call, "name", { value: name });
}

function apply(caller: string, loop: Loop, x: FloatArray | number, options: Options): FloatArray | number {
  if (typeof x === "number") return applyToNumber(loop, x);
  // The short way, for what nothing can be wrong with.
  if (options === undefined && x instanceof Float32Array && x.length > 0 && !mayLieInArena(x)) {
    const scratch = activeScratch();
    if (loop.loop !== undefined && x.length <= FEW_IN_A_LOOP) {
      const result = new Float32Array(x.length);
      loop.loop(x, result);
      return result;
    }
    if (scratch !== null && x.length <= CHUNK / 4) {
      return takeThrough(scratch.first32, scratch.first, loop.kernels.of(scratch, true), x);
    }
  }
  checkFloats(caller, "x", x);
  return run(caller, loop, x, undefined, checkOut(caller, x, options));
}

/** A new array, f(x), by way of the scratch memory, which `view` is a view of. */
function takeThrough(view: Float32Array<ArrayBuffer>, address: number, kernel: Kernel, x: Float32Array): Float32Array {
  const length = x.length;
  // Whole blocks: what follows in the scratch memory doesn't matter.
  const count = (length + (BLOCK / 4 - 1)) & -(BLOCK / 4);
  if (length > FEW) {
    view.set(x);
    kernel(address, address, count);
    return view.slice(0, length);
  }
  for (let i = 0; i < length; i++) view[i] = x[i];
  kernel(address, address, count);
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) result[i] = view[i];
  return result;
}

function applyBackward(
  caller: string,
  loop: Loop,
  x: FloatArray | number,
  dy: FloatArray | number,
  options: Options,
): FloatArray | number {
  if (typeof x === "number") {
    checkNumber(caller, "dy", dy);
    return (dy as number) * applyToNumber(loop, x);
  }
  checkFloats(caller, "x", x);
  checkAlike(caller, "dy", dy, x);
  return run(caller, loop, x, dy, checkOut(caller, x, options));
}

function checkOut(caller: string, x: FloatArray, options: Options): FloatArray | undefined {
  if (options === undefined) return undefined;
  checkOptions(caller, options);
  const { out } = options;
  if (out !== undefined) checkAlike(caller, "out", out, x);
  return out;
}

/** By the kernel for float64, so that a number gives the bits that it gives in an array. */
function applyToNumber(loop: Loop, x: number): number {
  const scratch = activeScratch();
  if (scratch === null) return loop.formula(x);
  scratch.first64[0] = x;
  loop.kernels.of(scratch, false)(scratch.first, scratch.first, BLOCK / 8);
  return scratch.first64[0];
}

/** f(x), or dy·f(x) where there is a `dy`, by the way that suits the arrays. */
function run(
  caller: string,
  loop: Loop,
  x: FloatArray,
  dy: FloatArray | undefined,
  out: FloatArray | undefined,
): FloatArray {
  if (out !== undefined) {
    x = apartFrom(x, out);
    if (dy !== undefined) dy = apartFrom(dy, out);
  }
  const scratch = activeScratch();
  const instance = commonInstance(caller, scratch, x, dy, out);
  const result = out ?? newLike(x);
  if (scratch === null) runFormula(loop, x, dy, result);
  else if (instance !== undefined && out !== undefined) runInPlace(instance, loop, x, dy, out);
  else runCopied(scratch, loop, x, dy, result);
  return result;
}

function runFormula({ formula, loop }: Loop, x: FloatArray, dy: FloatArray | undefined, out: FloatArray): void {
  if (dy === undefined && loop !== undefined) loop(x, out);
  else if (dy === undefined) for (let i = 0; i < x.length; i++) out[i] = formula(x[i]);
  else for (let i = 0; i < x.length; i++) out[i] = dy[i] * formula(x[i]);
}

const product = /* @__PURE__ */ new KernelPair("multiply");

/** On arrays that lie in the memory of one instance. */
function runInPlace(instance: Instance, loop: Loop, x: FloatArray, dy: FloatArray | undefined, out: FloatArray): void {
  const narrow = isFloat32(x);
  const kernel = loop.kernels.of(instance, narrow);
  if (dy === undefined) {
    kernel(x.byteOffset, out.byteOffset, x.length);
    return;
  }
  const { work } = instance;
  const multiply = product.of(instance, narrow);
  const perChunk = CHUNK / x.BYTES_PER_ELEMENT;
  for (let at = 0; at < x.length; at += perChunk) {
    const n = Math.min(perChunk, x.length - at);
    const bytes = at * x.BYTES_PER_ELEMENT;
    kernel(x.byteOffset + bytes, work, n);
    multiply(work, dy.byteOffset + bytes, out.byteOffset + bytes, n);
  }
}

/** On any arrays, through the scratch memory, chunk by chunk. */
function runCopied(scratch: Scratch, loop: Loop, x: FloatArray, dy: FloatArray | undefined, out: FloatArray): void {
  const { first, second } = scratch;
  const narrow = isFloat32(x);
  const kernel = loop.kernels.of(scratch, narrow);
  const multiply = product.of(scratch, narrow);
  // As one type: TypeScript can't call methods of a union of array types.
  const view = (narrow ? scratch.first32 : scratch.first64) as Float32Array;
  const other = (narrow ? scratch.second32 : scratch.second64) as Float32Array;
  const length = x.length;
  const perChunk = CHUNK / view.BYTES_PER_ELEMENT;
  for (let from = 0; from < length; from += perChunk) {
    const to = Math.min(from + perChunk, length);
    const whole = to - from === length;
    const count = roundUp(to - from, BLOCK / view.BYTES_PER_ELEMENT);
    view.set(whole ? x : x.subarray(from, to));
    kernel(first, first, count);
    if (dy !== undefined) {
      other.set(whole ? dy : dy.subarray(from, to));
      multiply(first, second, first, count);
    }
    out.set(view.subarray(0, to - from), from);
  }
}
