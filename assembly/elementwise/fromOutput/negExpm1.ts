/** The derivatives of softplus and logSigmoid from their results. */

import { parameter } from "../../simd/parameters";
import { clamp, constant, zero } from "../../simd/vector";
import { ExpStages } from "../expStages";
import { Value as Expm1 } from "../kernels/expm1";
import { map } from "../map";

/** The parameters of the kernels, in their order in memory. */
const enum Parameter {
  rate,
}

// e^SATURATION no longer changes -1.
@lazy const SATURATION_F32 = memory.data<f32>([-20]),
  SATURATION_F64 = memory.data<f64>([-40]);

/**
 * 1 - e^(rate·y), for rate·y <= 0
 *
 * Method: expm1 in its fast range, of a product that is rounded unless the rate is ±1.
 * Max error: 3 ulp.
 * Range: all y; 0 where rate·y is positive, 1 below SATURATION.
 */
class NegExpm1 extends ExpStages {

  @inline
  stage1<T>(y: v128): v128 {
    const product = v128.mul<T>(y, parameter<T>(Parameter.rate));
    return clamp<T>(product, constant<T>(SATURATION_F32, SATURATION_F64), zero());
  }


  @inline
  finish<T>(_: v128, y: v128, biased: v128, r: v128): v128 {
    return v128.abs<T>(changetype<Expm1>(0).finish<T>(y, y, biased, r));
  }
}

export function negExpm1<T>(src: usize, dst: usize, n: usize): void {
  map<NegExpm1, T>(src, dst, n);
}
