/** Elements as they lie in files, and the arrays that functions take and give. */

import { endianness } from "node:os";
import { fromFloat16, toFloat16 } from "../float16.js";
import { elementBytes, type ElementType } from "./npy.js";
import type { ResultArray } from "./targets.js";

/** The arrays that functions compute with. */
export type Floats = Float32Array | Float64Array;

/** Memory for `count` elements as a file has them, and as functions take them: float16 as float32. */
export class Elements {
  readonly bytes: Buffer;
  /** The same memory, where functions can take it. */
  readonly #direct: Floats | undefined;
  readonly #halves: Uint16Array;
  readonly #widened: Float32Array | undefined;

  constructor(
    readonly type: ElementType,
    readonly isBigEndian: boolean,
    readonly capacity: number,
  ) {
    const memory = new ArrayBuffer(capacity * elementBytes[type]);
    this.bytes = Buffer.from(memory);
    this.#direct = type === "float16" ? undefined : new (type === "float32" ? Float32Array : Float64Array)(memory);
    this.#halves = new Uint16Array(memory);
    this.#widened = type === "float16" ? new Float32Array(capacity) : undefined;
  }

  /** The first elements, once their bytes have been read. */
  load(count: number): Floats {
    swap(this.bytes.subarray(0, count * elementBytes[this.type]), elementBytes[this.type], this.isBigEndian);
    if (this.#direct !== undefined) return this.#direct.subarray(0, count);
    return fromFloat16(this.#halves.subarray(0, count), { out: this.#widened!.subarray(0, count) });
  }
}

/** The bytes of a result in a file: float32 as float16 where the input was, indices as int32. */
export function bytesOf(result: ResultArray, type: ElementType): Buffer {
  const array = type === "float16" && result instanceof Float32Array ? toFloat16(result) : result;
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return swap(bytes, array.BYTES_PER_ELEMENT as 2 | 4 | 8, false);
}

/** Turns the bytes of elements round, unless they lie as this machine has them. */
function swap(bytes: Buffer, width: 2 | 4 | 8, isBigEndian: boolean): Buffer {
  if (isBigEndian === (endianness() === "BE")) return bytes;
  return width === 2 ? bytes.swap16() : width === 4 ? bytes.swap32() : bytes.swap64();
}
