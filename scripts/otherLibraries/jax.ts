/** JAX's names: jax.nn, jax.numpy, jax.lax, jax.scipy.special, jax.random, and optax's losses. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { dy, mask, x } = makeInputs();
const { byColumns, byRows, map, mapP, mean, ofColumns, ofRows } = d;

const activations = [
  same("nn.relu(x) | jnp.maximum(x, 0)", "relu(x)", map(d.relu)),
  same("nn.relu6(x)", "relu6(x)", map(d.relu6)),
  same("nn.leaky_relu(x, negative_slope=0.2)", "leakyRelu(x, { negativeSlope: 0.2 })", map(d.leakyRelu(0.2))),
  same("nn.elu(x, alpha=2)", "elu(x, { alpha: 2 })", map(d.elu(2))),
  same("nn.celu(x, alpha=2)", "celu(x, { alpha: 2 })", map(d.celu(2))),
  same("nn.selu(x)", "selu(x)", map(d.selu())),
  same("nn.gelu(x)", 'gelu(x, { approximate: "tanh" })', map(d.geluTanh), "JAX's default is the approximation"),
  same("nn.gelu(x, approximate=False)", "gelu(x)", map(d.gelu)),
  same("nn.silu(x) | nn.swish(x)", "silu(x)", map(d.silu)),
  same("nn.mish(x)", "mish(x)", map(d.mish)),
  same("nn.softplus(x) | jnp.logaddexp(x, 0)", "softplus(x)", map(d.softplus(1))),
  same("nn.squareplus(x, b=1)", "squareplus(x, { b: 1 })", map(d.squareplus(1))),
  same("nn.sparse_plus(x)", "sparsePlus(x)", map(d.sparsePlus)),
  same("nn.sparse_sigmoid(x)", "sparseSigmoid(x)", map(d.sparseSigmoid)),
  same("nn.soft_sign(x)", "softsign(x)", map(d.softsign)),
  same("nn.tanh(x) | jnp.tanh(x) | lax.tanh(x)", "tanh(x)", map(Math.tanh)),
  same("nn.sigmoid(x) | lax.logistic(x) | jsp.expit(x)", "sigmoid(x)", map(d.sigmoid)),
  same("nn.log_sigmoid(x)", "logSigmoid(x)", map(d.logSigmoid)),
  same("nn.hard_sigmoid(x)", "hardSigmoid(x)", map(d.hardSigmoid(1 / 6, 0.5))),
  same("nn.hard_silu(x) | nn.hard_swish(x)", "hardSwish(x)", map(d.hardSwish)),
  same(
    "nn.hard_tanh(x)",
    "hardtanh(x)",
    map((v) => d.clamp(v, -1, 1)),
  ),
  same(
    "jnp.clip(x, -2, 3) | lax.clamp(-2., x, 3.)",
    "hardtanh(x, { minVal: -2, maxVal: 3 })",
    map((v) => d.clamp(v, -2, 3)),
  ),
  same("nn.glu(x.reshape(3, 2), axis=-1)", "glu(x, { shape: [3, 2], axis: -1 })", d.glu(Array.from(x))),
  same("jnp.heaviside(x, 0)", "step(x)", map(d.heaviside)),
  none("nn.identity | nn.one_hot | nn.standardize", "none: x itself, and loops of your own"),
];

const rows = [
  same("nn.softmax(x, axis=-1) | jsp.softmax(x, axis=-1)", "softmax(x, { shape })", byRows(d.softmax)),
  same("nn.softmax(x, axis=0)", "softmax(x, { shape, axis: 0 })", byColumns(d.softmax)),
  same(
    "nn.softmax(x, where=mask)",
    "softmax(x, { shape, mask })",
    d.maskedSoftmax(),
    "`initial` isn't needed: a row that is all masked gives zeros",
  ),
  same("nn.log_softmax(x, axis=-1) | jsp.log_softmax(x, axis=-1)", "logSoftmax(x, { shape })", byRows(d.logSoftmax)),
  same(
    "nn.logsumexp(x, axis=-1) | jsp.logsumexp(x, axis=-1)",
    "logSumExp(x, { shape })",
    ofRows(d.logSumExp),
    "`keepdims` changes no order",
  ),
  same("nn.logsumexp(x)", "logSumExp(x)", d.logSumExp(Array.from(x))),
  same(
    "nn.logmeanexp(x, axis=-1)",
    "logSumExp(x, { shape }).map((y) => y - Math.log(3))",
    ofRows((row) => Math.log(mean(row.map(Math.exp)))),
    "less the logarithm of the columns",
  ),
  same(
    "nn.logsumexp(x, axis=-1, b=dy) | jsp.logsumexp(x, axis=-1, b=dy)",
    "logSumExp(x, { shape, weights: dy })",
    ofRows((row, i) => Math.log(d.sum(row.map((v, k) => dy[3 * i + k] * Math.exp(v))))),
    "`return_sign` has no counterpart: a negative sum gives NaN",
  ),
  same("lax.cumlogsumexp(x, axis=1)", "logCumSumExp(x, { shape })", byRows(d.logCumSumExp)),
  same("jnp.argmin(x, axis=-1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same("jnp.argmax(x)", "argmax(x)", 5),
  same("jnp.argmax(x, axis=0, keepdims=True)", "argmax(x, { shape, axis: 0 })", ofColumns(d.argmax)),
  same("lax.top_k(x.ravel(), 3)", "topK(x, 3)", d.topK(Array.from(x), 3)),
  same("lax.top_k(x, 2)", "topK(x, 2, { shape })", d.topKOfRows(2)),
  same(
    "nn.dot_product_attention(q, k, v, bias=dy, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, bias: dy })",
    d.attention((v, i) => 0.5 * v + dy[i]),
    "between the products: `x` is the queries times the keys",
  ),
  same(
    "nn.dot_product_attention(q, k, v, is_causal=True, scale=0.5)",
    'attentionSoftmax(x, { shape, scale: 0.5, causal: "upper-left" })',
    d.attention((v, i) => ([0, 3, 4].includes(i) ? 0.5 * v : -Infinity)),
  ),
  same(
    "nn.dot_product_attention(q, k, v, mask=mask, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, mask })",
    d.attention((v, i) => (mask[i] ? 0.5 * v : -Infinity)),
    "booleans as bytes",
  ),
  same(
    "jnp.greater(x, 0.25) | lax.gt(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
  ),
];

const losses = [
  same(
    "optax.softmax_cross_entropy(x, targets)",
    'softmaxCrossEntropy(x, targets, { shape, reduction: "none" })',
    d.softCrossEntropies(),
    "optax reduces nothing; here the mean is the default",
  ),
  same(
    "optax.softmax_cross_entropy_with_integer_labels(x, labels)",
    'softmaxCrossEntropy(x, labels, { shape, reduction: "none" })',
    d.crossEntropies(),
  ),
  same(
    "optax.safe_softmax_cross_entropy(x, targets)",
    'softmaxCrossEntropy(x, targets, { shape, reduction: "none" })',
    d.softCrossEntropies(),
    "a target of 0 counts for nothing, also where the logit is -Infinity",
  ),
  same(
    "optax.softmax_cross_entropy(x, optax.smooth_labels(targets, 0.1))",
    'softmaxCrossEntropy(x, targets, { shape, labelSmoothing: 0.1, reduction: "none" })',
    d.softCrossEntropies(d.smoothed(0.1, makeInputs().targets)),
  ),
  same(
    "optax.losses.multiclass_sparsemax_loss(x, labels)",
    'sparsemaxLoss(x, labels, { shape, reduction: "none" })',
    d.sparsemaxLosses(),
  ),
  same(
    "optax.losses.sparsemax_loss(x, binary)",
    "sparsePlus(x.map((v, i) => (binary[i] ? -v : v)))",
    map((v, i) => d.sparsePlus(makeInputs().binary[i] ? -v : v)),
  ),
  same(
    "optax.sigmoid_binary_cross_entropy(x, binary)",
    'sigmoidCrossEntropy(x, binary, { reduction: "none" })',
    d.binaryCrossEntropies(),
  ),
  same(
    "optax.sigmoid_focal_loss(x, binary, alpha=0.25, gamma=2)",
    'sigmoidFocalLoss(x, binary, { alpha: 0.25, gamma: 2, reduction: "none" })',
    d.sigmoidFocalLosses(0.25, 2),
    "`alpha=None` is `alpha: -1`",
  ),
  same(
    "optax.kl_divergence(nn.log_softmax(x), targets)",
    'klDivergence(logSoftmax(x, { shape }), targets, { shape, reduction: "batchMean" })',
    d.sum(d.divergences()) / 2,
    "of the rows, their mean",
  ),
  same(
    "optax.losses.kl_divergence_with_log_targets(nn.log_softmax(x), jnp.log(targets))",
    'klDivergence(logSoftmax(x, { shape }), log(targets), { shape, reduction: "batchMean", logTarget: true })',
    d.sum(d.divergences()) / 2,
  ),
  same(
    "optax.poly_loss_cross_entropy(x, targets, epsilon=2)",
    "softmaxCrossEntropy(x, targets, { shape }) + 2 * (1 - softmax(x, { shape }).reduce((sum, y, i) => sum + y * targets[i], 0) / 2)",
    mean(
      d
        .softCrossEntropies()
        .map((loss, i) => loss + 2 * (1 - d.sum(d.times(d.rowsOf(makeInputs().targets)[i], d.softmax(d.rowsOf()[i]))))),
    ),
    "its mean over the rows",
  ),
  none(
    "optax.squared_error | optax.l2_loss | optax.huber_loss | optax.log_cosh | optax.hinge_loss | optax.cosine_distance | optax.ctc_loss | optax.losses.convex_kl_divergence | optax.losses.triplet_margin_loss | optax.losses.ranking_softmax_loss",
    "none: losses of numbers, margins, alignments and lists",
  ),
];

const gradients = [
  same(
    "jax.vmap(jax.grad(nn.silu))(x)",
    "silu.derivative(x)",
    map((v) => d.sigmoid(v) * (1 + v * (1 - d.sigmoid(v)))),
  ),
  same(
    "y, vjp = jax.vjp(nn.silu, x); vjp(dy)",
    "silu.backward(x, dy)",
    map((v, i) => dy[i] * d.sigmoid(v) * (1 + v * (1 - d.sigmoid(v)))),
  ),
];

const special = [
  same("jnp.exp(x)", "exp(x)", map(Math.exp)),
  same("jnp.expm1(x)", "expm1(x)", map(Math.expm1)),
  same("jnp.log(p)", "log(p)", mapP(Math.log)),
  same("jnp.log1p(p)", "log1p(p)", mapP(Math.log1p)),
  same("jsp.erf(x) | lax.erf(x)", "erf(x)", map(d.erf)),
  same(
    "jsp.logit(p)",
    "logit(p)",
    mapP((v) => Math.log(v / (1 - v))),
  ),
  same("jsp.erfc(x) | lax.erfc(x)", "erfc(x)", map(d.erfc)),
  same("jsp.ndtr(x)", "ndtr(x)", map(d.ndtr)),
  same("jsp.log_ndtr(x)", "logNdtr(x)", map(d.logNdtr)),
  same("jsp.entr(p)", "entr(p)", mapP(d.entr)),
  same("jsp.xlogy(targets, p)", "xlogy(targets, p)", d.xlogy()),
  same(
    "nn.log1mexp(p)",
    "log1mexp(p)",
    mapP((v) => Math.log(1 - Math.exp(-v))),
  ),
  none("jsp.erfinv | jsp.ndtri | lax.erf_inv", "none: no inverse of the normal distribution's functions"),
  none(
    "jsp.gammaln | jsp.digamma | jsp.i0 | jsp.zeta | jsp.xlog1py | jsp.rel_entr",
    "none: no gamma and no Bessel functions",
  ),
];

const sampling = [
  same("random.categorical(key, x.ravel())", "sample(x, { random })", new Frequencies(d.softmax(Array.from(x)))),
  same(
    "random.categorical(key, x.ravel() / 2)",
    "sample(x, { temperature: 2, random })",
    new Frequencies(d.softmax(map((v) => v / 2))),
  ),
  none("random.key(42)", "`random`: a generator that was seeded, a function that gives numbers from 0 to less than 1"),
  none(
    "random.gumbel | random.bernoulli | random.choice(replace=False)",
    "none: `gumbelSoftmax` of `lanewise/sampling` adds the noise itself",
  ),
];

export const jax: Library = {
  name: "JAX",
  prefixes: { nn: "jax.nn", jnp: "jax.numpy", lax: "jax.lax", jsp: "jax.scipy.special", random: "jax.random" },
  about: "`nn` is jax.nn, `jnp` jax.numpy, `lax` jax.lax, `jsp` jax.scipy.special, `random` jax.random.",
  tables: { activations, rows, losses, gradients, "special functions": special, sampling },
};
