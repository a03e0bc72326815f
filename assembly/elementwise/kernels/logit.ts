import { joinLog, logCorrection, logExponent, logFraction, selectLogLimits } from "../../simd/log";
import { parameter } from "../../simd/parameters";
import { clampMax, clampMin, constant, one, oneHalf, select, signBit, zero } from "../../simd/vector";
import { Unroll2 } from "../map";

/** The numbers that the kernel reads. */
const enum Parameter {
  /** eps, up to which the smaller one of x and 1 - x is raised, or -Infinity. */
  eps,
}


@lazy const SMALLEST_NORMAL_F32 = memory.data<f32>([1.1754943508222875e-38]),
  SMALLEST_NORMAL_F64 = memory.data<f64>([2.2250738585072014e-308]);

// A power of two that makes a subnormal number a normal one, and its exponent.
@lazy const SCALE_UP_F32 = memory.data<f32>([16777216.0]),
  SCALE_UP_F64 = memory.data<f64>([9007199254740992.0]);


@lazy const SCALE_UP_EXPONENT_F32 = memory.data<f32>([24]),
  SCALE_UP_EXPONENT_F64 = memory.data<f64>([53]);


@lazy const NAN_F32 = memory.data<u32>([0x7fc00000]),
  NAN_F64 = memory.data<u64>([0x7ff8000000000000]);

/**
 * log(x / (1 - x))
 *
 * Method: ±log(1 + (1 - 2y) / y), where y is the smaller one of x and 1 - x: both differences are exact where they cancel. The
 * logarithm (simd/log.ts) is of the rounded sum, plus the error of the sum divided by it. A subnormal y is scaled up.
 * Max error: 2 ulp.
 * Range: all x; NaN beyond 0 to 1, unless eps clamps it.
 */
export class Value extends Unroll2 {

  @inline
  at<T>(x: v128): v128 {
    const isLower = v128.lt<T>(x, oneHalf<T>());
    const smaller = select<T>(x, v128.sub<T>(one<T>(), x), isLower);
    // Not -0, whose reciprocal is -Infinity.
    const y = v128.add<T>(clampMin<T>(smaller, parameter<T>(Parameter.eps)), zero());
    const isSubnormal = v128.lt<T>(v128.abs<T>(y), constant<T>(SMALLEST_NORMAL_F32, SMALLEST_NORMAL_F64));
    const divisor = select<T>(v128.mul<T>(y, constant<T>(SCALE_UP_F32, SCALE_UP_F64)), y, isSubnormal);
    const odds = v128.div<T>(v128.sub<T>(one<T>(), v128.add<T>(y, y)), divisor);
    const sum = v128.add<T>(odds, one<T>());
    const sumError = v128.sub<T>(clampMax<T>(odds, one<T>()), v128.sub<T>(sum, clampMin<T>(odds, one<T>())));
    const scaledExponent = v128.and(isSubnormal, constant<T>(SCALE_UP_EXPONENT_F32, SCALE_UP_EXPONENT_F64));
    const k = v128.add<T>(logExponent<T>(sum), scaledExponent);
    const f = logFraction<T>(sum);
    const logarithm = joinLog<T>(k, f, logCorrection<T>(f), v128.div<T>(sumError, sum), true);
    const magnitude = selectLogLimits<T>(logarithm, sum);
    // NaN keeps its sign, and 0 is positive.
    const isNegative = v128.and(isLower, v128.gt<T>(magnitude, zero()));
    return v128.xor(magnitude, v128.and(isNegative, signBit<T>()));
  }
}

/**
 * 1 / (x·(1 - x)), but 0 where x is clamped
 *
 * Method: as it is written.
 * Max error: 4 ulp.
 * Range: all x; NaN beyond 0 to 1, unless eps clamps it.
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const positive = v128.add<T>(x, zero());
    const others = v128.sub<T>(one<T>(), positive);
    const derivative = v128.div<T>(one<T>(), v128.mul<T>(positive, others));
    const isInside = v128.and(v128.ge<T>(x, zero()), v128.le<T>(x, one<T>()));
    const orNaN = select<T>(derivative, constant<T>(NAN_F32, NAN_F64), isInside);
    const eps = parameter<T>(Parameter.eps);
    return v128.andnot(orNaN, v128.or(v128.lt<T>(x, eps), v128.lt<T>(others, eps)));
  }
}
