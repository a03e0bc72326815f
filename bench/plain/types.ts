export type FloatArray = Float32Array | Float64Array;

/** Writes a function of x to `out`, and returns that. */
export type PlainFunction = (x: FloatArray, out: FloatArray) => FloatArray;
