/** The sum of an array, in float64. */

import { forBlocks } from "../simd/blocks";
import { swapHalves, zero } from "../simd/vector";

/** The sum of the blocks so far. */
let total: f64 = 0;

/** The loop over whole blocks. */
class Sum {
  run<T>(x: usize, _b: usize, _dst: usize, bytes: usize): void {
    let sum = zero();
    for (const end = x + bytes; x < end; x += 16) {
      const v = v128.load(x);
      if (sizeof<T>() == 4) {
        sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(swapHalves(v))));
      } else {
        sum = f64x2.add(sum, v);
      }
    }
    total += f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  }
}

/** The sum of n elements. */
export function sum<T>(x: usize, n: usize): f64 {
  total = 0;
  forBlocks<Sum, T>(x, 0, 0, n, <T>0);
  return total;
}
