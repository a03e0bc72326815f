import { expUpToOne, notAbove0 } from "../elu";
import { atLeast, oneByUp, zero } from "../lanes";
import { Value as Expm1 } from "./expm1";

/** max(x, 0) + e^min(x, 0) - 1, where alpha is 1 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return v128.add<T>(atLeast<T>(x, zero()), changetype<Expm1>(0).atUsual<T>(notAbove0<T>(x)));
  }
}

/** e^min(x, 0) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return v128.mul<T>(expUpToOne<T>(x), oneByUp<T>());
  }
}
