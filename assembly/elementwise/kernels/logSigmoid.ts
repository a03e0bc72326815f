import { clampMax, negAbs, zero } from "../../simd/vector";
import { addLog1pExp } from "../log1pExp";
import { sigmoidOfNeg } from "./sigmoid";

/**
 * -log(1 + e^-x)
 *
 * Method: -(max(-x, 0) + log(1 + e^-|x|)) (log1pExp.ts).
 * Max error: 2 ulp.
 * Range: all x; -0 where e^-x is less than half of the smallest subnormal.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    // A result of zero is -0.
    return negAbs<T>(addLog1pExp<T>(v128.neg<T>(clampMax<T>(x, zero())), negAbs<T>(x)));
  }
}

/**
 * sigmoid(-x)
 *
 * Method: 1 / (1 + e^x), as sigmoid.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return sigmoidOfNeg<T>(x, zero(), false);
  }
}
