/** A WebAssembly instance of the kernels, with the memory that it works in. */

import { standDown } from "./standIn.js";
// After what stands in for a part of the engine that it asks for.
import { instantiateSync } from "@assemblyscript/loader";
import { type FloatArray, newLike, roundUp } from "./arrays.js";
import type { Plan } from "./parameters.js";

standDown();

declare global {
  // For programs compiled without TypeScript's DOM library, which declares them: types of which nothing is known. Where
  // there is that library, these add nothing to its own.
  /* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace */
  namespace WebAssembly {
    interface Module {}
    interface Memory {}
    interface Instance {}
  }
  interface Response {}
  /* eslint-enable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-namespace */
}

/** The bytes of a module. */
export type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

export type BackendName = "relaxed-simd" | "simd" | "js";

/** The exports that are called: addresses and counts in, nothing or a number out. */
export type Kernel = (...args: number[]) => number;
export type Kernels = Record<string, Kernel>;

/** Bytes of the pieces that a long row is summed in (assembly/rows.ts). */
export const PIECE = 131072;

/** Bytes of one buffer of the scratch memory: in it a row of a million floats is copied in and out once. */
export const SCRATCH = 32 * PIECE;

/** Bytes of elements, or of whole rows, taken through the scratch memory at once: they stay in the second cache. */
export const CHUNK = 65536;

/** Up to this many elements a loop copies faster than `set` and `slice` do. */
export const FEW = 12;

/** The same of part of an array, of which `set` needs a view first. */
const FEW_OF_MANY = 24;

/** The kernels take this many bytes at once (assembly/blocks.ts). */
export const BLOCK = 64;

const PAGE = 65536;

/** Bytes that the kernels may keep their constants in. */
const FREE = 16384;

/** The most numbers that a kernel reads as its parameters (assembly/lanes.ts). */
const PARAMETERS = 8;

export class Instance {
  readonly kernels: Kernels;
  /** "simd" or "relaxed-simd", as the module itself tells. */
  readonly backend: BackendName;
  /** The address of CHUNK bytes to work in. */
  readonly work = FREE;
  /** The same as numbers. */
  readonly work64: Float64Array;
  /** The address from which on memory is for data. */
  readonly start = FREE + CHUNK;
  readonly workBytes: Uint8Array;
  /** The kernels that have been asked for, by the pair's number. Kept here: what held an instance would hold its memory. */
  readonly found: (readonly [Kernel, Kernel])[] = [];
  readonly #parameters32: Float32Array;
  readonly #parameters64: Float64Array;
  #plan: Plan<object> | undefined;
  /** The temperatures that the row kernels were told last, for float64 and float32. */
  readonly #temperatures = [1, 1];

  /**
   * @param module the compiled kernels
   * @param memory a memory made by `createMemory`
   * @param instance what they make together, if it has been made
   * @throws where the engine refuses to instantiate, or if the module is not one of lanewise's
   */
  constructor(
    readonly module: WebAssembly.Module,
    readonly memory: WebAssembly.Memory,
    instance?: WebAssembly.Instance,
  ) {
    const { exports } = instance ?? instantiateSync(module, { env: { memory } }).instance;
    const { relaxed, free, parameters } = exports as Record<string, { value: number } | undefined>;
    if (relaxed === undefined || free === undefined || parameters === undefined) {
      throw new TypeError("not a module of lanewise's kernels");
    }
    if (free.value > FREE) throw new Error(`the kernels need ${free.value} bytes of memory for themselves`);
    this.backend = relaxed.value === 1 ? "relaxed-simd" : "simd";
    this.kernels = exports as Kernels;
    this.workBytes = new Uint8Array(memory.buffer, this.work, CHUNK);
    this.work64 = new Float64Array(memory.buffer, this.work, CHUNK / 8);
    this.#parameters32 = new Float32Array(memory.buffer, parameters.value, PARAMETERS);
    this.#parameters64 = new Float64Array(memory.buffer, parameters.value, PARAMETERS);
  }

  /** Tells the kernels their parameters, unless these were the last that they were told. */
  prepare(plan: Plan<object>): void {
    const { numbers } = plan;
    if (plan === this.#plan || numbers.length === 0) return;
    const view = plan.narrow ? this.#parameters32 : this.#parameters64;
    for (let i = 0; i < numbers.length; i++) view[i] = numbers[i];
    this.#plan = plan;
  }

  /** Tells the row kernels the temperature, unless it is what they were told last. */
  temper(temperature: number, narrow: boolean): void {
    if (this.#temperatures[+narrow] === temperature) return;
    this.kernels[narrow ? "setTemperature_f32" : "setTemperature_f64"](temperature);
    this.#temperatures[+narrow] = temperature;
  }
}

/** How many pairs of kernels there are. */
let pairs = 0;

/** Kernels by the name of their function and the type of the elements. */
export class KernelPair {
  readonly #id = pairs++;

  /** @param name the name of both less the type */
  constructor(private readonly name: string) {}

  /** The kernel of an instance for elements of float32 (`narrow`) or float64. */
  of(instance: Instance, narrow: boolean): Kernel {
    const { found, kernels } = instance;
    const pair = (found[this.#id] ??= [kernels[`${this.name}_f32`], kernels[`${this.name}_f64`]]);
    return pair[narrow ? 0 : 1];
  }
}

/** Products of two arrays. */
export const product: KernelPair = /* @__PURE__ */ new KernelPair("multiply");

/** Memory of a fixed size for an instance and `bytes` bytes of data: it never grows, so views of it never detach. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = roundUp(FREE + CHUNK + bytes, PAGE) / PAGE;
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

function createScratchMemory(): WebAssembly.Memory {
  return createMemory(2 * SCRATCH + PIECE);
}

/**
 * Fills up the last block of a view's first elements, of `bytes` bytes each, with 0, and gives the number of elements in
 * whole blocks. What earlier calls have left there may become subnormal in time, which takes processors long.
 */
export function pad(view: Float32Array | Float64Array, length: number, bytes: number): number {
  const perBlock = BLOCK / bytes;
  const count = (length + perBlock - 1) & -perBlock;
  for (let i = length; i < count; i++) view[i] = 0;
  return count;
}

/* The short ways have copies of their own, of float32 alone: by `copy` and `copyOut` they would take 1 to 8 ns longer. */

/** Copies x to the beginning of a view, and pads that. */
export function copyIn(view: Float32Array, x: Float32Array): number {
  const length = x.length;
  if (length > FEW) view.set(x);
  else for (let i = 0; i < length; i++) view[i] = x[i];
  return pad(view, length, 4);
}

/** A new array of a view's first elements. */
export function newFrom(view: Float32Array<ArrayBuffer>, length: number): Float32Array {
  if (length > FEW) return view.slice(0, length);
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) result[i] = view[i];
  return result;
}

type AnyArray = FloatArray | Int32Array | Uint8Array;

/** `out`, or a new array like the view, of whose first elements either has copies. */
export function copyOut<A extends FloatArray | Int32Array>(view: A, out: A | undefined, length: number): A {
  if (out === undefined) {
    // Apart: V8 makes faster code where it knows the type.
    if (view instanceof Float32Array) return newFrom(view as Float32Array<ArrayBuffer>, length) as A;
    if (length > FEW) return view.slice(0, length) as A;
  }
  const result = out ?? newAs(view, length);
  copy(view, 0, length, result, 0);
  return result;
}

function newAs<A extends FloatArray | Int32Array>(view: A, length: number): A {
  return (view instanceof Int32Array ? new Int32Array(length) : newLike(view, length)) as A;
}

/** to[at + i] = from[start + i] for i < count; the two don't overlap. (As many as there are begin at 0.) */
export function copy(from: AnyArray, start: number, count: number, to: AnyArray, at: number): void {
  const whole = count === from.length;
  if (count > (whole ? FEW : FEW_OF_MANY)) {
    to.set(whole ? from : from.subarray(start, start + count), at);
  } else if (from instanceof Float32Array && to instanceof Float32Array) {
    // Apart: V8 makes a faster loop where it knows the types.
    for (let i = 0; i < count; i++) to[at + i] = from[start + i];
  } else {
    for (let i = 0; i < count; i++) to[at + i] = from[start + i];
  }
}

/** As one type, also where they are of float64: TypeScript can't call methods of a union of array types. */
type Buffers = readonly [Float32Array, Float32Array];

/** The instance that arrays are copied to and from: two buffers, and each as floats of both kinds. */
export class Scratch extends Instance {
  /** The addresses of two buffers of SCRATCH bytes. */
  readonly first = this.start;
  readonly second = this.start + SCRATCH;
  /** The address of PIECE bytes, for what is known of rows side by side. */
  readonly states = this.second + SCRATCH;
  readonly first32 = new Float32Array(this.memory.buffer, this.first, SCRATCH / 4);
  readonly first64 = new Float64Array(this.memory.buffer, this.first, SCRATCH / 8);
  readonly second32 = new Float32Array(this.memory.buffer, this.second, SCRATCH / 4);
  readonly second64 = new Float64Array(this.memory.buffer, this.second, SCRATCH / 8);
  readonly firstInts = new Int32Array(this.memory.buffer, this.first, SCRATCH / 4);
  readonly secondBytes = new Uint8Array(this.memory.buffer, this.second, SCRATCH);
  readonly secondInts = new Int32Array(this.memory.buffer, this.second, SCRATCH / 4);
  readonly #buffers32: Buffers = [this.first32, this.second32];
  readonly #buffers64 = [this.first64, this.second64] as unknown as Buffers;

  constructor(module: WebAssembly.Module, memory = createScratchMemory(), instance?: WebAssembly.Instance) {
    super(module, memory, instance);
  }

  /** The two buffers as arrays of float32 (`narrow`) or float64. */
  buffers(narrow: boolean): Buffers {
    return narrow ? this.#buffers32 : this.#buffers64;
  }

  /** Compiles and instantiates asynchronously: some engines limit the size of what may be done at once. */
  static async later(source: WebAssembly.Module | Bytes): Promise<Scratch> {
    const memory = createScratchMemory();
    // Not by the loader's instantiate: it asks for Response, for which Node loads its HTTP client.
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    return new Scratch(module, memory, await WebAssembly.instantiate(module, { env: { memory } }));
  }
}
