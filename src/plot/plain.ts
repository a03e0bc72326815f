/**
 * The functions as programs write them by hand, in float32: the textbook's formula over JavaScript's `Math`, each step rounded to
 * float32, as any program that computes in float32 rounds it. Nothing in them is made up to be bad, nor careful.
 */

type Numbers = Readonly<Record<string, number>>;

/** A formula in float32. `p` holds the parameters, rounded to float32. */
type PlainFormula = (x: number, p: Numbers) => number;

const f = Math.fround;

const exp = (x: number) => f(Math.exp(x));
const expm1 = (x: number) => f(Math.expm1(x));
const log = (x: number) => f(Math.log(x));
const log1p = (x: number) => f(Math.log1p(x));
const tanh = (x: number) => f(Math.tanh(x));
const sigmoid = (x: number) => f(1 / f(1 + exp(-x)));
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** Formula 7.1.26 of Abramowitz and Stegun, which most take, as JavaScript has no erf: right to 1.5e-7. */
function erf(x: number): number {
  const z = Math.abs(x);
  const t = f(1 / f(1 + f(f(0.3275911) * z)));
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const p = coefficients.reduce((sum, c) => f(f(sum * t) + f(c)), 0);
  const y = f(1 - f(f(p * t) * exp(-f(z * z))));
  return x < 0 ? -y : y;
}

function geluTanh(x: number): number {
  const cubic = f(f(0.044715) * f(f(x * x) * x));
  return f(f(0.5 * x) * f(1 + tanh(f(f(Math.sqrt(2 / Math.PI)) * f(x + cubic)))));
}

/** By the functions' names. */
export const plainFormulas: Readonly<Record<string, PlainFormula>> = {
  celu: (x, { alpha }) => (x > 0 ? x : f(alpha * expm1(f(x / alpha)))),
  elu: (x, { alpha }) => (x > 0 ? x : f(alpha * expm1(x))),
  entr: (x) => f(-x * log(x)),
  erf,
  erfc: (x) => f(1 - erf(x)),
  erfcx: (x) => f(exp(f(x * x)) * f(1 - erf(x))),
  exp,
  expm1: (x) => f(exp(x) - 1),
  gelu: (x, { approximate }) =>
    (approximate as unknown) === "tanh" ? geluTanh(x) : f(f(0.5 * x) * f(1 + erf(f(x * f(Math.SQRT1_2))))),
  hardSigmoid: (x, { slope, offset }) =>
    slope === undefined && offset === undefined
      ? f(clamp(f(x + 3), 0, 6) / 6)
      : clamp(f(f((slope ?? f(1 / 6)) * x) + (offset ?? 0.5)), 0, 1),
  hardSwish: (x) => f(f(x * clamp(f(x + 3), 0, 6)) / 6),
  hardshrink: (x, { lambd }) => (Math.abs(x) > lambd ? x : 0),
  hardtanh: (x, { minVal, maxVal }) => clamp(x, minVal, maxVal),
  leakyRelu: (x, { negativeSlope }) => (x > 0 ? x : f(negativeSlope * x)),
  log,
  log1mexp: (x) => log(f(1 - exp(-x))),
  log1p: (x) => log(f(1 + x)),
  logNdtr: (x) => log(f(f(1 + erf(f(x * f(Math.SQRT1_2)))) / 2)),
  logSigmoid: (x) => log(sigmoid(x)),
  logit: (x, { eps = -Infinity }) => {
    const v = eps > -Infinity ? clamp(x, eps, f(1 - eps)) : x;
    return log(f(v / f(1 - v)));
  },
  mish: (x) => f(x * tanh(log1p(exp(x)))),
  ndtr: (x) => f(f(1 + erf(f(x * f(Math.SQRT1_2)))) / 2),
  prelu: (x, { weight }) => (x > 0 ? x : f(weight * x)),
  quickGelu: (x) => f(x * sigmoid(f(f(1.702) * x))),
  relu: (x) => Math.max(x, 0),
  relu6: (x) => clamp(x, 0, 6),
  rrelu: (x, { lower, upper }) => (x > 0 ? x : f(f(f(lower + upper) / 2) * x)),
  selu: (x, { alpha = f(1.6732632423543772), scale = f(1.0507009873554805) }) =>
    f(scale * (x > 0 ? x : f(alpha * expm1(x)))),
  sigmoid,
  silu: (x) => f(x * sigmoid(x)),
  softplus: (x, { beta }) => f(log(f(1 + exp(f(beta * x)))) / beta),
  softshrink: (x, { lambd }) => (x > lambd ? f(x - lambd) : x < -lambd ? f(x + lambd) : 0),
  softsign: (x) => f(x / f(1 + Math.abs(x))),
  sparsePlus: (x) => (x <= -1 ? 0 : x >= 1 ? x : f(f(f(x + 1) ** 2) / 4)),
  sparseSigmoid: (x) => clamp(f(f(x + 1) / 2), 0, 1),
  squareplus: (x, { b }) => f(f(x + f(Math.sqrt(f(f(x * x) + b)))) / 2),
  step: (x) => (x > 0 ? 1 : 0),
  swish: (x, { beta }) => f(x * sigmoid(f(beta * x))),
  tanh,
  tanhshrink: (x) => f(x - tanh(x)),
  threshold: (x, { threshold, value }) => (x > threshold ? x : value),
  thresholdedRelu: (x, { alpha }) => (x > alpha ? x : 0),
};
