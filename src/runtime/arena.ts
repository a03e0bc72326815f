/// <reference lib="esnext.disposable" preserve="true" />
/** Arenas: memory that the kernels reach without copying. */

import { checkInteger } from "../args/arrays.js";
import type { NewFloat32Array, NewFloat64Array, NewInt32Array, NewUint8Array } from "../args/dtype.js";
import { residentPaths } from "../exec/resident.js";
import { activeScratch } from "./backends.js";
import { Instance } from "./instance.js";
import { createMemory, DATA, roundUp } from "./memory.js";
import { installResident, noteArena, noteFreed, notePlacement } from "./placements.js";

/** Every array of an arena begins at a multiple of this, so that no vector crosses a cache line. */
const ALIGNMENT = 16;

/** Bytes behind the last array of an arena: kernels that take whole blocks may read that far. */
const MARGIN = 128;

/** The most bytes of an arena: WebAssembly has 4 GiB, which begin with the kernels' own. */
const LARGEST = 2 ** 32 - DATA - MARGIN;

/** Memory for arrays that functions work on without copying. Made by `createArena`. */
export interface Arena {
  /** A Float32Array of `length` elements in the arena; its contents are whatever was there. */
  float32(length: number): NewFloat32Array;
  /** A Float64Array of `length` elements in the arena. */
  float64(length: number): NewFloat64Array;
  /** An Int32Array of `length` elements in the arena. */
  int32(length: number): NewInt32Array;
  /** A Uint8Array of `length` elements in the arena. */
  uint8(length: number): NewUint8Array;
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
    const memory = scratch && linearMemory(this.bytes + MARGIN);
    if (memory) {
      this.instance = new Instance(memory, scratch!);
      this.#buffer = memory.buffer as ArrayBuffer;
      this.#start = DATA;
    } else {
      // As in linear memory, no array begins at byte 0: that tells it from most others.
      this.#start = ALIGNMENT;
      this.#buffer = ordinaryMemory(this.#start + this.bytes, bytes);
    }
    noteArena(this.#buffer, this);
  }

  get used(): number {
    return this.#used;
  }

  readonly float32 = (length: number) => this.#placed(new Float32Array(...this.#take("float32", length, 4)));

  readonly float64 = (length: number) => this.#placed(new Float64Array(...this.#take("float64", length, 8)));

  readonly int32 = (length: number) => this.#placed(new Int32Array(...this.#take("int32", length, 4)));

  readonly uint8 = (length: number) => this.#placed(new Uint8Array(...this.#take("uint8", length, 1)));

  readonly reset = (): void => {
    if (this.freed) throw new RangeError("arena.reset: the arena has been freed");
    this.#used = 0;
  };

  readonly free = (): void => {
    this.freed = true;
    this.instance = undefined;
    this.#buffer = undefined;
    noteFreed(this);
  };

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
    notePlacement(array, { arena: this, address: array.byteOffset, bytes: array.byteLength });
    return array;
  }
}

/**
 * Memory that kernels work in; null where there is no more. For each, engines reserve up to 10 GB of addresses, of which a process
 * may have few (`ulimit -v`), while it has memory.
 */
function linearMemory(bytes: number): WebAssembly.Memory | null {
  try {
    return createMemory(bytes);
  } catch {
    return null;
  }
}

/** Memory that is copied from and to. */
function ordinaryMemory(bytes: number, wanted: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new RangeError(`createArena: the engine has no memory left for ${wanted} bytes`, { cause });
  }
}

/**
 * Reserves memory in which arrays can be made that functions work on without copying. It never grows, so its arrays
 * never detach; one arena for the arrays of a network, say, reset after every batch.
 *
 * Where plain JavaScript runs, or the engine has no addresses left for more WebAssembly memory, an arena is ordinary memory with
 * the same methods: its arrays are copied like any other. So are those that were made under another backend.
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
  installResident(residentPaths);
  return new LinearArena(bytes);
}
