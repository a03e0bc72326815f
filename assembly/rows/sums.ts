/**
 * Sums of long rows. Those of float32 numbers are plain ones in float64; those of float64 are Kahan's, of the sums of blocks of four
 * vectors, which take no longer: four sums in a row, as the additions of the four vectors would.
 */

import { BLOCK } from "../layout";
import { promoteHalf, zero } from "../simd/vector";
import { addLanes, compensationOf, sumOfBlock } from "./passes";

/** Kahan's compensation of float64, but 0 where the sum is infinite, or becomes so, so that it stays so. */
@inline
export function finiteCompensation(partial: v128, next: v128): v128 {
  const compensation = compensationOf<f64>(partial, next);
  return v128.and(compensation, f64x2.lt(f64x2.abs(compensation), f64x2.splat(Infinity)));
}

/** The sum of whole blocks of float64. */
export function sumOfBlocks(x: usize, bytes: usize): f64 {
  let partial = zero();
  let compensation = partial;
  for (const end = x + bytes; x < end; x += BLOCK) {
    const block = sumOfBlock<f64>(v128.load(x), v128.load(x, 16), v128.load(x, 32), v128.load(x, 48));
    const next = f64x2.sub(block, compensation);
    compensation = finiteCompensation(partial, next);
    partial = f64x2.add(partial, next);
  }
  return addLanes<f64>(partial) - addLanes<f64>(compensation);
}

/** The sum of n elements. Those after the last whole block, or of float32 vector, are added one by one, which takes less than to pad them. */
export function sumOfRow<T>(x: usize, n: usize): f64 {
  const end = x + n * sizeof<T>();
  let sum: f64;
  if (sizeof<T>() == 4) {
    let low = zero();
    let high = low;
    for (; x + 16 <= end; x += 16) {
      const v = v128.load(x);
      low = f64x2.add(low, promoteHalf<T>(v, false));
      high = f64x2.add(high, promoteHalf<T>(v, true));
    }
    sum = addLanes<f64>(f64x2.add(low, high));
  } else {
    const bytes = (n * sizeof<T>()) & ~(BLOCK - 1);
    sum = sumOfBlocks(x, bytes);
    x += bytes;
  }
  for (; x < end; x += sizeof<T>()) sum += <f64>load<T>(x);
  return sum;
}
