/** TensorFlow.js' names: tf, tf.losses, tf.layers. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { binary, targets, weight, x } = makeInputs();
const { byRows, map, mapP, mean, ofColumns, ofRows, sum } = d;

const activations = [
  same('tf.relu(x) | tf.layers.activation({ activation: "relu" })', "relu(x)", map(d.relu)),
  same("tf.relu6(x)", "relu6(x)", map(d.relu6)),
  same(
    "tf.layers.reLU({ maxValue: 3 })",
    "hardtanh(x, { minVal: 0, maxVal: 3 })",
    map((v) => d.clamp(v, 0, 3)),
  ),
  same("tf.leakyRelu(x)", "leakyRelu(x, { negativeSlope: 0.2 })", map(d.leakyRelu(0.2)), "tfjs' default is 0.2"),
  same("tf.leakyRelu(x, 0.1)", "leakyRelu(x, { negativeSlope: 0.1 })", map(d.leakyRelu(0.1)), "its `alpha`"),
  same(
    "tf.layers.leakyReLU()",
    "leakyRelu(x, { negativeSlope: 0.3 })",
    map(d.leakyRelu(0.3)),
    "the layer's default is 0.3",
  ),
  same(
    "tf.prelu(x, weight) | tf.layers.prelu()",
    "prelu(x, { weight, shape })",
    map((v, i) => d.leakyRelu(weight[i % 3])(v)),
    "channels are axis 1 of `shape`",
  ),
  same("tf.elu(x)", "elu(x)", map(d.elu(1))),
  same("tf.layers.elu({ alpha: 2 })", "elu(x, { alpha: 2 })", map(d.elu(2))),
  same("tf.selu(x)", "selu(x)", map(d.selu())),
  same('tf.layers.activation({ activation: "gelu" })', "gelu(x)", map(d.gelu)),
  same('tf.layers.activation({ activation: "gelu_new" })', 'gelu(x, { approximate: "tanh" })', map(d.geluTanh)),
  same('tf.layers.activation({ activation: "swish" })', "silu(x)", map(d.silu)),
  same('tf.layers.activation({ activation: "mish" })', "mish(x)", map(d.mish)),
  same("tf.softplus(x)", "softplus(x)", map(d.softplus(1))),
  same('tf.layers.activation({ activation: "softsign" })', "softsign(x)", map(d.softsign)),
  same("tf.tanh(x)", "tanh(x)", map(Math.tanh)),
  same("tf.sigmoid(x)", "sigmoid(x)", map(d.sigmoid)),
  same("tf.logSigmoid(x)", "logSigmoid(x)", map(d.logSigmoid)),
  same(
    'tf.layers.activation({ activation: "hardSigmoid" })',
    "hardSigmoid(x, { slope: 0.2 })",
    map(d.hardSigmoid(0.2, 0.5)),
  ),
  same(
    "tf.clipByValue(x, -2, 3)",
    "hardtanh(x, { minVal: -2, maxVal: 3 })",
    map((v) => d.clamp(v, -2, 3)),
  ),
  same("tf.layers.thresholdedReLU({ theta: 0.75 })", "thresholdedRelu(x, { alpha: 0.75 })", map(d.threshold(0.75, 0))),
  same("tf.step(x)", "step(x)", map(d.heaviside), "another `alpha`, the value below 0, has no counterpart"),
];

const rows = [
  same(
    "tf.softmax(x) | tf.layers.softmax()",
    "softmax(x, { shape })",
    byRows(d.softmax),
    "along any `axis`, where tfjs throws but for the last",
  ),
  same("tf.logSoftmax(x)", "logSoftmax(x, { shape })", byRows(d.logSoftmax)),
  same("tf.logSumExp(x, -1)", "logSumExp(x, { shape })", ofRows(d.logSumExp), "`keepDims` changes no order"),
  same("tf.logSumExp(x)", "logSumExp(x)", d.logSumExp(Array.from(x))),
  same("tf.argMax(x)", "argmax(x, { shape, axis: 0 })", ofColumns(d.argmax), "tfjs' default axis is 0"),
  same("tf.argMax(x, 1)", "argmax(x, { shape })", ofRows(d.argmax)),
  same("tf.argMin(x, 1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same("tf.topk(x, 2)", "topK(x, 2, { shape })", d.topKOfRows(2)),
  same("tf.topk(x.flatten(), 3)", "topK(x, 3)", d.topK(Array.from(x), 3)),
  same(
    "tf.greater(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
  ),
  none("tf.max | tf.cumsum | tf.where | tf.oneHot", "none: `topK(x, 1)` gives a maximum"),
];

const losses = [
  same(
    "tf.losses.softmaxCrossEntropy(targets, x)",
    "softmaxCrossEntropy(x, targets, { shape })",
    mean(d.softCrossEntropies()),
    "logits come first",
  ),
  same(
    "tf.losses.softmaxCrossEntropy(targets, x, undefined, 0.1)",
    "softmaxCrossEntropy(x, targets, { shape, labelSmoothing: 0.1 })",
    mean(d.softCrossEntropies(d.smoothed(0.1, targets))),
  ),
  same(
    "tf.losses.softmaxCrossEntropy(targets, x, undefined, 0, tf.Reduction.SUM)",
    'softmaxCrossEntropy(x, targets, { shape, reduction: "sum" })',
    sum(d.softCrossEntropies()),
    'Reduction.NONE is "none", MEAN and SUM_BY_NONZERO_WEIGHTS are "mean"',
  ),
  same("tf.losses.sigmoidCrossEntropy(binary, x)", "sigmoidCrossEntropy(x, binary)", mean(d.binaryCrossEntropies())),
  same(
    "tf.losses.sigmoidCrossEntropy(binary, x, undefined, 0.1)",
    "sigmoidCrossEntropy(x, binary.map((t) => t * 0.9 + 0.05))",
    mean(
      d.binaryCrossEntropies(
        undefined,
        Float32Array.from(binary, (t) => t * 0.9 + 0.05),
      ),
    ),
  ),
  same(
    "tf.losses.logLoss(binary, p, undefined, 0)",
    "sigmoidCrossEntropy(logit(p), binary)",
    mean(d.probabilityCrossEntropies()),
    "its `epsilon`, by default 1e-7, keeps it finite at 0; `eps` of `logit` does so here",
  ),
  same(
    "tf.metrics.sparseCategoricalCrossentropy(labels, tf.softmax(x))",
    'softmaxCrossEntropy(x, labels, { shape, reduction: "none" })',
    d.crossEntropies(),
  ),
  none("weights of tf.losses", 'multiply the losses of `reduction: "none"`'),
  none(
    "tf.losses.absoluteDifference | tf.losses.cosineDistance | tf.losses.hingeLoss | tf.losses.huberLoss | tf.losses.meanSquaredError",
    "none: losses of numbers and margins",
  ),
];

const gradients = [
  same(
    "tf.grad((x) => tf.tanh(x))(x, dy)",
    "tanh.backward(x, dy)",
    map((v, i) => (1 - Math.tanh(v) ** 2) * makeInputs().dy[i]),
  ),
];

const special = [
  same("tf.exp(x)", "exp(x)", map(Math.exp)),
  same("tf.expm1(x)", "expm1(x)", map(Math.expm1)),
  same("tf.log(p)", "log(p)", mapP(Math.log)),
  same("tf.log1p(p)", "log1p(p)", mapP(Math.log1p)),
  same("tf.erf(x)", "erf(x)", map(d.erf)),
];

const sampling = [
  same(
    "tf.multinomial(x.flatten(), 1)",
    "sample(x, { random })",
    new Frequencies(d.softmax(Array.from(x))),
    "a call a sample; for `seed` give a generator that was seeded as `random`",
  ),
  same(
    "tf.multinomial(targets.slice([0], [1]), 1, undefined, true)",
    "sample(log(targets.subarray(0, 3)), { random })",
    new Frequencies([...targets.slice(0, 3)]),
    "`normalized`: probabilities",
  ),
];

export const tfjs: Library = {
  name: "TensorFlow.js",
  prefixes: {},
  about:
    "`x` there is a tensor of shape [2, 3]. `lanewise/tfjs` puts these kernels under tfjs' own names: see [TensorFlow.js](../tfjs.md).",
  tables: { activations, rows, losses, gradients, "special functions": special, sampling },
};
