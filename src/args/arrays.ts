/** The checks of arrays and numbers. Every error is thrown before anything is written. */

import { hintFor } from "./conversions.js";
import { type DType, dtypeOf, type FloatArray } from "./dtype.js";
import { lengthOf, tagOf, validateArray } from "./engine.js";

/** How an error names a value. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object(value) !== value) return String(value);
  try {
    const tag = tagOf(value);
    const type = tag ?? Object.prototype.toString.call(value).slice(8, -1);
    const size = tag || Array.isArray(value) ? ` of length ${(value as unknown[]).length}` : "";
    return withArticle(type) + size;
  } catch {
    // Of a proxy that was revoked, or that throws itself.
    return "an object that can't be read";
  }
}

/** "an Int32Array"; "a Uint8Array". */
function withArticle(type: string): string {
  return `${/^[AEIO]/.test(type) ? "an" : "a"} ${type}`;
}

/** A TypeError that says what an argument must be; `hint` is its end. */
export function mustBe(caller: string, name: string, wanted: string, value: unknown, hint = ""): TypeError {
  return new TypeError(`${caller}: ${name} must be ${wanted}, not ${describe(value)}${hint}`);
}

/** Throws if the buffer of an array has been transferred away, or shrunk. Only an array of length 0 can be such. */
function checkAttached(caller: string, name: string, array: ArrayBufferView): void {
  if (lengthOf(array) === 0) checkBuffer(caller, name, array);
}

/** Throws if the buffer of an array has been transferred away, whatever length the array seems to have. */
export function checkBuffer(caller: string, name: string, array: ArrayBufferView): void {
  try {
    validateArray(array, 0);
  } catch {
    throw new TypeError(`${caller}: the buffer of ${name} is detached or has been shrunk`);
  }
}

/** The element type of x; throws unless x is an array of floats. `others` names what else it may be. */
export function checkFloats(caller: string, name: string, x: unknown, others = ""): DType {
  const dtype = dtypeOf(x);
  if (dtype === undefined) throw mustBe(caller, name, `${others}a Float32Array or Float64Array`, x, hintFor(name, x));
  checkAttached(caller, name, x as FloatArray);
  return dtype;
}

/** Throws unless `array` is a typed array of the named type and of `length` elements. */
export function checkArray(caller: string, name: string, array: unknown, type: ArrayType, length: number): void {
  if (tagOf(array) !== type)
    throw mustBe(caller, name, `${withArticle(type)} of length ${length}`, array, hintFor(name, array, type));
  const view = array as Uint8Array;
  checkAttached(caller, name, view);
  if (view.length !== length) {
    throw new RangeError(`${caller}: ${name} must have length ${length}, not ${view.length}`);
  }
}

/** The names of the types of arrays that functions take. */
export type ArrayType = DType["arrayName"] | "Float16Array" | "Int32Array" | "Uint8Array" | "Uint16Array";

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
  hint = "",
): asserts value is number {
  if (!Number.isInteger(value)) throw mustBe(caller, name, "an integer", value);
  if ((value as number) < min || (value as number) > max) {
    throw new RangeError(`${caller}: ${name} must be from ${min} to ${max}, not ${String(value)}${hint}`);
  }
}

/** Throws if there is an array to write to, but x is a number, so that the result is a number too. */
export function checkNoOut(caller: string, out: unknown): void {
  if (out !== undefined) throw new TypeError(`${caller}: out needs an array x, not a number`);
}
