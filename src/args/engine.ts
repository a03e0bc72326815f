/**
 * The engine's own methods, taken once at import: those that an array, its class or a prototype offers later may be anything.
 * Each takes as its first argument what it is called on.
 */

const { call } = Function.prototype;

/** A method as a function of what it is called on. */
function own(
  prototype: object,
  name: string | symbol,
  kind: "value" | "get" = "value",
): (...args: unknown[]) => unknown {
  return call.bind(Object.getOwnPropertyDescriptor(prototype, name)![kind] as () => unknown);
}

/** The prototype of all typed arrays' prototypes. */
function typedArray(): object {
  return Object.getPrototypeOf(Float32Array.prototype) as object;
}

/** The name of a typed array's type, of any realm; undefined of anything else. */
export const tagOf = /* @__PURE__ */ own(/* @__PURE__ */ typedArray(), Symbol.toStringTag, "get") as (
  value: unknown,
) => string | undefined;

/** Copies an array to `target`, from `at` on. */
export const setArray = /* @__PURE__ */ own(/* @__PURE__ */ typedArray(), "set") as (
  target: ArrayBufferView,
  source: ArrayLike<number>,
  at?: number,
) => void;

/** Fills elements of an array. */
export const fillArray = /* @__PURE__ */ own(/* @__PURE__ */ typedArray(), "fill") as (
  target: ArrayBufferView,
  value: number,
  from?: number,
  to?: number,
) => void;

/** Throws where an array's buffer is detached, or no longer as long as the array. */
export const validateArray = /* @__PURE__ */ own(/* @__PURE__ */ typedArray(), "indexOf") as (
  array: ArrayBufferView,
  value: 0,
) => number;

/** Whether an object has a property itself. */
export const hasOwn = /* @__PURE__ */ own(Object.prototype, "hasOwnProperty") as (
  object: object,
  name: string,
) => boolean;
