import {
  atLeast,
  atMost,
  constant,
  expm1Of,
  four,
  isNegative,
  minusAbs,
  multiplyAdd,
  one,
  oneByUp,
  powerOfTwo,
  rounderUp,
  roundExponent,
  subtractProduct,
  two,
  up,
  zero,
} from "../lanes";

// mish and its derivative are less than half of the smallest subnormal at LOW, and x and 1 at HIGH.
const LOW_F32 = memory.data<f32>([-120]);
const LOW_F64 = memory.data<f64>([-760]);
const HIGH_F32 = memory.data<f32>([40]);
const HIGH_F64 = memory.data<f64>([40]);

/** x, but at least LOW and at most HIGH. */
@inline
function bounded<T>(x: v128): v128 {
  return atLeast<T>(atMost<T>(x, constant<T>(HIGH_F32, HIGH_F64)), constant<T>(LOW_F32, LOW_F64));
}

/** up()·e^y for y <= 0 */
@inline
function scaledExp<T>(y: v128): v128 {
  const rounded = roundExponent<T>(y, rounderUp<T>());
  const s = powerOfTwo<T>(rounded);
  return multiplyAdd<T>(s, expm1Of<T>(y, rounded, rounderUp<T>(), zero(), false), s);
}

/**
 * x·tanh(log(1 + e^x)) is x·h / (h + 2) with h = e^x·(e^x + 2), and with e = e^-x it is x·h / (h + 2e²) with h = 1 + 2e:
 * whichever has the smaller exponential.
 */
export class Value {

  @inline
  at<T>(x: v128): v128 {
    const y = bounded<T>(x);
    const scaled = scaledExp<T>(minusAbs<T>(y));
    const e = v128.mul<T>(scaled, oneByUp<T>());
    const negative = isNegative<T>(x);
    const twice = v128.add<T>(e, e);
    const rest = v128.bitselect(two<T>(), v128.mul<T>(twice, e), negative);
    const h = v128.bitselect(v128.mul<T>(e, v128.add<T>(e, two<T>())), v128.add<T>(twice, one<T>()), negative);
    const scaledH = v128.bitselect(v128.mul<T>(scaled, v128.add<T>(e, two<T>())), v128.mul<T>(h, up<T>()), negative);
    const quotient = v128.div<T>(v128.mul<T>(y, scaledH), v128.add<T>(h, rest));
    const high = v128.gt<T>(x, constant<T>(HIGH_F32, HIGH_F64));
    return v128.bitselect(x, v128.mul<T>(quotient, oneByUp<T>()), high);
  }
}

const SPLIT_F32 = memory.data<f32>([-0.4]);
const SPLIT_F64 = memory.data<f64>([-0.4]);

/**
 * (c + d/r) / r, with e = e^-|x|. For x < 0, times e: c = 2 + e, d = 4x·(1 + e), r = 2 + 2e + e²; for others c = 1 + 2e,
 * d = 4x·(1 + e)·e², r = 1 + 2e + 2e². Below -0.4, towards where that crosses zero, c = 0 and d = k + e·(k + 2 +
 * e·(4 + e)) with k = 4(x + 1).
 */
export class Derivative {

  @inline
  at<T>(x: v128): v128 {
    const y = bounded<T>(x);
    const scaled = scaledExp<T>(minusAbs<T>(y));
    const e = v128.mul<T>(scaled, oneByUp<T>());
    const negative = isNegative<T>(x);
    const twice = v128.add<T>(e, e);
    const e1 = v128.add<T>(e, one<T>());
    const e2 = v128.add<T>(e, two<T>());

    const start = v128.bitselect(two<T>(), one<T>(), negative);
    const rest = v128.bitselect(v128.mul<T>(e, e2), v128.mul<T>(twice, e1), negative);
    const r = v128.add<T>(start, rest);
    const lost = v128.sub<T>(rest, v128.sub<T>(r, start));
    const byR = v128.div<T>(one<T>(), r);

    const k = v128.mul<T>(v128.add<T>(y, one<T>()), four<T>());
    const inner = multiplyAdd<T>(e, v128.add<T>(e, four<T>()), v128.add<T>(k, two<T>()));
    const whole = multiplyAdd<T>(e, inner, k);
    const part = v128.mul<T>(v128.mul<T>(y, four<T>()), e1);
    const partHere = v128.bitselect(part, v128.mul<T>(part, v128.mul<T>(e, e)), negative);
    const below = v128.lt<T>(y, constant<T>(SPLIT_F32, SPLIT_F64));
    const c = v128.andnot(v128.bitselect(e2, v128.add<T>(twice, one<T>()), negative), below);
    const fraction = v128.div<T>(v128.bitselect(whole, partHere, below), r);

    const factor = v128.bitselect(scaled, up<T>(), negative);
    const sum = v128.add<T>(c, fraction);
    const quotient = v128.div<T>(v128.mul<T>(factor, sum), r);
    // What r lost: the derivative by r is -(sum + fraction) / r².
    const slope = v128.mul<T>(v128.mul<T>(factor, v128.add<T>(sum, fraction)), v128.mul<T>(byR, byR));
    return v128.mul<T>(subtractProduct<T>(lost, slope, quotient), oneByUp<T>());
  }
}
