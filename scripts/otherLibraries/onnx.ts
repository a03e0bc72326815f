/** ONNX's operators and their attributes, as of opset 23, and onnxruntime's own. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { dy, mask, weight, x } = makeInputs();
const { byColumns, byRows, map, mapP, mean, ofColumns, ofRows, sum } = d;

const activations = [
  same("Relu(x)", "relu(x)", map(d.relu)),
  same("LeakyRelu(x)", "leakyRelu(x)", map(d.leakyRelu(0.01))),
  same("LeakyRelu(x, alpha=0.2)", "leakyRelu(x, { negativeSlope: 0.2 })", map(d.leakyRelu(0.2))),
  same(
    "PRelu(x, slope)",
    "prelu(x, { weight, shape })",
    map((v, i) => d.leakyRelu(weight[i % 3])(v)),
    "a slope for each channel, axis 1 of `shape`; broadcast others yourself",
  ),
  same("ThresholdedRelu(x, alpha=0.75)", "thresholdedRelu(x, { alpha: 0.75 })", map(d.threshold(0.75, 0))),
  same("Elu(x, alpha=2)", "elu(x, { alpha: 2 })", map(d.elu(2))),
  same("Celu(x, alpha=2)", "celu(x, { alpha: 2 })", map(d.celu(2))),
  same("Selu(x)", "selu(x)", map(d.selu()), "its alpha and gamma are the same numbers, rounded to float32"),
  same("Selu(x, alpha=2, gamma=3)", "selu(x, { alpha: 2, scale: 3 })", map(d.selu(2, 3))),
  same("Gelu(x)", "gelu(x)", map(d.gelu)),
  same('Gelu(x, approximate="tanh")', 'gelu(x, { approximate: "tanh" })', map(d.geluTanh)),
  same("Swish(x)", "silu(x)", map(d.silu)),
  same(
    "Swish(x, alpha=2)",
    "swish(x, { beta: 2 })",
    map((v) => v * d.sigmoid(2 * v)),
  ),
  same("Mish(x)", "mish(x)", map(d.mish)),
  same("Softplus(x)", "softplus(x)", map(d.softplus(1))),
  same("Softsign(x)", "softsign(x)", map(d.softsign)),
  same("Tanh(x)", "tanh(x)", map(Math.tanh)),
  same("Sigmoid(x)", "sigmoid(x)", map(d.sigmoid)),
  same("HardSigmoid(x)", "hardSigmoid(x, { slope: 0.2 })", map(d.hardSigmoid(0.2, 0.5)), "ONNX's default"),
  same(
    "HardSigmoid(x, alpha=0.3, beta=0.4)",
    "hardSigmoid(x, { slope: 0.3, offset: 0.4 })",
    map(d.hardSigmoid(0.3, 0.4)),
  ),
  same("HardSigmoid(x, alpha=1/6, beta=0.5)", "hardSigmoid(x)", map(d.hardSigmoid(1 / 6, 0.5))),
  same("HardSwish(x)", "hardSwish(x)", map(d.hardSwish)),
  same(
    "Clip(x, -2, 3)",
    "hardtanh(x, { minVal: -2, maxVal: 3 })",
    map((v) => d.clamp(v, -2, 3)),
  ),
  same("Shrink(x, lambd=0.25, bias=0)", "hardshrink(x, { lambd: 0.25 })", map(d.hardshrink(0.25))),
  same("Shrink(x, lambd=0.25, bias=0.25)", "softshrink(x, { lambd: 0.25 })", map(d.softshrink(0.25))),
  same(
    "com.microsoft.QuickGelu(x, alpha=1.702)",
    "quickGelu(x)",
    map((v) => v * d.sigmoid(1.702 * v)),
  ),
  same("com.microsoft.FastGelu(x)", 'gelu(x, { approximate: "tanh" })', map(d.geluTanh)),
  none("Identity | Shrink with other bias | Affine | ScaledTanh", "none: x itself, or a loop of your own"),
];

const rows = [
  same(
    "Softmax(x)",
    "softmax(x, { shape })",
    byRows(d.softmax),
    "before opset 13 the default axis was 1, and those behind it one row",
  ),
  same("Softmax(x, axis=0)", "softmax(x, { shape, axis: 0 })", byColumns(d.softmax)),
  same("LogSoftmax(x)", "logSoftmax(x, { shape })", byRows(d.logSoftmax)),
  same("Hardmax(x)", "hardmax(x, { shape })", byRows(d.hardmax)),
  same("ReduceLogSumExp(x, axes=[-1])", "logSumExp(x, { shape })", ofRows(d.logSumExp), "`keepdims` changes no order"),
  same("ReduceLogSumExp(x)", "logSumExp(x)", d.logSumExp(Array.from(x)), "`noop_with_empty_axes=1` is x itself"),
  same("ArgMax(x, axis=-1)", "argmax(x, { shape })", ofRows(d.argmax)),
  same("ArgMax(x)", "argmax(x, { shape, axis: 0 })", ofColumns(d.argmax), "ONNX's default axis is 0"),
  same(
    "TopK(x, k=3)",
    "topK(x, 3)",
    d.topK(Array.from(x), 3),
    "of one row; `sorted=0` has no counterpart: they are always sorted",
  ),
  same("TopK(x, k=2, axis=-1)", "topK(x, 2, { shape })", d.topKOfRows(2)),
  same("TopK(x, k=2, largest=0)", "topK(x, 2, { shape, largest: false })", d.topKOfRows(2, -1)),
  same("ArgMin(x, axis=-1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same(
    "ArgMax(binary, axis=-1, select_last_index=1)",
    "argmax(binary, { shape, last: true })",
    [0, 1],
    "the last of several that are largest",
  ),
  same(
    "Attention(q, k, v, attn_mask=dy, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, bias: dy })",
    d.attention((v, i) => 0.5 * v + dy[i]),
    "between the products: `x` is the queries times the keys",
  ),
  same(
    "Attention(q, k, v, is_causal=1, scale=0.5)",
    'attentionSoftmax(x, { shape, scale: 0.5, causal: "upper-left" })',
    d.attention((v, i) => ([0, 3, 4].includes(i) ? 0.5 * v : -Infinity)),
  ),
  same(
    "Attention(q, k, v, attn_mask=mask, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, mask })",
    d.attention((v, i) => (mask[i] ? 0.5 * v : -Infinity)),
    "booleans as bytes",
  ),
  same(
    "Attention(q, k, v, scale=0.5, softcap=2)",
    "attentionSoftmax(x, { shape, scale: 0.5, softcap: 2 })",
    d.attention((v) => 2 * Math.tanh((0.5 * v) / 2)),
    "`causal: true` is `is_causal` after a cache: the last query sees all keys",
  ),
  same(
    "Greater(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
  ),
  none("ReduceMax | CumSum | LpNormalization | LayerNormalization | Where", "none: `topK(x, 1)` gives a maximum"),
];

const losses = [
  same(
    "SoftmaxCrossEntropyLoss(x, labels)",
    "softmaxCrossEntropy(x, labels, { shape })",
    mean(d.crossEntropies()),
    "int64 labels are a BigInt64Array",
  ),
  same(
    "SoftmaxCrossEntropyLoss(x, labels, weights)",
    "softmaxCrossEntropy(x, labels, { shape, weight })",
    sum(d.times(d.labelWeights, d.crossEntropies())) / sum(d.labelWeights),
  ),
  same(
    'SoftmaxCrossEntropyLoss(x, labels, ignore_index=0, reduction="sum")',
    'softmaxCrossEntropy(x, labels, { shape, ignoreIndex: 0, reduction: "sum" })',
    d.crossEntropies()[0],
    "its second output, the logarithms, is `logSoftmax(x, { shape })`; classes are axis 1",
  ),
  same(
    'NegativeLogLikelihoodLoss(LogSoftmax(x), labels, weight, reduction="none")',
    'nllLoss(logSoftmax(x, { shape }), labels, { shape, weight, reduction: "none" })',
    d.times(d.labelWeights, d.crossEntropies()),
    "`ignore_index` is `ignoreIndex`",
  ),
];

const special = [
  same("Exp(x)", "exp(x)", map(Math.exp)),
  same("Log(p)", "log(p)", mapP(Math.log)),
  same("Erf(x)", "erf(x)", map(d.erf)),
  none("Sqrt | Reciprocal | Pow | Sinh | Cosh | Asinh | Atanh", "a loop over Math's"),
];

const sampling = [
  same(
    "Multinomial(x, sample_size=1)",
    "sample(x, { random })",
    new Frequencies(d.softmax(Array.from(x))),
    "of one row, a call a sample; for `seed` give a generator that was seeded as `random`",
  ),
  none("Bernoulli(p)", "`p.map((v) => (random() < v ? 1 : 0))`"),
];

export const onnx: Library = {
  name: "ONNX",
  prefixes: {},
  about: "Operators with their attributes, as of opset 23; `com.microsoft` are onnxruntime's own.",
  tables: { activations, rows, losses, "special functions": special, sampling },
};
