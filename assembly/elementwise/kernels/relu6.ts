import { clampMax, constant, one, propagateNaN, zero } from "../../simd/vector";
import { Value as Relu } from "./relu";


@lazy const SIX_F32 = memory.data<f32>([6]);


@lazy const SIX_F64 = memory.data<f64>([6]);


@inline
function six<T>(): v128 {
  return constant<T>(SIX_F32, SIX_F64);
}

/** min(max(x, 0), 6) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return clampMax<T>(changetype<Relu>(0).at<T>(x), six<T>());
  }
}

/** 1 where 0 < x < 6, else 0 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const outside = v128.or(v128.le<T>(x, zero()), v128.ge<T>(x, six<T>()));
    return v128.andnot(propagateNaN<T>(one<T>(), x), outside);
  }
}
