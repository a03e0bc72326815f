import { clampMax, negAbs, zero } from "../../simd/vector";
import { addLog1pExp } from "../log1pExp";
import { sigmoidOfNeg } from "./sigmoid";

/** -log(1 + e^-x) = min(x, 0) - log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    // Never above -0.
    return negAbs<T>(addLog1pExp<T>(v128.neg<T>(clampMax<T>(x, zero())), negAbs<T>(x)));
  }
}

/** sigmoid(-x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    return sigmoidOfNeg<T>(x, zero(), false);
  }
}
