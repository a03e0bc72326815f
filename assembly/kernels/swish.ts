import { gateOfMultiple, mostNear, quotient } from "../gate";
import {
  atLeast,
  atMost,
  expm1OfMultiple,
  multiplyAdd,
  parameter,
  productExcess,
  reduceBy,
  rounder,
  select,
} from "../lanes";
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
  first<T>(x: v128): v128 {
    return x;
  }


  @inline
  second<T>(y: v128): v128 {
    return multiplyAdd<T>(y, parameter<T>(TURNS), rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return reduceBy<T>(y, v128.sub<T>(rounded, rounder<T>()), parameter<T>(HIGH_PART), parameter<T>(LOW_PART));
  }


  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return quotient<T>(x, rounded, expm1OfMultiple<T>(r, parameter<T>(RATE)), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const rate = parameter<T>(RATE);
    const turns = parameter<T>(TURNS);
    const result = gateOfMultiple<T>(y, y, rate, turns, parameter<T>(HIGH_PART), parameter<T>(LOW_PART));
    return select<T>(x, result, v128.lt<T>(v128.mul<T>(x, rate), parameter<T>(LARGE)));
  }
}

/** silu'(beta·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = inRange<T>(x);
    const t = v128.mul<T>(y, parameter<T>(BETA));
    return siluSlope<T>(t, productExcess<T>(y, parameter<T>(BETA), t), true);
  }
}
