import {
  atLeast,
  atMost,
  constant,
  expm1Polynomial,
  multiplyAdd,
  parameter,
  powerOfTwo,
  productLoss,
  reduce,
  rounder,
  roundExponent,
  signBit,
  within,
  zero,
} from "../lanes";
import { siluSlope } from "./silu";
import { Long } from "../map";

// 2^-64 no longer changes a sum with 1.
const NEGLIGIBLE_F32 = memory.data<f32>([64]);
const NEGLIGIBLE_F64 = memory.data<f64>([64]);

const THIRD_F32 = memory.data<f32>([0.3333333333333333]);
const THIRD_F64 = memory.data<f64>([0.3333333333333333]);


@inline
function power<T>(exponent: v128): v128 {
  return powerOfTwo<T>(v128.add<T>(exponent, rounder<T>()));
}

/**
 * x / (1 + e^-t) with t = beta·x. Since x may be of any size where t is not, e^-t = 2^n·(1 + p) is divided by 2^m with
 * m = max(n, 0): x·2^-m / (2^-m + 2^(n - m)·(1 + p)).
 */
export class Value extends Long {

  @inline
  at<T>(x: v128): v128 {
    const negligible = constant<T>(NEGLIGIBLE_F32, NEGLIGIBLE_F64);
    // Where beta·x matters.
    const inRange = within<T>(x, parameter<T>(1));
    const t = v128.mul<T>(inRange, parameter<T>(0));
    const y = v128.xor(t, signBit<T>());
    const n = v128.sub<T>(roundExponent<T>(y, rounder<T>()), rounder<T>());
    const r = v128.sub<T>(reduce<T>(y, n), productLoss<T>(inRange, parameter<T>(0), t));
    const p = expm1Polynomial<T>(r);

    const m = atLeast<T>(n, zero());
    const one = power<T>(v128.xor(atMost<T>(m, negligible), signBit<T>()));
    const s = power<T>(atLeast<T>(v128.sub<T>(n, m), v128.xor(negligible, signBit<T>())));
    const sum = v128.add<T>(s, one);
    const lost = v128.sub<T>(one, v128.sub<T>(sum, s));
    const denominator = v128.add<T>(sum, multiplyAdd<T>(s, p, lost));

    // 2^-m in three steps, since its exponent may be beyond the type's.
    const minusM = v128.xor(m, signBit<T>());
    const third = v128.sub<T>(multiplyAdd<T>(minusM, constant<T>(THIRD_F32, THIRD_F64), rounder<T>()), rounder<T>());
    const step = power<T>(third);
    const numerator = v128.mul<T>(inside<T>(x, inRange), step);
    const quotient = v128.mul<T>(v128.div<T>(numerator, denominator), step);
    return v128.mul<T>(quotient, power<T>(v128.sub<T>(v128.sub<T>(minusM, third), third)));
  }
}

/** x, but for what a bounded x is where beta·x is so far below 0 that the result is 0. */
@inline
function inside<T>(x: v128, inRange: v128): v128 {
  const below = v128.lt<T>(v128.mul<T>(x, parameter<T>(0)), v128.mul<T>(inRange, parameter<T>(0)));
  return v128.bitselect(inRange, x, below);
}

/** silu'(beta·x) */
export class Derivative extends Long {

  @inline
  at<T>(x: v128): v128 {
    const inRange = within<T>(x, parameter<T>(1));
    const t = v128.mul<T>(inRange, parameter<T>(0));
    return siluSlope<T>(t, productLoss<T>(inRange, parameter<T>(0), t), true);
  }
}
