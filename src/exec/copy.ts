/** Copying between users' arrays and memory. No method of a user's array is called: it might be overridden. */

import { type DType, dtypeOf, type FloatArray, isFloat32, isInt32 } from "../args/dtype.js";
import { setArray, sliceArray } from "../args/engine.js";
import { maxLoopCopy, maxLoopCopyOfPart, minUnfilled } from "./tuning.js";

export type IntArray = Uint8Array | Int32Array;
export type AnyArray = FloatArray | IntArray;

/** to[at + i] = from[start + i] for i < count; the two don't overlap. */
export function copy(from: AnyArray, start: number, count: number, to: AnyArray, at: number): void {
  const whole = count === from.length;
  if (count > (whole ? maxLoopCopy : maxLoopCopyOfPart)) {
    setArray(to, whole ? from : viewOf(from, start, count), at);
  } else if (isFloat32(from) && isFloat32(to)) {
    // A copy of the other loop: V8 makes a faster one where it knows the types.
    for (let i = 0; i < count; i++) to[at + i] = from[start + i];
  } else {
    for (let i = 0; i < count; i++) to[at + i] = from[start + i];
  }
}

/** A view of part of an array, as `subarray` makes it. */
export function viewOf(array: AnyArray, start: number, count: number): AnyArray {
  const { buffer, byteOffset } = array;
  const dtype = dtypeOf(array);
  if (dtype !== undefined) return new dtype.create(buffer, byteOffset + start * dtype.bytes, count);
  return isInt32(array)
    ? new Int32Array(buffer, byteOffset + start * 4, count)
    : new Uint8Array(buffer, byteOffset + start, count);
}

/** A copy of an array of floats, of its type. */
export function copyOf(array: FloatArray, dtype: DType): FloatArray {
  const result = newArray(dtype, array.length);
  setArray(result, array);
  return result;
}

/** A new array of the first elements of a view of our own memory. */
export function firstOf<A extends AnyArray>(view: A, length: number): A | Float32Array {
  if (length > maxLoopCopy || !(view instanceof Float32Array)) return sliceArray(view, 0, length);
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) result[i] = view[i];
  return result;
}

/** A new array. If it is large, its elements may be anything: the caller sets them all. */
export function newArray(dtype: DType, length: number): FloatArray {
  const bytes = length * dtype.bytes;
  const buffer = bytes < minUnfilled ? undefined : unfilledBuffer(bytes);
  return buffer === undefined ? new dtype.create(length) : new dtype.create(buffer);
}

/** Memory as Node hands it out, where there is Node: a buffer of its own, as any other, but not filled with zeros. */
function unfilledBuffer(bytes: number): ArrayBuffer | undefined {
  const { Buffer } = globalThis as { Buffer?: { allocUnsafeSlow?: (bytes: number) => Uint8Array } };
  let buffer: unknown;
  try {
    buffer = Buffer?.allocUnsafeSlow?.(bytes).buffer;
  } catch {
    // Above 4 GiB in Node 20.
  }
  // A global named Buffer may be somebody else's, or of another realm.
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes ? buffer : undefined;
}

/** Whether two arrays have bytes in common. Their buffers, which it takes long to ask for, come last. */
export function overlap(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return (
    a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength && a.buffer === b.buffer
  );
}

/** Whether writing to `out` from the start on would change elements of `input` before they are read. */
export function isOverwritten(input: ArrayBufferView, out: ArrayBufferView): boolean {
  return input !== out && input.byteOffset !== out.byteOffset && overlap(input, out);
}

/** `input`, or a copy if writing to `out` from the start on would change elements before they are read. */
export function copyIfOverwritten(input: FloatArray, out: ArrayBufferView | undefined, dtype: DType): FloatArray {
  return out !== undefined && isOverwritten(input, out) ? copyOf(input, dtype) : input;
}

/** `input`, or a copy if writing to `out` would change it: for what is read after the first element is written. */
export function copyIfOverlapping(input: FloatArray, out: ArrayBufferView | undefined, dtype: DType): FloatArray {
  return out !== undefined && overlap(input, out) ? copyOf(input, dtype) : input;
}
