/// <reference lib="esnext.disposable" preserve="true" />
/** Arenas: memory that the kernels reach without copying. */

import { checkInteger } from "../args/arrays.js";
import { activeScratch } from "./backends.js";
import { Instance } from "./instance.js";
import { createMemory, DATA, roundUp } from "./memory.js";

/** Every array of an arena begins at a multiple of this, so that no vector crosses a cache line. */
const ALIGNMENT = 16;

/** Bytes behind the last array of an arena: kernels that take whole blocks may read that far. */
const MARGIN = 128;

/** The most bytes of an arena: WebAssembly has 4 GiB, which begin with the kernels' own. */
const LARGEST = 2 ** 32 - DATA - MARGIN;

/** Memory for arrays that functions work on without copying. Made by `createArena`. */
export interface Arena {
  /** A Float32Array of `length` elements in the arena; its contents are whatever was there. */
  float32(length: number): Float32Array<ArrayBuffer>;
  /** A Float64Array of `length` elements in the arena. */
  float64(length: number): Float64Array<ArrayBuffer>;
  /** An Int32Array of `length` elements in the arena. */
  int32(length: number): Int32Array<ArrayBuffer>;
  /** A Uint8Array of `length` elements in the arena. */
  uint8(length: number): Uint8Array<ArrayBuffer>;
  /** Bytes given out so far; every array takes a multiple of 16. */
  readonly used: number;
  /** Bytes that the arena holds. */
  readonly bytes: number;
  /** Gives up every array of the arena, for the memory to be given out anew. */
  reset(): void;
  /** Ends the arena: neither it nor its arrays may be used any more. Freeing twice does nothing. */
  free(): void;
  [Symbol.dispose](): void;
}

class LinearArena implements Arena {
  readonly bytes: number;
  /** The kernels that share the arena's memory; undefined where there is no WebAssembly, or after `free`. */
  instance: Instance | undefined;
  freed = false;
  #buffer: ArrayBuffer | undefined;
  #start: number;
  #used = 0;

  constructor(bytes: number) {
    this.bytes = roundUp(bytes, ALIGNMENT);
    const scratch = activeScratch();
    if (scratch) {
      const memory = reserve(bytes, () => createMemory(this.bytes + MARGIN));
      this.instance = new Instance(memory, scratch);
      this.#buffer = memory.buffer as ArrayBuffer;
      this.#start = DATA;
    } else {
      // As in linear memory, no array begins at byte 0: that tells it from most others.
      this.#start = ALIGNMENT;
      this.#buffer = reserve(bytes, () => new ArrayBuffer(this.#start + this.bytes));
    }
    arenas!.set(this.#buffer, this);
  }

  get used(): number {
    return this.#used;
  }

  float32(length: number): Float32Array<ArrayBuffer> {
    return this.#placed(new Float32Array(...this.#take("float32", length, 4)));
  }

  float64(length: number): Float64Array<ArrayBuffer> {
    return this.#placed(new Float64Array(...this.#take("float64", length, 8)));
  }

  int32(length: number): Int32Array<ArrayBuffer> {
    return this.#placed(new Int32Array(...this.#take("int32", length, 4)));
  }

  uint8(length: number): Uint8Array<ArrayBuffer> {
    return this.#placed(new Uint8Array(...this.#take("uint8", length, 1)));
  }

  reset(): void {
    if (this.freed) throw new RangeError("arena.reset: the arena has been freed");
    this.#used = 0;
  }

  free(): void {
    this.freed = true;
    anyFreed = true;
    this.instance = undefined;
    this.#buffer = undefined;
    if (lastArena === this) lastBuffer = lastArena = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #take(name: string, length: number, elementBytes: number): [ArrayBuffer, number, number] {
    if (this.#buffer === undefined) throw new RangeError(`arena.${name}: the arena has been freed`);
    checkInteger(`arena.${name}`, "length", length, 0, LARGEST);
    const wanted = roundUp(length * elementBytes, ALIGNMENT);
    const left = this.bytes - this.#used;
    if (wanted > left) {
      throw new RangeError(`arena.${name}: the arena is full: ${wanted} bytes wanted, ${left} of ${this.bytes} left`);
    }
    const address = this.#start + this.#used;
    this.#used += wanted;
    return [this.#buffer, address, length];
  }

  #placed<A extends ArrayBufferView>(array: A): A {
    placements.set(array, { arena: this, address: array.byteOffset });
    return array;
  }
}

/** Memory for `bytes` bytes. */
function reserve<M>(bytes: number, create: () => M): M {
  try {
    return create();
  } catch (cause) {
    throw new RangeError(`createArena: the engine has no memory left for ${bytes} bytes`, { cause });
  }
}

/** Where an array of an arena lies. */
export interface Placement {
  readonly arena: LinearArena;
  readonly address: number;
}

/** The arenas by their memory; undefined until the first is made, so that nobody else pays for a look-up. */
let arenas: WeakMap<ArrayBufferLike, LinearArena> | undefined;

/**
 * The placements of the arrays that arenas have made, but not of views of these. A look-up takes a third of the time that V8
 * takes for an array's `buffer` and `byteOffset`.
 */
const placements = /* @__PURE__ */ new WeakMap<ArrayBufferView, Placement>();

/** Whether any arena has been freed. */
let anyFreed = false;

/**
 * Reserves memory in which arrays can be made that functions work on without copying. It never grows, so its arrays
 * never detach; one arena for the arrays of a network, say, reset after every batch.
 *
 * Where plain JavaScript runs, an arena is ordinary memory with the same methods. What was made under another backend
 * still works: its arrays are copied like any other.
 *
 * @param bytes how many bytes it holds, at most 4 GiB less 131,200 bytes; rounded up to a multiple of 16. Every array takes
 *   its length times the bytes of an element, rounded up likewise.
 * @throws {TypeError} if `bytes` is no integer
 * @throws {RangeError} if `bytes` is out of range, or the engine has no such memory left
 * @example
 * const arena = createArena(1 << 20);
 * const x = arena.float32(1000);
 * sigmoid(x, { out: x });
 * arena.reset(); // x is given up
 */
export function createArena(bytes: number): Arena {
  checkInteger("createArena", "bytes", bytes, 0, LARGEST);
  arenas ??= new WeakMap();
  return new LinearArena(bytes);
}

/** Whether any arena has been made: where none has, nothing need be looked for. */
export function hasArenas(): boolean {
  return arenas !== undefined;
}

/** Whether an array may belong to an arena that has been freed; false is certain, and costs little to find out. */
export function mayBeFreed(array: ArrayBufferView): boolean {
  return anyFreed && array.byteOffset > 0;
}

/** The placement of an array that an arena has made; undefined of any other. */
export function placementOf(array: ArrayBufferView): Placement | undefined {
  return arenas === undefined ? undefined : placements.get(array);
}

/**
 * The instance of the arena where both arrays lie, if it belongs to the running backend, and if `bytes` bytes can be written
 * from the second placement on without changing as many bytes of the first before they are read.
 */
export function sharedInstance(
  running: Instance | null,
  from: Placement | undefined,
  to: Placement | undefined,
  bytes: number,
): Instance | undefined {
  if (from === undefined || from.arena !== to?.arena) return undefined;
  const { instance } = from.arena;
  if (instance === undefined || instance.backend !== running) return undefined;
  const distance = Math.abs(from.address - to.address);
  return distance === 0 || distance >= bytes ? instance : undefined;
}

/** The arena that was looked up last, by its memory: mostly the next array lies in the same. */
let lastBuffer: ArrayBufferLike | undefined;
let lastArena: LinearArena | undefined;

function arenaOf(buffer: ArrayBufferLike): LinearArena | undefined {
  if (buffer !== lastBuffer) {
    lastArena = arenas?.get(buffer);
    lastBuffer = lastArena && buffer;
  }
  return lastArena;
}

/**
 * The instance of the arena where all these arrays lie, if it belongs to the running backend; those that are undefined don't
 * count.
 *
 * @throws {RangeError} if an array belongs to an arena that has been freed
 */
export function residentInstance(
  caller: string,
  running: Instance | null,
  arrays: readonly (ArrayBufferView | undefined)[],
): Instance | undefined {
  let shared: Instance | undefined;
  let isShared = true;
  let first = true;
  // All of them, whatever the others are: an array of a freed arena is an error.
  for (const array of arrays) {
    if (array === undefined) continue;
    const instance = instanceOf(caller, array);
    if (first) shared = instance;
    else if (instance !== shared) isShared = false;
    first = false;
  }
  return isShared && shared?.backend === running ? shared : undefined;
}

/** Throws if one of the arrays that are there belongs to an arena that has been freed. */
export function checkNotFreed(caller: string, ...arrays: readonly (ArrayBufferView | undefined)[]): void {
  if (!anyFreed) return;
  for (const array of arrays) if (array !== undefined) instanceOf(caller, array);
}

function instanceOf(caller: string, array: ArrayBufferView): Instance | undefined {
  // No array of an arena begins at byte 0. To ask a small array for its buffer has V8 make one.
  if (arenas === undefined || array.byteOffset === 0) return undefined;
  const arena = placements.get(array)?.arena ?? arenaOf(array.buffer);
  if (arena?.freed) throw new RangeError(`${caller}: an array belongs to an arena that has been freed`);
  return arena?.instance;
}
