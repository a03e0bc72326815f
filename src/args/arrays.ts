/** The checks of arrays and numbers. Every error is thrown before anything is written. */

import { type DType, dtypeOf, type FloatArray, typeName } from "./dtype.js";

/** How an error names a value. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" || typeof value === "function") {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    return ArrayBuffer.isView(value) ? `a ${name} of length ${lengthOf(value)}` : `a value of type ${name}`;
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function lengthOf(view: ArrayBufferView): number {
  return (view as Partial<Uint8Array>).length ?? view.byteLength;
}

/** A TypeError that says what an argument must be. */
export function mustBe(caller: string, name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${caller}: ${name} must be ${wanted}, not ${describe(value)}`);
}

/** Throws if the buffer of an array has been transferred away. Only an array of length 0 can be such. */
function checkAttached(caller: string, name: string, array: ArrayBufferView & { length: number }): void {
  if (array.length === 0) checkBuffer(caller, name, array);
}

/** Throws if the buffer of an array has been transferred away, whatever length the array seems to have. */
export function checkBuffer(caller: string, name: string, array: ArrayBufferView): void {
  try {
    new Uint8Array(array.buffer);
  } catch {
    throw new TypeError(`${caller}: the buffer of ${name} is detached (it was transferred)`);
  }
}

/** The element type of x; throws unless x is an array of floats. `others` names what else it may be. */
export function checkFloats(caller: string, name: string, x: unknown, others = ""): DType {
  const dtype = dtypeOf(x);
  if (dtype === undefined) throw mustBe(caller, name, `${others}a Float32Array or Float64Array`, x);
  checkAttached(caller, name, x as FloatArray);
  return dtype;
}

/** Throws unless `array` is a typed array of the named type and of `length` elements. */
export function checkArray(caller: string, name: string, array: unknown, type: ArrayType, length: number): void {
  if (length > 0 && isInstance(array, type) && array.length === length) return;
  // An array from another realm, an empty one, or a wrong one.
  if (typeName(array) !== type) throw mustBe(caller, name, `a ${type} of length ${length}`, array);
  const view = array as Uint8Array;
  checkAttached(caller, name, view);
  if (view.length !== length) {
    throw new RangeError(`${caller}: ${name} must have length ${length}, not ${view.length}`);
  }
}

/** The names of the types of arrays that functions take. */
export type ArrayType = DType["arrayName"] | "Int32Array" | "Uint8Array";

/** Whether an array is of a type, in this realm. (V8 takes 40 ns for `instanceof` of a class that it doesn't know.) */
function isInstance(array: unknown, type: ArrayType): array is { readonly length: number } {
  if (type === "Float32Array") return array instanceof Float32Array;
  if (type === "Float64Array") return array instanceof Float64Array;
  return type === "Int32Array" ? array instanceof Int32Array : array instanceof Uint8Array;
}

/** Throws unless `value` is a number. */
export function checkNumber(caller: string, name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw mustBe(caller, name, "a number", value);
}

/** Throws unless `value` is an integer from `min` to `max`. */
export function checkInteger(
  caller: string,
  name: string,
  value: unknown,
  min: number,
  max: number,
): asserts value is number {
  if (!Number.isInteger(value)) throw mustBe(caller, name, "an integer", value);
  if ((value as number) < min || (value as number) > max) {
    throw new RangeError(`${caller}: ${name} must be from ${min} to ${max}, not ${String(value)}`);
  }
}

/** Throws if there is an array to write to, but x is a number, so that the result is a number too. */
export function checkNoOut(caller: string, out: unknown): void {
  if (out !== undefined) throw new TypeError(`${caller}: out needs an array x: of a number, the result is one`);
}
