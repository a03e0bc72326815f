/** The element types. Another one joins by its object here: everything else asks these objects. */

import { tagOf } from "./engine.js";

export type FloatArray = Float32Array | Float64Array;

/**
 * New arrays, which lie in an ArrayBuffer: `Float32Array<ArrayBuffer>` and its like, in words that TypeScript also knew before 5.7,
 * when typed arrays were not generic.
 */
export type NewFloat32Array = ReturnType<Float32ArrayConstructor["of"]>;
export type NewFloat64Array = ReturnType<Float64ArrayConstructor["of"]>;
export type NewInt32Array = ReturnType<Int32ArrayConstructor["of"]>;
export type NewUint8Array = ReturnType<Uint8ArrayConstructor["of"]>;
export type NewUint16Array = ReturnType<Uint16ArrayConstructor["of"]>;

/**
 * What goes with an `A`: any array of the same element type, of a subclass or in shared memory too, and with a number a number. An
 * `A` itself is named so that generic code may give one.
 */
export type SameType<A> =
  NoInfer<A> | (A extends number ? number : A extends Float32Array ? Float32Array : Float64Array);

/** The new array that a function of an `A` gives: a plain one, of whatever class `A` is. Of a number it is a number. */
export type NewArray<A> = A extends number ? number : A extends Float32Array ? NewFloat32Array : NewFloat64Array;

/** The type of the elements of an array. */
export interface DType {
  /** The name of its arrays' type. */
  readonly arrayName: "Float32Array" | "Float64Array";
  /** The suffix of the names of its kernels. */
  readonly suffix: "f32" | "f64";
  /** Which of a pair of kernels is for it. */
  readonly index: 0 | 1;
  /** Bytes of an element. */
  readonly bytes: 4 | 8;
  /** Makes an array: of zeros, or a view of a buffer. */
  readonly create: new (...args: [length: number] | [ArrayBufferLike, number?, number?]) => FloatArray;
  /** A number as an element holds it. */
  readonly round: (x: number) => number;
}

export const float32: DType = {
  arrayName: "Float32Array",
  suffix: "f32",
  index: 0,
  bytes: 4,
  create: Float32Array as DType["create"],
  round: Math.fround,
};

export const float64: DType = {
  arrayName: "Float64Array",
  suffix: "f64",
  index: 1,
  bytes: 8,
  create: Float64Array as DType["create"],
  round: (x) => x,
};

/** Whether a value is a Float32Array, also one of another realm (an iframe, a vm context). */
export function isFloat32(x: unknown): x is Float32Array {
  return tagOf(x) === "Float32Array";
}

/** Whether a value is a Float64Array. */
export function isFloat64(x: unknown): x is Float64Array {
  return tagOf(x) === "Float64Array";
}

/** Whether a value is an Int32Array. */
export function isInt32(x: unknown): x is Int32Array {
  return tagOf(x) === "Int32Array";
}

/** The element type of an array of floats, also of another realm; undefined of anything else. */
export function dtypeOf(x: unknown): DType | undefined {
  const name = tagOf(x);
  return name === "Float32Array" ? float32 : name === "Float64Array" ? float64 : undefined;
}
