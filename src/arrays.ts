/** The arrays that the functions take, and the checks of arguments. Every error is thrown before anything is written. */

export type FloatArray = Float32Array | Float64Array;

/** What is said of a value in an error. */
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

/** The name of a typed array's type, also of an array from another realm (an iframe, a vm context). */
function typeName(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) ? (value as Uint8Array)[Symbol.toStringTag] : undefined;
}

export function isFloat32(x: unknown): x is Float32Array {
  return x instanceof Float32Array || typeName(x) === "Float32Array";
}

export function isFloat64(x: unknown): x is Float64Array {
  return x instanceof Float64Array || typeName(x) === "Float64Array";
}

export function isInt32(x: unknown): x is Int32Array {
  return x instanceof Int32Array || typeName(x) === "Int32Array";
}

/** Throws if the buffer of an array has been transferred away. Only an array of length 0 can be such. */
function checkAttached(caller: string, name: string, array: ArrayBufferView & { length: number }): void {
  if (array.length > 0) return;
  try {
    new Uint8Array(array.buffer);
  } catch {
    throw new TypeError(`${caller}: the buffer of ${name} is detached (it was transferred)`);
  }
}

/** Throws unless `x` is an array of floats; `others` tells what else it may be, which has been asked for already. */
export function checkFloats(caller: string, name: string, x: unknown, others = ""): asserts x is FloatArray {
  if (!isFloat32(x) && !isFloat64(x)) {
    throw new TypeError(`${caller}: ${name} must be ${others}a Float32Array or Float64Array, not ${describe(x)}`);
  }
  checkAttached(caller, name, x);
}

/** Throws unless `other` is an array of the same type as `x` and of `length` elements. */
export function checkAlike(
  caller: string,
  name: string,
  other: unknown,
  x: FloatArray,
  length = x.length,
): asserts other is FloatArray {
  const wanted = isFloat32(x) ? "Float32Array" : "Float64Array";
  checkArray(caller, name, other, wanted, length);
}

/** Throws unless `array` is a typed array of the named type and of `length` elements. */
export function checkArray(caller: string, name: string, array: unknown, type: string, length: number): void {
  if (typeName(array) !== type) {
    throw new TypeError(`${caller}: ${name} must be a ${type} of length ${length}, not ${describe(array)}`);
  }
  const view = array as Uint8Array;
  checkAttached(caller, name, view);
  if (view.length !== length) {
    throw new RangeError(`${caller}: ${name} must have length ${length}, not ${view.length}`);
  }
}

/** Throws unless `options` is an object of options, or left out. */
export function checkOptions(caller: string, options: unknown): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new TypeError(`${caller}: options must be an object such as { out }, not ${describe(options)}`);
  }
}

/** Throws unless `value` is a number. */
export function checkNumber(caller: string, name: string, value: unknown): void {
  if (typeof value !== "number") throw new TypeError(`${caller}: ${name} must be a number, not ${describe(value)}`);
}

/** From this many bytes on, filling a new array with zeros takes longer than asking for one that isn't. */
const LARGE = 32768;

/** A new array of the type of `x`. If it is large, its elements may be anything: the caller sets them all. */
export function newLike<A extends FloatArray>(x: A, length: number = x.length): A {
  const bytes = length * x.BYTES_PER_ELEMENT;
  const buffer = bytes < LARGE ? undefined : unfilledBuffer(bytes);
  if (buffer !== undefined) return (isFloat32(x) ? new Float32Array(buffer) : new Float64Array(buffer)) as A;
  return (isFloat32(x) ? new Float32Array(length) : new Float64Array(length)) as A;
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
  // What is called Buffer may be somebody else's, or of another realm.
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

/** `input`, or a copy if it would be overwritten by what is made of it. */
export function apartFrom<A extends FloatArray>(input: A, out: ArrayBufferView): A {
  return isOverwritten(input, out) ? (input.slice() as A) : input;
}

/** The number of bytes, rounded up to a multiple of `unit`, a power of two. */
export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** Throws if there is an array to write to, but x is a number, so that the result is one. */
export function checkNoOut(caller: string, options: { readonly out?: unknown } | undefined): void {
  if (options?.out !== undefined)
    throw new TypeError(`${caller}: out needs an array x: of a number, the result is one`);
}

/** Throws unless `value` is an integer from `least` to `most`. */
export function checkInteger(caller: string, name: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value)) throw new TypeError(`${caller}: ${name} must be an integer, not ${describe(value)}`);
  if ((value as number) < least || (value as number) > most) {
    throw new RangeError(`${caller}: ${name} must be from ${least} to ${most}, not ${String(value)}`);
  }
}
