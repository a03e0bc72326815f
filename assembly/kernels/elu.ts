import { expUpToOne } from "../elu";
import { atLeast, atMost, constant, oneByUp, zero } from "../lanes";
import { Value as Expm1 } from "./expm1";

// e^LOW no longer changes -1.
const LOW_F32 = memory.data<f32>([-20]);
const LOW_F64 = memory.data<f64>([-40]);

/** max(x, 0) + e^min(x, 0) - 1, where alpha is 1 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const y = atLeast<T>(atMost<T>(x, zero()), constant<T>(LOW_F32, LOW_F64));
    return v128.add<T>(atLeast<T>(x, zero()), changetype<Expm1>(0).atUsual<T>(y));
  }
}

/** e^min(x, 0) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.mul<T>(expUpToOne<T>(x), oneByUp<T>());
  }
}
