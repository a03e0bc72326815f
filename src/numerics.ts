/** What the formulas of the table need beside Math, in float64: products in two parts, and pieces that rows share. */

/** What the product `ab` of a and b lost by rounding (Dekker's product); 0 where a factor is too large to be split. */
export function productLoss(a: number, b: number, ab: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const loss = aHigh * bHigh - ab + aHigh * bLow + aLow * bHigh + aLow * bLow;
  return Number.isFinite(loss) ? loss : 0;
}

/** What the quotient q of a and b lost by rounding. */
export function quotientLoss(a: number, b: number, q: number): number {
  const product = q * b;
  return (a - product - productLoss(q, b, product)) / b;
}

/** (a + aLow) / b, rounded once. */
export function quotientOf(a: number, aLow: number, b: number): number {
  const quotient = a / b;
  return quotient + (aLow / b + quotientLoss(a, b, quotient));
}

/** The number rounded to half as many digits. */
function upperHalf(x: number): number {
  return upperPart(x, 2 ** 27 + 1);
}

/** The number rounded to k digits less, where the splitter is 2^k + 1 (Veltkamp's splitting). */
function upperPart(x: number, splitter: number): number {
  const shifted = splitter * x;
  return shifted - (shifted - x);
}

const LN2_LOW = 2.3190468138462996e-17;

/**
 * A multiple of ln(2), factor·ln(2) or (`inverse`) ln(2) / factor, in two parts for kernels of float32 (`narrow`) or
 * float64. Integer multiples of the first part are exact there.
 */
export function multipleOfLn2(factor: number, inverse: boolean, narrow: boolean): [number, number] {
  const multiple = inverse ? Math.LN2 / factor : Math.LN2 * factor;
  const lost = inverse ? quotientLoss(Math.LN2, factor, multiple) : productLoss(Math.LN2, factor, multiple);
  const high = upperPart(multiple, narrow ? 2 ** 38 + 1 : 2 ** 12 + 1); // 15 or 41 digits
  return [high, multiple - high + (lost + (inverse ? LN2_LOW / factor : LN2_LOW * factor))];
}

/** 1 / x in two parts for kernels of float32 (`narrow`) or float64: half of the digits there, and the others. */
export function inverse(x: number, narrow: boolean): [number, number] {
  const quotient = 1 / x;
  const high = upperPart(quotient, narrow ? 2 ** 41 + 1 : 2 ** 27 + 1); // 12 or 26 digits
  return [high, quotient - high + quotientLoss(1, x, quotient)];
}

/** Whether a factor of x in an exponent is of an ordinary size, such as kernels are made for. */
export function isOrdinary(factor: number): boolean {
  const size = Math.abs(factor);
  return size >= 2 ** -30 && size <= 2 ** 30;
}

/** factor·e^x, of which only the result may be subnormal. */
export function timesExp(factor: number, x: number): number {
  if (x > -708) return factor * Math.exp(x);
  // SHIFT is an integer whose e^-SHIFT is the next to exact.
  return factor * Math.exp(x + SHIFT) * Math.exp(-SHIFT);
}

/** e^(x + xLow) / divisor, of which only the result may be subnormal. */
export function expOver(divisor: number, x: number, xLow: number): number {
  const shifts = Math.max(0, Math.ceil((-700 - x) / SHIFT));
  const e = Math.exp(x + shifts * SHIFT);
  let result = quotientOf(e, e * xLow, divisor);
  for (let i = 0; i < shifts; i++) result *= Math.exp(-SHIFT);
  return result;
}

const SHIFT = 211;

/** The largest exponent of e that matters: e^-FAR is 0. */
export const FAR = 800;

/** sigmoid(t + tLow) times x. */
export function gate(x: number, t: number, tLow: number): number {
  if (t >= 0) return x / (1 + Math.exp(-t) * (1 - tLow));
  if (t < -700) return timesExp(x + x * tLow, t);
  const e = Math.exp(-t);
  return x / (e + (1 - e * tLow));
}

/** The derivative of x·sigmoid(t), sigmoid(t) + g·sigmoid'(t) with g = x·t'. Both t and g have tLow as a second part. */
export function gateSlope(t: number, tLow: number, g: number): number {
  if (t < -FAR) return -0;
  if (t < -40) return timesExp((1 + g) * (1 + tLow), t);
  if (t > 100) return 1;
  const e = Math.exp(-Math.abs(t)) * (t < 0 ? 1 + tLow : 1 - tLow);
  const sum = t < 0 ? e * (1 + g + (e + tLow)) : 1 + e * (1 + g);
  return sum / (1 + e * (2 + e));
}

/** sigmoid'(x) */
export function logisticSlope(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return e / (1 + e * (2 + e));
}

/** log(1 + e^t) - max(t, 0) */
export function log1pExp(t: number): number {
  return Math.log1p(Math.exp(-Math.abs(t)));
}

/** factor·e^-(a²/scale), for a power of two `scale`. */
export function timesGauss(factor: number, a: number, scale: number): number {
  const square = a * a;
  const e = timesExp(factor, -square / scale);
  const low = (e * productLoss(a, a, square)) / scale;
  // Not -0 - -0.
  return low === 0 ? e : e - low;
}

/** M(a) of Φ(-a) = e^(-a²/2)·M(a), for a from 0 to 39: as in assembly/normal.ts, which tells of the coefficients. */
export function normalTail(a: number): number {
  if (a < 2) return (0.5 + a * polynomial(NEAR_P, a)) / (1 + a * polynomial(NEAR_Q, a));
  return (DENSITY - polynomial(FAR_N, a) / polynomial(FAR_D, a)) / a;
}

/** 1/√(2π) */
export const DENSITY = 0.3989422804014327;

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

const NEAR_P = [
  0.4861755342498388, 0.24043205053518502, 0.07081628006263554, 0.012928938624397202, 0.0013734760171978991,
  6.642744366763546e-5,
];
const NEAR_Q = [
  1.7702356293025432, 1.393307778673997, 0.6341750307924829, 0.18101701302552534, 0.03256922200237828,
  0.0034430891630533177, 0.0001665006797443895,
];
const FAR_N = [
  21005.275573681083, 27777.794232395878, 18438.69988812724, 7865.690675475385, 2341.9375884591504, 498.593087842835,
  74.89484608470262, 7.388671403779008, 0.39894228040270857,
];
const FAR_D = [
  52652.449218579386, 135618.45159231388, 163539.7353683087, 122058.10998361229, 62745.59511150406, 23354.604433570767,
  6427.567488575633, 1305.3494921009615, 190.73353877349663, 18.520652653205154, 1.0,
];

// 2/√π, and what it lost by rounding.
export const ERF_SLOPE = 1.1283791670955126;
const ERF_SLOPE_LOSS = 1.533545961316588e-17;

/** erf(x) = 2/√π·(x - x³/3 + x⁵/(2!·5) - …), from 1 on 1 - 2·Φ(-√2·x) */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 6) return Math.sign(x);
  if (a >= 1) return Math.sign(x) * (1 - timesGauss(2 * normalTail(a * Math.SQRT2), a, 1));
  const h = a * a;
  let sum = 0;
  for (let n = 20; n > 0; n--) sum = 1 / (2 * n + 1) - (h / (n + 1)) * sum;
  const rest = -h * sum;
  return x * (ERF_SLOPE + (ERF_SLOPE_LOSS + ERF_SLOPE * rest));
}

const THIRD_LOSS = 1.850371707708594e-17; // of 1/3

/**
 * x - tanh(x). Near 0 it is x³·(1/3 + R) with R·cosh(x) = Σ x^(2k - 2)/(2k - 2)!·(1/(4k² - 1) - 1/3) over k >= 2, the
 * difference of the series of x·cosh(x) - sinh(x) and x³/3·cosh(x): all terms have one sign.
 */
export function tanhshrink(x: number): number {
  const a = Math.abs(x);
  if (!(a < 1)) {
    const e = Math.exp(-2 * a);
    return Math.sign(x) * (a - 1 + (2 * e) / (1 + e));
  }
  const h = a * a;
  let sum = 0;
  let cosh = 1;
  for (let k = 11; k > 1; k--) {
    sum = 1 / (4 * k * k - 1) - 1 / 3 + (sum * h) / ((2 * k - 1) * (2 * k));
    cosh = 1 + (cosh * h) / ((2 * k - 1) * (2 * k));
  }
  cosh = 1 + (cosh * h) / 2;
  const rest = (sum * h) / (2 * cosh);
  const bracket = 1 / 3 + rest;
  const low = rest - (bracket - 1 / 3) + THIRD_LOSS;
  return x * (h * bracket + (h * low + productLoss(a, a, h) * bracket));
}
