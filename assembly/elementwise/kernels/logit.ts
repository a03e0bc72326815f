import { joinLog, logCorrection, logExponent, logFraction, selectLogLimits } from "../../simd/log";
import { parameter } from "../../simd/parameters";
import { clampMax, clampMin, constant, one, oneHalf, select, signBit, zero } from "../../simd/vector";
import { Unroll2 } from "../map";

/** The numbers that the kernel reads. */
const enum Parameter {
  /** The x between which the function is taken: eps and 1 - eps, or infinite. */
  low,
  high,
}


@lazy const SMALLEST_NORMAL_F32 = memory.data<f32>([1.1754943508222875e-38]);


@lazy const SMALLEST_NORMAL_F64 = memory.data<f64>([2.2250738585072014e-308]);
// A power of two that makes a subnormal number a normal one.
@lazy const UP_F32 = memory.data<f32>([16777216.0]);


@lazy const UP_F64 = memory.data<f64>([9007199254740992.0]);


@lazy const UP_EXPONENT_F32 = memory.data<f32>([24]);


@lazy const UP_EXPONENT_F64 = memory.data<f64>([53]);

/**
 * ±log(1 + (1 - 2y) / y), where y is x or 1 - x, the smaller one: both differences are exact where they cancel.
 * Largest error: 2 ulp. Range: all numbers; beyond 0 to 1 it is NaN.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    x = clampMin<T>(clampMax<T>(x, parameter<T>(Parameter.high)), parameter<T>(Parameter.low));
    const isLower = v128.lt<T>(x, oneHalf<T>());
    // Not -0, whose reciprocal is -Infinity.
    const y = v128.add<T>(select<T>(x, v128.sub<T>(one<T>(), x), isLower), zero());
    const isSubnormal = v128.lt<T>(v128.abs<T>(y), constant<T>(SMALLEST_NORMAL_F32, SMALLEST_NORMAL_F64));
    const divisor = select<T>(v128.mul<T>(y, constant<T>(UP_F32, UP_F64)), y, isSubnormal);
    const odds = v128.div<T>(v128.sub<T>(one<T>(), v128.add<T>(y, y)), divisor);
    const sum = v128.add<T>(odds, one<T>());
    const error = v128.sub<T>(clampMax<T>(odds, one<T>()), v128.sub<T>(sum, clampMin<T>(odds, one<T>())));
    const moved = v128.and(isSubnormal, constant<T>(UP_EXPONENT_F32, UP_EXPONENT_F64));
    const k = v128.add<T>(logExponent<T>(sum), moved);
    const f = logFraction<T>(sum);
    const logarithm = joinLog<T>(k, f, logCorrection<T>(f), v128.div<T>(error, sum), true);
    const size = selectLogLimits<T>(logarithm, sum);
    // NaN keeps its sign.
    const isNegative = v128.and(isLower, v128.eq<T>(size, size));
    return v128.xor(size, v128.and(isNegative, signBit<T>()));
  }
}


@lazy const NAN_F32 = memory.data<u32>([0x7fc00000]);


@lazy const NAN_F64 = memory.data<u64>([0x7ff8000000000000]);

/**
 * 1 / (x·(1 - x)), but 0 where x is clamped, and NaN beyond 0 to 1.
 * Largest error: 4 ulp. Range: all numbers.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const size = v128.add<T>(x, zero());
    const derivative = v128.div<T>(one<T>(), v128.mul<T>(size, v128.sub<T>(one<T>(), size)));
    const isInside = v128.and(v128.ge<T>(x, zero()), v128.le<T>(x, one<T>()));
    const orNaN = select<T>(derivative, constant<T>(NAN_F32, NAN_F64), isInside);
    const isBelow = v128.lt<T>(x, parameter<T>(Parameter.low));
    const isAbove = v128.gt<T>(x, parameter<T>(Parameter.high));
    return v128.andnot(orNaN, v128.or(isBelow, isAbove));
  }
}
