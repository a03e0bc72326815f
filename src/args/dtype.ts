/** The element types. Another one joins by its object here: everything else asks these objects. */

export type FloatArray = Float32Array | Float64Array;

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

/** The name of a typed array's type, also of an array from another realm (an iframe, a vm context). */
export function typeName(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) ? (value as Uint8Array)[Symbol.toStringTag] : undefined;
}

/** The element type of an array of floats; undefined of anything else. */
export function dtypeOf(x: unknown): DType | undefined {
  if (x instanceof Float32Array) return float32;
  if (x instanceof Float64Array) return float64;
  const name = typeName(x);
  return name === "Float32Array" ? float32 : name === "Float64Array" ? float64 : undefined;
}
