/** Turns a row of the table into a public function: checks the arguments, chooses the memory, calls the kernel. */

import { instanceFor, mayBeFreed, placeOf, sharedInstance } from "./arena.js";
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
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import {
  CHUNK,
  copy,
  copyIn,
  copyOut,
  type Instance,
  type Kernel,
  KernelPair,
  newFrom,
  pad,
  type Scratch,
  product,
} from "./instance.js";
import { type Given, Parameters, type ParametersDefinition, type Plan } from "./parameters.js";

/** The largest error in units in the last place; a subnormal result counts by the spacing of the subnormals. */
export interface ErrorBound {
  readonly value: number;
  readonly derivative: number;
}

/** Where a function crosses zero away from x = 0: from here to there it is within 2^-24 (f64: 2^-53) of `largest`. */
export interface Crossing {
  readonly from: number;
  readonly to: number;
  /** The function's largest absolute value. */
  readonly largest: number;
}

/**
 * A row of the table. The formulas are the definition, and what runs where there is no WebAssembly. `P` is the type of
 * the parameters' values.
 */
export interface ElementwiseDefinition<P = object> extends ParametersDefinition<P> {
  /** The name of the public function and of its file in assembly/kernels/. */
  readonly name: string;
  /** The function in plain JavaScript, at float64. */
  value(x: number, parameters: P): number;
  /** Its derivative likewise. */
  derivative(x: number, parameters: P): number;
  /** The function over an array, in a loop of its own: where a call of `value` would cost more than the function. */
  loop?(x: FloatArray, out: FloatArray, parameters: P): void;
  /** The bounds that float32 and float64 results keep on every backend. */
  readonly ulp: ErrorBound;
  /** Where the derivative crosses zero away from x = 0. */
  crossing?(parameters: P): Crossing;
}

/** Where the result goes. */
export interface OutOption<A> {
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** f(x), elementwise. */
export interface ElementwiseCall<P = object> {
  (x: number, parameters?: Given<P>): number;
  <A extends FloatArray>(x: A, options?: OutOption<A> & Given<P>): A;
}

/** A function over arrays, with its derivative. `P` is the type of its parameters. */
export interface Elementwise<P = object> extends ElementwiseCall<P> {
  /** f'(x), elementwise; arguments, result and errors as of the function itself. */
  readonly derivative: ElementwiseCall<P>;
  /**
   * dy · f'(x), elementwise: the gradient of the loss with respect to x, from `dy`, that with respect to f(x). The kernels
   * round f'(x) to the arrays' type before it is multiplied.
   */
  readonly backward: {
    (x: number, dy: number, parameters?: Given<P>): number;
    <A extends FloatArray>(x: A, dy: A, options?: OutOption<A> & Given<P>): A;
  };
  /** The row of the table: name, formulas, parameters, error bounds. */
  readonly definition: ElementwiseDefinition<P>;
  /** The values of the parameters that are used where none are given. */
  readonly defaults: P;
}

/** One of a row's two formulas, with its kernels and parameters. */
export class Loop {
  readonly #kernels = new Map<string, KernelPair>();
  /** Of the function as it is by default. */
  readonly plain: KernelPair;

  constructor(
    readonly formula: (x: number, parameters: object) => number,
    readonly parameters: Parameters<object>,
    private readonly kernelName: (variant: string) => string,
    readonly loop?: (x: FloatArray, out: FloatArray, parameters: object) => void,
  ) {
    this.plain = this.#pair("");
  }

  /** The kernel for a plan on an instance, which is told the parameters. */
  kernel(instance: Instance, plan: Plan<object>): Kernel {
    instance.prepare(plan);
    const pair = plan.variant === "" ? this.plain : (this.#kernels.get(plan.variant) ?? this.#pair(plan.variant));
    return pair.of(instance, plan.narrow);
  }

  #pair(variant: string): KernelPair {
    const pair = new KernelPair(this.kernelName(variant));
    this.#kernels.set(variant, pair);
    return pair;
  }
}

/** The loops of a row: of the function, and of its derivative. */
export function loopsOf<P extends object>(definition: ElementwiseDefinition<P>): { value: Loop; slope: Loop } {
  const { name, value, derivative, loop } = definition as unknown as ElementwiseDefinition;
  const parameters = new Parameters<object>(definition as unknown as ElementwiseDefinition);
  return {
    value: new Loop(value, parameters, (variant) => name + variant, loop),
    slope: new Loop(derivative, parameters, (variant) => `${name}${variant}_derivative`),
  };
}

/** Up to here a row's own loop, where it has one, is faster than the kernel; it gives the same bits. */
const FEW_IN_A_LOOP = 16;

type Options = (OutOption<FloatArray> & object) | undefined;

export function elementwise<P extends object = object>(definition: ElementwiseDefinition<P>): Elementwise<P> {
  const { name } = definition;
  const { value, slope } = loopsOf(definition);
  const derivativeName = `${name}.derivative`;
  const backwardName = `${name}.backward`;
  const call = (x: FloatArray | number, options?: Options) => apply(name, value, x, options);
  const derivative = (x: FloatArray | number, options?: Options) => apply(derivativeName, slope, x, options);
  const backward = (x: FloatArray | number, dy: FloatArray | number, options?: Options) =>
    applyBackward(backwardName, slope, x, dy, options);
  const defaults = value.parameters.of(name, undefined, false).values;
  return Object.assign(named(name, call), { derivative, backward, definition, defaults }) as unknown as Elementwise<P>;
}

/** The function, called `name` in stack traces and profiles. */
export function named<F extends object>(name: string, call: F): F {
  return Object.defineProperty(call, "name", { value: name });
}

/** A loop's formula at x, or at the elements of x. */
export function apply(caller: string, loop: Loop, x: FloatArray | number, options: Options): FloatArray | number {
  if (typeof x === "number") return applyToNumber(caller, loop, x, options);
  // The short ways, for what nothing can be wrong with.
  if (x instanceof Float32Array && x.length > 0) {
    if (options === undefined) {
      if (!mayBeFreed(x)) {
        const { loop: own, parameters } = loop;
        if (own !== undefined && x.length <= FEW_IN_A_LOOP) {
          // Not by runLoop: the call takes 3 of 30 ns.
          const result = new Float32Array(x.length);
          own(x, result, parameters.defaults.values);
          return result;
        }
        const scratch = activeScratch();
        if (scratch !== null && x.length <= CHUNK / 4) {
          return takeThrough(scratch.first32, scratch.first, loop.kernel(scratch, parameters.defaults), x);
        }
      }
    } else {
      const out = takeInPlace(caller, loop, x, undefined, options);
      if (out !== undefined) return out;
    }
  }
  checkFloats(caller, "x", x, "a number, ");
  const out = checkOut(caller, x, options);
  return run(caller, loop, loop.parameters.of(caller, options, isFloat32(x)), x, undefined, out);
}

/**
 * Writes f(x), or dy·f(x), to `out`, and returns that, if all are arrays of float32 of one arena on the running backend;
 * else it does nothing.
 */
function takeInPlace(
  caller: string,
  loop: Loop,
  x: Float32Array,
  dy: Float32Array | undefined,
  options: Options,
): Float32Array | undefined {
  const { length } = x;
  const out = options?.out;
  if (!(out instanceof Float32Array) || out.length !== length) return undefined;
  const from = placeOf(x);
  if (from === undefined) return undefined;
  const scratch = activeScratch();
  const to = placeOf(out);
  const instance = sharedInstance(scratch, from, to, 4 * length);
  if (instance === undefined) return undefined;
  const other = dy && placeOf(dy);
  if (dy !== undefined) {
    if (dy.length !== length || length > CHUNK / 4) return undefined;
    if (sharedInstance(scratch, other, to, 4 * length) === undefined) return undefined;
  }
  const plan = loop.parameters.of(caller, options, true);
  if (!plan.hasKernel) return undefined;
  if (loop.loop !== undefined && length <= FEW_IN_A_LOOP && !other) loop.loop(x, out, plan.values);
  else loop.kernel(instance, plan)(from.address, other ? instance.work : to!.address, length);
  if (other) product.of(instance, true)(instance.work, other.address, to!.address, length);
  return out;
}

/** A new array, f(x), by way of the scratch memory, which `view` is a view of. */
function takeThrough(view: Float32Array<ArrayBuffer>, address: number, kernel: Kernel, x: Float32Array): Float32Array {
  kernel(address, address, copyIn(view, x));
  return newFrom(view, x.length);
}

/** dy times a loop's formula at x. */
export function applyBackward(
  caller: string,
  loop: Loop,
  x: FloatArray | number,
  dy: FloatArray | number,
  options: Options,
): FloatArray | number {
  if (typeof x === "number") {
    checkNumber(caller, "dy", dy);
    return (dy as number) * applyToNumber(caller, loop, x, options);
  }
  if (options && x instanceof Float32Array && x.length > 0 && dy instanceof Float32Array) {
    const out = takeInPlace(caller, loop, x, dy, options);
    if (out !== undefined) return out;
  }
  checkFloats(caller, "x", x, "a number, ");
  checkAlike(caller, "dy", dy, x);
  const out = checkOut(caller, x, options);
  return run(caller, loop, loop.parameters.of(caller, options, isFloat32(x)), x, dy, out);
}

function checkOut(caller: string, x: FloatArray, options: Options): FloatArray | undefined {
  if (options === undefined) return undefined;
  checkOptions(caller, options);
  const { out } = options;
  if (out !== undefined) checkAlike(caller, "out", out, x);
  return out;
}

/** By the kernel for float64, so that a number gives the bits that it gives in an array. */
function applyToNumber(caller: string, loop: Loop, x: number, options: Options): number {
  checkOptions(caller, options);
  checkNoOut(caller, options);
  const scratch = activeScratch();
  const plan = loop.parameters.of(caller, options, false);
  if (scratch === null || !plan.hasKernel) return loop.formula(x, plan.values);
  const { first, first64 } = scratch;
  first64[0] = x;
  loop.kernel(scratch, plan)(first, first, pad(first64, 1, 8));
  return first64[0];
}

/** f(x), or dy·f(x) where there is a `dy`, by the way that suits the arrays. */
function run(
  caller: string,
  loop: Loop,
  plan: Plan<object>,
  x: FloatArray,
  dy: FloatArray | undefined,
  out: FloatArray | undefined,
): FloatArray {
  const scratch = activeScratch();
  const instance = instanceFor(caller, scratch, x, dy, out);
  if (scratch === null || !plan.hasKernel) return runFormula(loop, plan.values, x, dy, out);
  const { loop: own } = loop;
  if (own !== undefined && dy === undefined && plan.narrow && x.length <= FEW_IN_A_LOOP) {
    return runLoop(own, plan.values, x, out);
  }
  if (instance === undefined || out === undefined || isOverwritten(x, out) || (dy && isOverwritten(dy, out))) {
    return runCopied(scratch, loop, plan, x, dy, out);
  }
  runInPlace(instance, loop, plan, x, dy, out);
  return out;
}

/** Arrays of up to FEW_IN_A_LOOP elements, by their length, for results on their way to an array that may overlap x. */
const spares: Float32Array[] = [];

/** Few elements by a row's own loop. */
function runLoop(
  own: (x: FloatArray, out: FloatArray, parameters: object) => void,
  parameters: object,
  x: FloatArray,
  out: FloatArray | undefined,
): FloatArray {
  const { length } = x;
  const result = out === undefined ? new Float32Array(length) : (spares[length] ??= new Float32Array(length));
  own(x, result, parameters);
  if (out === undefined) return result;
  copy(result, 0, length, out, 0);
  return out;
}

/** Inputs as they can be read while `out` is written, and that, or a new array. */
function apart(x: FloatArray, dy: FloatArray | undefined, out: FloatArray | undefined) {
  if (out === undefined) return { x, dy, out: newLike(x) };
  return { x: apartFrom(x, out), dy: dy && apartFrom(dy, out), out };
}

function runFormula(
  { formula, loop }: Loop,
  parameters: object,
  givenX: FloatArray,
  givenDy: FloatArray | undefined,
  givenOut: FloatArray | undefined,
): FloatArray {
  const { x, dy, out } = apart(givenX, givenDy, givenOut);
  if (dy === undefined && loop !== undefined) loop(x, out, parameters);
  else if (dy === undefined) for (let i = 0; i < x.length; i++) out[i] = formula(x[i], parameters);
  else for (let i = 0; i < x.length; i++) out[i] = dy[i] * formula(x[i], parameters);
  return out;
}

/** On arrays that lie in the memory of one instance. */
function runInPlace(
  instance: Instance,
  loop: Loop,
  plan: Plan<object>,
  x: FloatArray,
  dy: FloatArray | undefined,
  out: FloatArray,
): void {
  const kernel = loop.kernel(instance, plan);
  if (dy === undefined) {
    kernel(x.byteOffset, out.byteOffset, x.length);
    return;
  }
  const { work } = instance;
  const multiply = product.of(instance, plan.narrow);
  const perChunk = CHUNK / x.BYTES_PER_ELEMENT;
  for (let at = 0; at < x.length; at += perChunk) {
    const n = Math.min(perChunk, x.length - at);
    const bytes = at * x.BYTES_PER_ELEMENT;
    kernel(x.byteOffset + bytes, work, n);
    multiply(work, dy.byteOffset + bytes, out.byteOffset + bytes, n);
  }
}

/** On any arrays, through the scratch memory, chunk by chunk. Gives `out`, or a new array. */
function runCopied(
  scratch: Scratch,
  loop: Loop,
  plan: Plan<object>,
  givenX: FloatArray,
  givenDy: FloatArray | undefined,
  givenOut: FloatArray | undefined,
): FloatArray {
  const { length } = givenX;
  const [view] = scratch.buffers(plan.narrow);
  const perChunk = CHUNK / (plan.narrow ? 4 : 8);
  if (length <= perChunk) {
    // All is read before anything is written.
    takeChunk(scratch, loop, plan, givenX, givenDy, 0, length);
    return copyOut(view, givenOut, length);
  }
  const { x, dy, out } = apart(givenX, givenDy, givenOut);
  for (let from = 0; from < length; from += perChunk) {
    const count = Math.min(perChunk, length - from);
    takeChunk(scratch, loop, plan, x, dy, from, count);
    copy(view, 0, count, out, from);
  }
  return out;
}

/** Leaves f(x), or dy·f(x), of the elements from `from` on at the beginning of the scratch memory. */
function takeChunk(
  scratch: Scratch,
  loop: Loop,
  plan: Plan<object>,
  x: FloatArray,
  dy: FloatArray | undefined,
  from: number,
  count: number,
): void {
  const { first, second } = scratch;
  const { narrow } = plan;
  const [view, other] = scratch.buffers(narrow);
  copy(x, from, count, view, 0);
  const padded = pad(view, count, narrow ? 4 : 8);
  loop.kernel(scratch, plan)(first, first, padded);
  if (dy === undefined) return;
  copy(dy, from, count, other, 0);
  product.of(scratch, narrow)(first, second, first, padded);
}
