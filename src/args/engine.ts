/**
 * The engine's own methods, taken once at import: those that an array, its class or a prototype offers later may be anything.
 * Each takes as its first argument what it is called on.
 */

const { call } = Function.prototype;

/** A typed array's method as a function of the array. */
function own(name: string): (...args: unknown[]) => unknown {
  return call.bind((typedArray() as Record<string, () => unknown>)[name]);
}

/** A typed array's getter as a function of the array. */
function ownGetter(name: string | symbol): (...args: unknown[]) => unknown {
  return call.bind(Object.getOwnPropertyDescriptor(typedArray(), name)!.get!);
}

/** The prototype of all typed arrays' prototypes. */
function typedArray(): object {
  return Object.getPrototypeOf(Float32Array.prototype) as object;
}

/** The name of a typed array's type, of any realm; undefined of anything else. */
export const tagOf = /* @__PURE__ */ ownGetter(Symbol.toStringTag) as (value: unknown) => string | undefined;

/** The length of a typed array. V8's code for `array.length` in Node 20 gives, once it has met resizable buffers, that of detached arrays before. */
export const lengthOf = /* @__PURE__ */ ownGetter("length") as (array: ArrayBufferView) => number;

/** Copies an array to `target`, from `at` on. */
export const setArray = /* @__PURE__ */ own("set") as (
  target: ArrayBufferView,
  source: ArrayLike<number>,
  at?: number,
) => void;

/** Fills elements of an array. */
export const fillArray = /* @__PURE__ */ own("fill") as (
  target: ArrayBufferView,
  value: number,
  from?: number,
  to?: number,
) => void;

/** A copy of the first elements of an array. */
export const sliceArray = /* @__PURE__ */ own("slice") as <A extends ArrayBufferView>(
  array: A,
  from: 0,
  to: number,
) => A;

/** Throws where an array's buffer is detached, or no longer as long as the array. */
export const validateArray = /* @__PURE__ */ own("indexOf") as (array: ArrayBufferView, value: 0) => number;

/** Whether an object has a property itself. */
export const hasOwn = /* @__PURE__ */ call.bind(Object.prototype.hasOwnProperty) as (
  object: object,
  name: string,
) => boolean;
