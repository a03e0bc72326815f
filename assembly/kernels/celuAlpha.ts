import { scaledDifference } from "../elu";
import {
  atLeast,
  atMost,
  expm1Multiple,
  expm1Polynomial,
  multiplyAdd,
  oneByUp,
  parameter,
  powerOfTwo,
  reduceBy,
  rounder,
  rounderUp,
  select,
  zero,
} from "../lanes";
import { InSteps } from "../map";

// The parameters: alpha, and what follows from it (src/ops/smooth.ts).
const ALPHA = 0;
const RATE = 1; // 1 / alpha
const TURNS = 2; // log2(e) / alpha
const HIGH_PART = 3; // of alpha·ln(2)
const LOW_PART = 4;
const LOW = 5;
const LOWEST = 6;

/** x - n·alpha·ln(2) */
@inline
function reduce<T>(x: v128, n: v128): v128 {
  return reduceBy<T>(x, n, parameter<T>(HIGH_PART), parameter<T>(LOW_PART));
}

/** x for x > 0, else alpha·(e^(x / alpha) - 1) */
export class Value extends InSteps {

  @inline
  first<T>(x: v128): v128 {
    return atLeast<T>(atMost<T>(x, zero()), parameter<T>(LOW));
  }


  @inline
  second<T>(y: v128): v128 {
    return multiplyAdd<T>(y, parameter<T>(TURNS), rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return reduce<T>(y, v128.sub<T>(rounded, rounder<T>()));
  }


  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    const alpha = parameter<T>(ALPHA);
    const s = powerOfTwo<T>(rounded);
    const p = expm1Multiple<T>(r, parameter<T>(RATE));
    const negative = scaledDifference<T>(v128.mul<T>(s, alpha), alpha, s, p, zero(), false);
    return select<T>(x, negative, v128.ge<T>(x, zero()));
  }
}

/** e^(min(x, 0) / alpha) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = atLeast<T>(atMost<T>(x, zero()), parameter<T>(LOWEST));
    const rounded = multiplyAdd<T>(y, parameter<T>(TURNS), rounderUp<T>());
    const rest = reduce<T>(y, v128.sub<T>(rounded, rounderUp<T>()));
    const p = expm1Polynomial<T>(v128.mul<T>(rest, parameter<T>(RATE)));
    const s = powerOfTwo<T>(rounded);
    return v128.mul<T>(multiplyAdd<T>(s, p, s), oneByUp<T>());
  }
}
