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

/** The number in half as many digits (Veltkamp's splitting). */
function upperHalf(x: number): number {
  const shifted = 134217729 * x; // 2^27 + 1
  return shifted - (shifted - x);
}

/** factor·e^x, of which only the result may be subnormal. */
export function timesExp(factor: number, x: number): number {
  if (x > -708) return factor * Math.exp(x);
  // SHIFT is an integer whose e^-SHIFT is the next to exact.
  return factor * Math.exp(x + SHIFT) * Math.exp(-SHIFT);
}

const SHIFT = 211;

/** sigmoid(t + tLow) times x. */
export function gate(x: number, t: number, tLow: number): number {
  if (t >= 0) return x / (1 + Math.exp(-t) * (1 - tLow));
  // From here on 1 + e^t is 1.
  if (t < -40) return timesExp(x + x * tLow, t);
  const e = Math.exp(t) * (1 + tLow);
  return (x * e) / (1 + e);
}

/** sigmoid(t + tLow) + g·sigmoid'(t + tLow): the derivative of x·sigmoid(t), where g is x·t'. */
export function gateSlope(t: number, tLow: number, g: number): number {
  if (t < -40) return timesExp((1 + g) * (1 + tLow), t);
  if (t > 100) return 1;
  const e = Math.exp(-Math.abs(t)) * (t < 0 ? 1 + tLow : 1 - tLow);
  const sum = t < 0 ? e * (1 + g + e) : 1 + e * (1 + g);
  return sum / (1 + e * (2 + e));
}

/** sigmoid'(x) */
export function logisticSlope(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return e / (1 + e * (2 + e));
}

/** log(1 + e^(t + tLow)) - max(t, 0) */
export function log1pExp(t: number, tLow: number): number {
  return Math.log1p(Math.exp(-Math.abs(t)) * (t < 0 ? 1 + tLow : 1 - tLow));
}

/** The largest exponent of e that matters: e^-FAR is 0. */
export const FAR = 800;

/** factor·e^-(a²/scale), for a power of two `scale`. */
export function timesGauss(factor: number, a: number, scale: number): number {
  const square = a * a;
  const e = timesExp(factor, -square / scale);
  const low = (e * productLoss(a, a, square)) / scale;
  // Not -0 - -0.
  return low === 0 ? e : e - low;
}

/** P(a)/Q(a) of Φ(-a) = e^(-a²/2)·P(a)/Q(a), for a from 0 to 39: as in assembly/normal.ts, whose coefficients these are. */
export function normalTail(a: number): number {
  return polynomial(P, a) / polynomial(Q, a);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

const P = [
  0.5, 0.8268298598815544, 0.6776981934686934, 0.35572933317970945, 0.13118471218393082, 0.03535010985621515,
  0.007038952636374134, 0.001023801428597814, 0.0001044716698563833, 6.798775626879733e-6, 2.1674822464884526e-7,
];
const Q = [
  1.0, 2.451544280565974, 2.811445718525547, 1.9948571786909008, 0.9753287528519774, 0.3459570304071267,
  0.09114179069132525, 0.017904822723620744, 0.002583331611849945, 0.00026241494878726407, 1.7042003219213115e-5,
  5.433072283808761e-7,
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
  let power = 1;
  let rest = 0;
  for (let n = 1; n < 20; n++) {
    power *= -h / n;
    rest += power / (2 * n + 1);
  }
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
  let power = 1;
  let sum = 0;
  for (let k = 2; k < 12; k++) {
    power *= h / ((2 * k - 3) * (2 * k - 2));
    sum += power * (1 / (4 * k * k - 1) - 1 / 3);
  }
  const rest = sum / Math.cosh(a);
  const bracket = 1 / 3 + rest;
  const low = rest - (bracket - 1 / 3) + THIRD_LOSS;
  return x * (h * bracket + (h * low + productLoss(a, a, h) * bracket));
}
