/** Where the arrays of a call lie: the kinds of memory and of views that users have. */

import { createContext, runInContext } from "node:vm";
import type * as Lanewise from "lanewise";
import type { AnyArray } from "./fills.js";
import type { TypeName } from "./subjects/subject.js";

export const memories = ["own", "shared", "resizable", "growable", "tracking", "arena", "otherArena"] as const;
export type MemoryName = (typeof memories)[number];

export const views = ["plain", "subclass", "otherRealm", "buffer", "made"] as const;
/** `buffer` is a Node Buffer where the elements are bytes; `made` is as an arena makes arrays, where memory is one's. */
export type ViewName = (typeof views)[number];

/** Where an array lies: how many elements after the beginning of its memory. */
export interface Place {
  readonly memory: MemoryName;
  readonly view: ViewName;
  readonly gap: number;
}

type ViewType = new (buffer: ArrayBufferLike, byteOffset: number, length?: number) => AnyArray;

const here: Record<TypeName, ViewType> = { Float32Array, Float64Array, Int32Array, Uint8Array };

const elsewhere = runInContext("({ Float32Array, Float64Array, Int32Array, Uint8Array })", createContext({})) as Record<
  TypeName,
  ViewType
>;

/** Classes of users, whose methods do what nobody should rely on. */
const subclasses = Object.fromEntries(Object.entries(here).map(([name, type]) => [name, hostile(type)])) as Record<
  TypeName,
  ViewType
>;

function hostile(type: ViewType): ViewType {
  const refuse = () => {
    throw new Error("a method of the user's array was called");
  };
  class Subclass extends (type as unknown as Float32ArrayConstructor) {
    static get [Symbol.species]() {
      return Int8Array as unknown as Float32ArrayConstructor;
    }
  }
  for (const name of ["set", "slice", "subarray", "fill", "copyWithin", "map", "forEach", "indexOf", "join"]) {
    Object.defineProperty(Subclass.prototype, name, { value: refuse });
  }
  return Subclass as unknown as ViewType;
}

export const bytesOf: Readonly<Record<TypeName, number>> = {
  Float32Array: 4,
  Float64Array: 8,
  Int32Array: 4,
  Uint8Array: 1,
};

/** A piece of memory, of whose bytes a copy can be compared with it. */
export interface Block {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  readonly bytes: number;
}

/** A byte that no result begins with. */
const GUARD = 0xa5;

/** What makes memory and views. Arenas are made once and reset for each call. */
export class Places {
  readonly #arenas: Partial<Record<"arena" | "otherArena", Lanewise.Arena>> = {};

  constructor(private readonly lib: typeof Lanewise) {}

  /** Gives up what was in the arenas. */
  reset(): void {
    for (const arena of Object.values(this.#arenas)) arena.reset();
  }

  free(): void {
    for (const arena of Object.values(this.#arenas)) arena.free();
    delete this.#arenas.arena;
    delete this.#arenas.otherArena;
  }

  /** Memory of `bytes` bytes, filled with guards. */
  block(memory: MemoryName, bytes: number): Block {
    const block = this.#unfilled(memory, bytes);
    new Uint8Array(block.buffer, block.start, bytes).fill(GUARD);
    return block;
  }

  #unfilled(memory: MemoryName, bytes: number): Block {
    if (memory === "arena" || memory === "otherArena") {
      const { buffer, byteOffset } = this.#arena(memory, bytes).uint8(bytes);
      return { buffer, start: byteOffset, bytes };
    }
    const Buffer = memory === "shared" || memory === "growable" ? SharedArrayBuffer : ArrayBuffer;
    const isFixed = memory === "own" || memory === "shared";
    const options = isFixed ? undefined : { maxByteLength: bytes + 64 };
    return { buffer: new (Buffer as ArrayBufferConstructor)(bytes, options), start: 0, bytes };
  }

  #arena(memory: "arena" | "otherArena", bytes: number): Lanewise.Arena {
    const arena = this.#arenas[memory];
    if (arena !== undefined && arena.bytes - arena.used >= bytes + 16) return arena;
    if (arena !== undefined && arena.used > 0) return this.lib.createArena(bytes + 64);
    arena?.free();
    return (this.#arenas[memory] = this.lib.createArena(Math.max(1 << 20, 4 * bytes)));
  }

  /** An array that an arena has made; undefined where the memory is no arena's. */
  made(memory: MemoryName, type: TypeName, length: number): AnyArray | undefined {
    if (memory !== "arena" && memory !== "otherArena") return undefined;
    const arena = this.#arena(memory, length * bytesOf[type]);
    const maker = {
      Float32Array: "float32",
      Float64Array: "float64",
      Int32Array: "int32",
      Uint8Array: "uint8",
    } as const;
    return arena[maker[type]](length);
  }

  /** A view of memory. The length of one that tracks its buffer's is left out. */
  view(
    view: ViewName,
    type: TypeName,
    { buffer, start }: Block,
    at: number,
    length: number,
    tracks: boolean,
  ): AnyArray {
    const types = view === "subclass" ? subclasses : view === "otherRealm" ? elsewhere : here;
    const byteOffset = start + at;
    if (view === "buffer" && type === "Uint8Array" && !tracks) {
      return Buffer.from(buffer as ArrayBuffer, byteOffset, length) as unknown as Uint8Array;
    }
    return tracks ? new types[type](buffer, byteOffset) : new types[type](buffer, byteOffset, length);
  }
}
