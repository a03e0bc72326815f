/** SciPy's and NumPy's names. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { targets, x } = makeInputs();
const { byColumns, byRows, map, mapP, ofColumns, ofRows } = d;

const activations = [
  same("np.maximum(x, 0)", "relu(x)", map(d.relu)),
  same(
    "np.clip(x, -2, 3)",
    "hardtanh(x, { minVal: -2, maxVal: 3 })",
    map((v) => d.clamp(v, -2, 3)),
  ),
  same("np.tanh(x)", "tanh(x)", map(Math.tanh)),
  same("special.expit(x)", "sigmoid(x)", map(d.sigmoid)),
  same("special.log_expit(x)", "logSigmoid(x)", map(d.logSigmoid)),
  same("special.softplus(x) | np.logaddexp(x, 0)", "softplus(x)", map(d.softplus(1))),
  same("np.heaviside(x, 0)", "step(x)", map(d.heaviside), "np.heaviside(x, 1) is 1 at 0 instead"),
];

const rows = [
  same(
    "special.softmax(x)",
    "softmax(x)",
    d.softmax(Array.from(x)),
    "SciPy's default is the whole array, as here without a shape",
  ),
  same("special.softmax(x, axis=-1)", "softmax(x, { shape })", byRows(d.softmax)),
  same("special.softmax(x, axis=0)", "softmax(x, { shape, axis: 0 })", byColumns(d.softmax)),
  same("special.log_softmax(x, axis=-1)", "logSoftmax(x, { shape })", byRows(d.logSoftmax)),
  same("special.logsumexp(x)", "logSumExp(x)", d.logSumExp(Array.from(x))),
  same(
    "special.logsumexp(x, axis=0)",
    "logSumExp(x, { shape, axis: 0 })",
    ofColumns(d.logSumExp),
    "`keepdims` changes no order",
  ),
  same(
    "np.logaddexp(x[0], x[1])",
    "logSumExp(x, { shape, axis: 0 })",
    ofColumns(d.logSumExp),
    "of both arrays side by side",
  ),
  same("np.argmax(x)", "argmax(x)", 5),
  same("np.argmax(x, axis=-1)", "argmax(x, { shape })", ofRows(d.argmax)),
  same(
    "special.logsumexp(x, axis=-1, b=dy)",
    "logSumExp(x, { shape, weights: dy })",
    ofRows((row, i) => Math.log(d.sum(row.map((v, k) => makeInputs().dy[3 * i + k] * Math.exp(v))))),
    "`return_sign` has no counterpart: a negative sum gives NaN",
  ),
  same("np.logaddexp.accumulate(x, axis=1)", "logCumSumExp(x, { shape })", byRows(d.logCumSumExp)),
  same("np.argmin(x, axis=-1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same("np.argsort(-x.ravel())[:3]", "topK(x, 3).indices", d.topK(Array.from(x), 3).indices),
  same(
    "np.greater(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
    "bytes, which are a `mask`",
  ),
];

const special = [
  same("np.exp(x)", "exp(x)", map(Math.exp)),
  same("np.expm1(x) | special.expm1(x)", "expm1(x)", map(Math.expm1)),
  same("np.log(p)", "log(p)", mapP(Math.log)),
  same("np.log1p(p) | special.log1p(p)", "log1p(p)", mapP(Math.log1p)),
  same("special.erf(x)", "erf(x)", map(d.erf)),
  same(
    "special.logit(p)",
    "logit(p)",
    mapP((v) => Math.log(v / (1 - v))),
  ),
  same("special.erfc(x)", "erfc(x)", map(d.erfc)),
  same("special.erfcx(x)", "erfcx(x)", map(d.erfcx)),
  same("special.ndtr(x) | stats.norm.cdf(x)", "ndtr(x)", map(d.ndtr)),
  same(
    "stats.norm.sf(x)",
    "ndtr(x.map((v) => -v))",
    map((v) => d.ndtr(-v)),
  ),
  same("special.log_ndtr(x) | stats.norm.logcdf(x)", "logNdtr(x)", map(d.logNdtr)),
  same("special.entr(p)", "entr(p)", mapP(d.entr)),
  same(
    "stats.entropy(targets[0])",
    "entr(targets.subarray(0, 3)).reduce((sum, v) => sum + v, 0)",
    d.sum(map(d.entr, targets.slice(0, 3))),
  ),
  same("special.xlogy(targets, p)", "xlogy(targets, p)", d.xlogy()),
  none(
    "special.erfinv | special.ndtri | stats.norm.ppf | stats.norm.isf",
    "none: no inverse of the normal distribution's functions",
  ),
  none(
    "special.erfi | special.dawsn | special.wofz | special.gammaln | special.i0 | special.zeta | special.xlog1py",
    "none",
  ),
];

const losses = [
  same(
    "special.kl_div(targets, special.softmax(x, axis=-1)).sum()",
    'klDivergence(logSoftmax(x, { shape }), targets, { reduction: "sum" })',
    d.sum(d.divergences()),
    "of rows that sum to 1: SciPy's terms have - target + y besides",
  ),
  same(
    "special.rel_entr(targets, special.softmax(x, axis=-1))",
    'klDivergence(logSoftmax(x, { shape }), targets, { reduction: "none" })',
    d.divergences(),
  ),
  same(
    "stats.entropy(targets[0], special.softmax(x[0]))",
    'klDivergence(logSoftmax(x.subarray(0, 3)), targets.subarray(0, 3), { reduction: "sum" })',
    d.sum(d.divergences().slice(0, 3)),
  ),
  none("special.huber | special.pseudo_huber", "none: losses of numbers"),
];

const sampling = [
  same(
    "rng.choice(3, p=targets[0])",
    "sample(log(targets.subarray(0, 3)), { random })",
    new Frequencies([...targets.slice(0, 3)]),
    "for a seed give a generator that was seeded as `random`",
  ),
];

export const scipy: Library = {
  name: "SciPy and NumPy",
  prefixes: { np: "numpy", special: "scipy.special", stats: "scipy.stats" },
  about: "`special` is scipy.special, `stats` scipy.stats, `np` NumPy.",
  tables: { activations, rows, "special functions": special, losses, sampling },
};
