import { clampMin, negAbs, zero } from "../../simd/vector";
import { addLog1pExp } from "../log1pExp";
import { Value as Sigmoid } from "./sigmoid";

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    return addLog1pExp<T>(clampMin<T>(x, zero()), negAbs<T>(x));
  }
}

/** sigmoid(x) */
export class Derivative extends Sigmoid {}
