import { gateOfMultiple, mostNear } from "../gate";
import { atLeast, atMost, parameter, productLoss, select } from "../lanes";
import { ShorterIfUsual } from "../map";
import { siluSlope } from "./silu";

// The parameters: beta, and what follows from it (src/ops/smooth.ts).
const BETA = 0;
const RATE = 1; // -beta
const TURNS = 2; // -beta·log2(e)
const HIGH_PART = 3; // of -ln(2) / beta
const LOW_PART = 4;
const LEAST = 5;
const MOST = 6;
const LARGE = 7; // of -beta·x, from where on down the sigmoid is 1

/** x where beta·x matters. */
@inline
function inRange<T>(x: v128): v128 {
  return atLeast<T>(atMost<T>(x, parameter<T>(MOST)), parameter<T>(LEAST));
}


@inline
function swish<T>(y: v128, isNear: bool): v128 {
  const rate = parameter<T>(RATE);
  return gateOfMultiple<T>(y, y, rate, parameter<T>(TURNS), parameter<T>(HIGH_PART), parameter<T>(LOW_PART), isNear);
}

/** x / (1 + e^(-beta·x)) */
export class Value extends ShorterIfUsual {

  @inline
  rarity<T>(x: v128): v128 {
    return v128.abs<T>(v128.mul<T>(x, parameter<T>(RATE)));
  }


  @inline
  mostUsual<T>(): v128 {
    return mostNear<T>();
  }


  @inline
  atUsual<T>(x: v128): v128 {
    return swish<T>(x, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    return select<T>(x, swish<T>(y, false), v128.lt<T>(v128.mul<T>(x, parameter<T>(RATE)), parameter<T>(LARGE)));
  }
}

/** silu'(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const t = v128.mul<T>(y, parameter<T>(BETA));
    return siluSlope<T>(t, productLoss<T>(y, parameter<T>(BETA), t), true);
  }
}
