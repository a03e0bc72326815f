/**
 * Exact results of rows, by integers: a number is a bigint in units of 2^-BITS. Floats convert exactly, and exponentials are
 * right to RELATIVE_BITS digits, so that a result of float64 is known to far less than an ulp, also where its terms cancel.
 */

/** A float64 has units of 2^-1074; a product of two terms, and a quotient, need their digits below. */
const BITS = 2600n;

/** The digits of an exponential. */
const RELATIVE_BITS = 320n;

/** A number in units of 2^-BITS. */
export type Exact = bigint;

export const ONE: Exact = 1n << BITS;

const view = new DataView(new ArrayBuffer(8));

/** A finite number, exactly. */
export function exact(x: number): Exact {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction << 1n : fraction | (1n << 52n);
  const units = magnitude << (BITS - 1075n + exponent);
  return x < 0 ? -units : units;
}

export function times(a: Exact, b: Exact): Exact {
  return (a * b) >> BITS;
}

export function over(a: Exact, b: Exact): Exact {
  return (a << BITS) / b;
}

export function abs(a: Exact): Exact {
  return a < 0n ? -a : a;
}

export function sum(terms: Iterable<Exact>): Exact {
  let total = 0n;
  for (const term of terms) total += term;
  return total;
}

/** ln(2) = Σ 1 / (k·2^k) in units of 2^-bits. */
function ln2(bits: bigint): bigint {
  let total = 0n;
  for (let k = 1n; k <= bits; k++) total += (1n << (bits - k)) / k;
  return total;
}

const LN2 = ln2(BITS);

/** How often r is halved before its exponential is a short series, and the result squared. */
const HALVINGS = 24n;

/** e^x, right to so many digits */
export function exp(x: Exact, digits = RELATIVE_BITS): Exact {
  const n = x / LN2;
  // As many digits more as the squarings lose.
  const bits = digits + 2n * HALVINGS;
  const unit = 1n << bits;
  const r = (x - n * LN2) >> (BITS - bits + HALVINGS);
  let term = unit;
  let e = unit;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * r) >> bits) / k;
    e += term;
  }
  for (let i = 0n; i < HALVINGS; i++) e = (e * e) >> bits;
  const shift = BITS - bits + n;
  return shift >= 0n ? e << shift : e >> -shift;
}

/** log(x) for x > 0, by Newton's method from the logarithm of the float64 next to it. */
export function log(x: Exact): Exact {
  // x = 2^k·m with m from 1 to 2.
  const length = BigInt(x.toString(2).length) - 1n;
  const k = length - BITS;
  const m = k >= 0n ? x >> k : x << -k;
  let y = exact(Math.log(toNumber(m)));
  for (let i = 0; i < 3; i++) y += times(m, exp(-y)) - ONE;
  return y + k * LN2;
}

/** The nearest float64, but for roundings to even and subnormal numbers. */
export function toNumber(a: Exact): number {
  const magnitude = abs(a);
  const shift = BigInt(Math.max(0, magnitude.toString(16).length * 4 - 64));
  const value = Number(magnitude >> shift) * 2 ** Number(shift - BITS >= -1074n ? shift - BITS : -1074n);
  const rest = shift - BITS >= -1074n ? 1 : 2 ** Number(shift - BITS + 1074n);
  return a < 0n ? -value * rest : value * rest;
}

/** log(1 + e^x) */
export function softplus(x: number): Exact {
  return x < -40 ? exp(exact(x)) - (exp(exact(2 * x)) >> 1n) : log(ONE + exp(exact(x)));
}

/** sigmoid(x) */
export function sigmoid(x: number): Exact {
  return x < 0 ? over(exp(exact(x)), ONE + exp(exact(x))) : over(ONE, ONE + exp(exact(-x)));
}
