/** Indices as results: an Int32Array holds them up to a length, a number beyond. */

/** The most elements whose indices an Int32Array holds. */
const MAX_INT32_INDICES = 2 ** 31;

/** Throws unless an Int32Array holds the indices of `count` elements. `name` is what has them, `advice` what to do instead. */
export function checkInt32Indices(caller: string, name: string, count: number, advice: string): void {
  if (count <= MAX_INT32_INDICES) return;
  throw new RangeError(
    `${caller}: ${name} must have at most ${MAX_INT32_INDICES} elements, for an Int32Array to hold their indices, not ` +
      `${count}: ${advice}`,
  );
}

/** An array for some of the indices of `count` elements: of float64 where an Int32Array doesn't hold them. */
export function newIndices(length: number, count: number): Int32Array | Float64Array {
  return count <= MAX_INT32_INDICES ? new Int32Array(length) : new Float64Array(length);
}
