import { gateOfMultiple, quotient } from "../gate";
import {
  atLeast,
  atMost,
  constant,
  expm1OfMultiple,
  multiplyAdd,
  productExcess,
  reduceBy,
  rounder,
  select,
} from "../lanes";
import { ShorterNearZero } from "../map";
import { siluSlope } from "./silu";

// quickGelu(LOW) is less than half of the smallest subnormal; sigmoid(1.702·HIGH) is 1.
const LOW_F32 = memory.data<f32>([-64]);
const LOW_F64 = memory.data<f64>([-442]);
const HIGH_F32 = memory.data<f32>([23]);
const HIGH_F64 = memory.data<f64>([23]);
const LOWEST_F32 = memory.data<f32>([-72]);
const LOWEST_F64 = memory.data<f64>([-448]);
const HIGHEST_F32 = memory.data<f32>([72]);
const HIGHEST_F64 = memory.data<f64>([448]);

// 1.702, and what it lost by rounding.
const FACTOR_F32 = memory.data<f32>([1.702]);
const FACTOR_F64 = memory.data<f64>([1.702]);
const FACTOR_LOSS_F32 = memory.data<f32>([-2.1934509319976314e-8]);
const FACTOR_LOSS_F64 = memory.data<f64>([0]);

// -1.702·log2(e), and -ln(2) / 1.702 in two parts (scripts/polynomials.sollya).
const TURNS_F32 = memory.data<f32>([-2.4554669857025146]);
const TURNS_F64 = memory.data<f64>([-2.4554669595930156]);
const RATE_F32 = memory.data<f32>([-1.702]);
const RATE_F64 = memory.data<f64>([-1.702]);
const HIGH_PART_F32 = memory.data<f32>([-0.4072418212890625]);
const HIGH_PART_F64 = memory.data<f64>([-0.407254512667350354604423046112060546875]);
const LOW_PART_F32 = memory.data<f32>([-1.2691378287854604e-5]);
const LOW_PART_F64 = memory.data<f64>([-6.7581223741616835e-14]);


@inline
function product<T>(x: v128): v128 {
  return v128.mul<T>(x, constant<T>(FACTOR_F32, FACTOR_F64));
}

/** By how much the product t came out too large. */
@inline
function excess<T>(x: v128, t: v128): v128 {
  const rest = v128.mul<T>(x, constant<T>(FACTOR_LOSS_F32, FACTOR_LOSS_F64));
  return v128.sub<T>(productExcess<T>(x, constant<T>(FACTOR_F32, FACTOR_F64), t), rest);
}


@inline
function rate<T>(): v128 {
  return constant<T>(RATE_F32, RATE_F64);
}


@inline
function turns<T>(): v128 {
  return constant<T>(TURNS_F32, TURNS_F64);
}


@inline
function highPart<T>(): v128 {
  return constant<T>(HIGH_PART_F32, HIGH_PART_F64);
}


@inline
function lowPart<T>(): v128 {
  return constant<T>(LOW_PART_F32, LOW_PART_F64);
}

/** x·sigmoid(1.702·x) */
export class Value extends ShorterNearZero {

  @inline
  mostUsual<T>(): v128 {
    return constant<T>(HIGH_F32, HIGH_F64);
  }


  @inline
  first<T>(x: v128): v128 {
    return x;
  }


  @inline
  second<T>(y: v128): v128 {
    return multiplyAdd<T>(y, turns<T>(), rounder<T>());
  }


  @inline
  third<T>(y: v128, rounded: v128): v128 {
    return reduceBy<T>(y, v128.sub<T>(rounded, rounder<T>()), highPart<T>(), lowPart<T>());
  }


  @inline
  last<T>(x: v128, _y: v128, rounded: v128, r: v128): v128 {
    return quotient<T>(x, rounded, expm1OfMultiple<T>(r, rate<T>()), false, true);
  }


  @inline
  at<T>(x: v128): v128 {
    const high = constant<T>(HIGH_F32, HIGH_F64);
    const y = atLeast<T>(atMost<T>(x, high), constant<T>(LOW_F32, LOW_F64));
    const result = gateOfMultiple<T>(y, y, rate<T>(), turns<T>(), highPart<T>(), lowPart<T>());
    return select<T>(x, result, v128.gt<T>(x, high));
  }
}

/** silu'(1.702·x) */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = atLeast<T>(atMost<T>(x, constant<T>(HIGHEST_F32, HIGHEST_F64)), constant<T>(LOWEST_F32, LOWEST_F64));
    const t = product<T>(y);
    return siluSlope<T>(t, excess<T>(y, t), true);
  }
}
