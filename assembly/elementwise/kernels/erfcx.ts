/** erfcx(x) = e^(x²)·erfc(x) */

import { biasedExponent, expm1Reduced, magicBiasDown, powerOfTwo } from "../../simd/exp";
import { polynomial } from "../../simd/polynomial";
import { twoSquareError } from "../../simd/twoProduct";
import { clampMax, constant, isNegative, mulAdd, one, oneHalf, select, signBit } from "../../simd/vector";
import { Unroll1 } from "../map";

// erfcx(a) - 7/16 = P(a)/Q(a) on [0, 1.5] (scripts/normal.py), for f32. Relative error 2^-28.51.
@lazy const NEAR_P_F32 = memory.data<f32>([
    0.5625, -0.02289353497326374, -0.33989787101745605, -0.20841923356056213, -0.043125566095113754,
  ]),
  NEAR_Q_F32 = memory.data<f32>([1.0, 1.965307593345642, 1.5603854656219482, 0.6030426621437073, 0.0985727533698082]);

// The same for f64. Relative error 2^-57.54.
@lazy const NEAR_P_F64 = memory.data<f64>([
    0.5625, 0.28303130670566423, -0.25632922307672734, -0.38584891911023195, -0.21527593935442932, -0.06593915017557078,
    -0.011188881035607154, -0.000843982028415616,
  ]),
  NEAR_Q_F64 = memory.data<f64>([
    1.0, 2.5091741756465384, 2.7999478103765476, 1.8073465982086845, 0.7318786553954221, 0.18690386060297912,
    0.028062418490302363, 0.0019291017792362494,
  ]);

// -erfcx'(a) - 3/16 likewise, with the same Q, for f32. Relative error 2^-24.2.
@lazy const SLOPE_P_F32 = memory.data<f32>([
  0.940879225730896, -0.1508842259645462, -0.20571881532669067, -0.11815566569566727, -0.018077373504638672,
]);

// The same for f64. Relative error 2^-55.21.
@lazy const SLOPE_P_F64 = memory.data<f64>([
  0.9408791670955126, 0.36082970847988566, -0.12717745336407224, -0.23680112595047867, -0.12112105550879945,
  -0.03398799607098348, -0.005259232740661189, -0.0003618024325046501,
]);

// -a²·erfcx'(a) = (1 - y·R(y)) / √π for a from 1.5 on, with y = 1/a² and R = P/Q (scripts/normal.py), for f32. Relative error 2^-27.3.
@lazy const FAR_P_F32 = memory.data<f32>([
    1.5, 20.289981842041016, 71.29179382324219, 59.464656829833984, 0.7556179761886597,
  ]),
  FAR_Q_F32 = memory.data<f32>([1.0, 16.026653289794922, 78.84477233886719, 135.8776397705078, 65.47919464111328]);

// The same for f64. Relative error 2^-56.25.
@lazy const FAR_P_F64 = memory.data<f64>([
    1.5, 74.98672567912784, 1448.8392270608704, 13907.35158068211, 71070.58801390053, 192808.0048776841,
    261840.99173790813, 155200.22485118968, 28751.369508785014, 29.639283886036278,
  ]),
  FAR_Q_F64 = memory.data<f64>([
    1.0, 52.491150452751874, 1088.3706941724831, 11572.571889415858, 68638.85470945085, 231770.44004497936,
    436698.6101024432, 431309.68569795025, 195481.8162121418, 29380.322810583893,
  ]);

// What is added to the quotients near 0: 7/16, and 3/16.
@lazy const ABOVE_F32 = memory.data<f32>([0.4375]),
  ABOVE_F64 = memory.data<f64>([0.4375]),
  SLOPE_ABOVE_F32 = memory.data<f32>([0.1875]),
  SLOPE_ABOVE_F64 = memory.data<f64>([0.1875]);

// The a from which R serves.
@lazy const SPLIT_F32 = memory.data<f32>([1.5]),
  SPLIT_F64 = memory.data<f64>([1.5]);

// 1/√π in two parts.
@lazy const INV_ROOT_PI_F32 = memory.data<f32>([0.564189612865448]),
  INV_ROOT_PI_F64 = memory.data<f64>([0.5641895835477563]),
  INV_ROOT_PI_LOW_F32 = memory.data<f32>([-2.9317691385699618e-8]),
  INV_ROOT_PI_LOW_F64 = memory.data<f64>([7.66772980658294e-18]);

// Beyond, twice e^(a²) overflows.
@lazy const OVERFLOW_F32 = memory.data<f32>([9.5]),
  OVERFLOW_F64 = memory.data<f64>([27]);

// 2 / scaleDown() and 4 / scaleDown().
@lazy const TWO_UP_F32 = memory.data<f32>([36893488147419103232.0]),
  TWO_UP_F64 = memory.data<f64>([36893488147419103232.0]),
  FOUR_UP_F32 = memory.data<f32>([73786976294838206464.0]),
  FOUR_UP_F64 = memory.data<f64>([73786976294838206464.0]);

/** c0 + x·(c1 + c2·x + …), where c0 is rounded once; with so many coefficients for each type. */
@inline
function polynomialOf<T>(f32s: usize, countF32: usize, f64s: usize, countF64: usize, x: v128): v128 {
  const rest = sizeof<T>() == 4 ? polynomial<T>(f32s + 4, countF32 - 1, x) : polynomial<T>(f64s + 8, countF64 - 1, x);
  return mulAdd<T>(x, rest, constant<T>(f32s, f64s));
}

/** Where a is less than SPLIT. */
@inline
function isNear<T>(a: v128): v128 {
  return v128.lt<T>(a, constant<T>(SPLIT_F32, SPLIT_F64));
}

/** p / Q(a) near 0, and elsewhere R(y). */
@inline
function quotientOrRest<T>(p: v128, a: v128, y: v128, near: v128): v128 {
  const q = polynomialOf<T>(NEAR_Q_F32, 5, NEAR_Q_F64, 8, a);
  const farP = polynomialOf<T>(FAR_P_F32, 5, FAR_P_F64, 10, y);
  const farQ = polynomialOf<T>(FAR_Q_F32, 5, FAR_Q_F64, 10, y);
  return v128.div<T>(select<T>(p, farP, near), select<T>(q, farQ, near));
}

/** 1/√π - part */
@inline
function fromInvRootPi<T>(part: v128): v128 {
  const low = v128.sub<T>(constant<T>(INV_ROOT_PI_LOW_F32, INV_ROOT_PI_LOW_F64), part);
  return v128.add<T>(constant<T>(INV_ROOT_PI_F32, INV_ROOT_PI_F64), low);
}

/** -a²·erfcx'(a), given R(y) */
@inline
function scaledSlope<T>(y: v128, r: v128): v128 {
  return fromInvRootPi<T>(v128.mul<T>(v128.mul<T>(y, constant<T>(INV_ROOT_PI_F32, INV_ROOT_PI_F64)), r));
}

/** e^(a²)·scaleDown(), with a² in two parts. */
@inline
function expSquareDown<T>(magnitude: v128): v128 {
  const a = clampMax<T>(magnitude, constant<T>(OVERFLOW_F32, OVERFLOW_F64));
  const square = v128.mul<T>(a, a);
  const biased = biasedExponent<T>(square, magicBiasDown<T>());
  const p = expm1Reduced<T>(square, biased, magicBiasDown<T>(), twoSquareError<T>(a, square), true);
  const s = powerOfTwo<T>(biased);
  return mulAdd<T>(s, p, s);
}

/**
 * e^(x²)·erfc(x)
 *
 * Method: for a = |x| near 0 7/16 and a rational function, beyond x·erfcx(x) from its limit and the derivative's; left of 0 the reflection
 *   2·e^(a²) - erfcx(a), with a² in two parts.
 * Max error: 3 ulp.
 * Range: all x; Infinity below -9.38 (f64: -26.6).
 */
export class Value extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = v128.abs<T>(x);
    const near = isNear<T>(a);
    const y = v128.div<T>(one<T>(), v128.mul<T>(a, a));
    const p = polynomialOf<T>(NEAR_P_F32, 5, NEAR_P_F64, 8, a);
    const r = quotientOrRest<T>(p, a, y, near);
    const timesA = fromInvRootPi<T>(v128.mul<T>(v128.mul<T>(y, oneHalf<T>()), scaledSlope<T>(y, r)));
    const nearby = v128.add<T>(r, constant<T>(ABOVE_F32, ABOVE_F64));
    const right = select<T>(nearby, v128.div<T>(timesA, a), near);
    const twice = v128.mul<T>(expSquareDown<T>(a), constant<T>(TWO_UP_F32, TWO_UP_F64));
    return select<T>(v128.sub<T>(twice, right), right, isNegative<T>(x));
  }
}

/**
 * 2x·erfcx(x) - 2/√π
 *
 * Method: for a = |x| near 0 3/16 and a rational function, beyond one of 1/a²; both terms of the reflection, -4a·e^(a²) and erfcx'(a), are
 *   negative.
 * Max error: 4 ulp.
 * Range: all x.
 */
export class Derivative extends Unroll1 {

  @inline
  at<T>(x: v128): v128 {
    const a = v128.abs<T>(x);
    const near = isNear<T>(a);
    const y = v128.div<T>(one<T>(), v128.mul<T>(a, a));
    const p = polynomialOf<T>(SLOPE_P_F32, 5, SLOPE_P_F64, 8, a);
    const r = quotientOrRest<T>(p, a, y, near);
    // Not by a², which may overflow.
    const far = v128.div<T>(v128.div<T>(scaledSlope<T>(y, r), a), a);
    const nearby = v128.add<T>(r, constant<T>(SLOPE_ABOVE_F32, SLOPE_ABOVE_F64));
    const right = select<T>(nearby, far, near);
    const product = v128.mul<T>(expSquareDown<T>(a), a);
    const reflected = mulAdd<T>(product, constant<T>(FOUR_UP_F32, FOUR_UP_F64), right);
    return v128.xor(select<T>(reflected, right, isNegative<T>(x)), signBit<T>());
  }
}
