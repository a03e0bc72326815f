import { OfNegative, OfNegativeUp, scaledExp } from "../elu";
import { atLeast, one, zero } from "../lanes";
import { Value as Expm1 } from "./expm1";

/** max(x, 0) + e^min(x, 0) - 1, where alpha is 1 */
export class Value extends OfNegative {

  @inline
  last<T>(x: v128, y: v128, rounded: v128, r: v128): v128 {
    return v128.add<T>(atLeast<T>(x, zero()), changetype<Expm1>(0).last<T>(y, y, rounded, r));
  }
}

/** e^min(x, 0) */
export class Derivative extends OfNegativeUp {

  @inline
  last<T>(_x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return scaledExp<T>(rounded, r, one<T>());
  }
}
