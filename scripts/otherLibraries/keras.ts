/** Keras 3's names: keras.activations, keras.ops, keras.layers, keras.losses. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { binary, dy, mask, targets, weight, x } = makeInputs();
const { byRows, map, mapP, mean, ofRows, sum } = d;

const activations = [
  same("relu(x) | ops.relu(x) | layers.ReLU()", "relu(x)", map(d.relu)),
  same(
    "relu(x, max_value=3) | layers.ReLU(max_value=3)",
    "hardtanh(x, { minVal: 0, maxVal: 3 })",
    map((v) => d.clamp(v, 0, 3)),
  ),
  same(
    "relu(x, threshold=0.75)",
    "thresholdedRelu(x, { alpha: 0.75 })",
    map(d.threshold(0.75, 0)),
    "at x = threshold itself Keras gives x, this 0",
  ),
  same("relu(x, negative_slope=0.1)", "leakyRelu(x, { negativeSlope: 0.1 })", map(d.leakyRelu(0.1))),
  same("leaky_relu(x)", "leakyRelu(x, { negativeSlope: 0.2 })", map(d.leakyRelu(0.2)), "Keras' default is 0.2"),
  same("layers.LeakyReLU()", "leakyRelu(x, { negativeSlope: 0.3 })", map(d.leakyRelu(0.3)), "the layer's is 0.3"),
  same(
    "layers.PReLU()",
    "prelu(x, { weight, shape })",
    map((v, i) => d.leakyRelu(weight[i % 3])(v)),
    "`alpha` is the weight; `shared_axes`: channels are axis 1",
  ),
  same("relu6(x)", "relu6(x)", map(d.relu6)),
  same("elu(x, alpha=2) | layers.ELU(2)", "elu(x, { alpha: 2 })", map(d.elu(2))),
  same("celu(x, alpha=2)", "celu(x, { alpha: 2 })", map(d.celu(2))),
  same("selu(x)", "selu(x)", map(d.selu())),
  same("gelu(x)", "gelu(x)", map(d.gelu)),
  same(
    "gelu(x, approximate=True)",
    'gelu(x, { approximate: "tanh" })',
    map(d.geluTanh),
    "of keras.ops.gelu True is the default",
  ),
  same("silu(x) | swish(x)", "silu(x)", map(d.silu)),
  same("mish(x)", "mish(x)", map(d.mish)),
  same("softplus(x)", "softplus(x)", map(d.softplus(1))),
  same("squareplus(x, b=1)", "squareplus(x, { b: 1 })", map(d.squareplus(1))),
  same("sparse_plus(x)", "sparsePlus(x)", map(d.sparsePlus)),
  same("sparse_sigmoid(x)", "sparseSigmoid(x)", map(d.sparseSigmoid)),
  same("softsign(x)", "softsign(x)", map(d.softsign)),
  same("tanh(x)", "tanh(x)", map(Math.tanh)),
  same(
    "tanh_shrink(x)",
    "tanhshrink(x)",
    map((v) => v - Math.tanh(v)),
  ),
  same("sigmoid(x)", "sigmoid(x)", map(d.sigmoid)),
  same("log_sigmoid(x)", "logSigmoid(x)", map(d.logSigmoid)),
  same("hard_sigmoid(x)", "hardSigmoid(x)", map(d.hardSigmoid(1 / 6, 0.5)), "Keras 2 had a slope of 0.2"),
  same(
    "tf.keras.activations.hard_sigmoid(x)",
    "hardSigmoid(x, { slope: 0.2 })",
    map(d.hardSigmoid(0.2, 0.5)),
    "Keras 2's",
  ),
  same("hard_silu(x) | hard_swish(x)", "hardSwish(x)", map(d.hardSwish)),
  same(
    "hard_tanh(x)",
    "hardtanh(x)",
    map((v) => d.clamp(v, -1, 1)),
  ),
  same("hard_shrink(x, threshold=0.25)", "hardshrink(x, { lambd: 0.25 })", map(d.hardshrink(0.25))),
  same("soft_shrink(x, threshold=0.25)", "softshrink(x, { lambd: 0.25 })", map(d.softshrink(0.25))),
  same(
    "threshold(x, threshold=0.5, default_value=-1)",
    "threshold(x, { threshold: 0.5, value: -1 })",
    map(d.threshold(0.5, -1)),
  ),
  same("exponential(x) | ops.exp(x)", "exp(x)", map(Math.exp)),
  same("glu(x.reshape(3, 2), axis=-1)", "glu(x, { shape: [3, 2], axis: -1 })", d.glu(Array.from(x))),
  none("linear(x)", "x itself"),
];

const rows = [
  same("softmax(x, axis=-1) | layers.Softmax(axis=-1)", "softmax(x, { shape })", byRows(d.softmax)),
  same("layers.Softmax()(x, mask=mask)", "softmax(x, { shape, mask })", d.maskedSoftmax()),
  same("log_softmax(x, axis=-1)", "logSoftmax(x, { shape })", byRows(d.logSoftmax)),
  same("sparsemax(x, axis=-1)", "sparsemax(x, { shape })", byRows(d.sparsemax)),
  same("ops.logsumexp(x, axis=-1)", "logSumExp(x, { shape })", ofRows(d.logSumExp), "`keepdims` changes no order"),
  same("ops.argmax(x, axis=-1)", "argmax(x, { shape })", ofRows(d.argmax)),
  same("ops.argmin(x, axis=-1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same("ops.top_k(x, k=2)", "topK(x, 2, { shape })", d.topKOfRows(2)),
  same(
    "ops.top_k(x.reshape(6), k=3)",
    "topK(x, 3)",
    d.topK(Array.from(x), 3),
    "`sorted=False` has no counterpart: they are always sorted",
  ),
  same(
    "ops.dot_product_attention(q, k, v, bias=dy, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, bias: dy })",
    d.attention((v, i) => 0.5 * v + dy[i]),
    "between the products: `x` is the queries times the keys",
  ),
  same(
    "ops.dot_product_attention(q, k, v, is_causal=True, scale=0.5)",
    'attentionSoftmax(x, { shape, scale: 0.5, causal: "upper-left" })',
    d.attention((v, i) => ([0, 3, 4].includes(i) ? 0.5 * v : -Infinity)),
  ),
  same(
    "ops.dot_product_attention(q, k, v, mask=mask, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, mask })",
    d.attention((v, i) => (mask[i] ? 0.5 * v : -Infinity)),
    "booleans as bytes",
  ),
  same(
    "ops.greater(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
  ),
  none("ops.in_top_k | ops.one_hot | ops.normalize", "none: loops of your own"),
];

/** -Σ target · log(softmax(x)) · alpha · (1 - softmax(x))^gamma of each row. */
const focalLosses = (alpha: number, gamma: number) =>
  ofRows((row, i) => {
    const log = d.logSoftmax(row);
    return -sum(d.rowsOf(d.oneHot)[i].map((t, k) => t * alpha * (1 - Math.exp(log[k])) ** gamma * log[k]));
  });

const losses = [
  same(
    "losses.CategoricalCrossentropy(from_logits=True)(targets, x)",
    "softmaxCrossEntropy(x, targets, { shape })",
    mean(d.softCrossEntropies()),
    'its `reduction="sum_over_batch_size"` is "mean"',
  ),
  same(
    "losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(targets, x)",
    "softmaxCrossEntropy(x, targets, { shape, labelSmoothing: 0.1 })",
    mean(d.softCrossEntropies(d.smoothed(0.1, targets))),
  ),
  same(
    "losses.SparseCategoricalCrossentropy(from_logits=True)(labels, x) | ops.sparse_categorical_crossentropy",
    "softmaxCrossEntropy(x, labels, { shape })",
    mean(d.crossEntropies()),
  ),
  same(
    'losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0, reduction="sum")(labels, x)',
    'softmaxCrossEntropy(x, labels, { shape, ignoreIndex: 0, reduction: "sum" })',
    d.crossEntropies()[0],
  ),
  same(
    'losses.SparseCategoricalCrossentropy(from_logits=False, reduction="none")(labels, targets)',
    'nllLoss(log(targets), labels, { shape, reduction: "none" })',
    ofRows((row, i) => -Math.log(row[makeInputs().labels[i]]), targets),
    "of probabilities: from_logits=False is Keras' default; better: logits",
  ),
  same(
    "losses.BinaryCrossentropy(from_logits=True)(binary, x)",
    "sigmoidCrossEntropy(x, binary)",
    mean(d.binaryCrossEntropies()),
  ),
  same(
    "losses.BinaryCrossentropy()(binary, p) | ops.binary_crossentropy(binary, p)",
    "sigmoidCrossEntropy(logit(p), binary)",
    mean(d.probabilityCrossEntropies()),
    "from_logits=False is Keras' default",
  ),
  same(
    "losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(binary, x)",
    "sigmoidCrossEntropy(x, binary.map((t) => t * 0.9 + 0.05))",
    mean(
      d.binaryCrossEntropies(
        undefined,
        Float32Array.from(binary, (t) => t * 0.9 + 0.05),
      ),
    ),
  ),
  same(
    "losses.BinaryFocalCrossentropy(from_logits=True)(binary, x)",
    "sigmoidFocalLoss(x, binary, { alpha: -1, gamma: 2 })",
    mean(d.sigmoidFocalLosses(-1, 2)),
  ),
  same(
    "losses.BinaryFocalCrossentropy(from_logits=True, apply_class_balancing=True)(binary, x)",
    "sigmoidFocalLoss(x, binary, { alpha: 0.25, gamma: 2 })",
    mean(d.sigmoidFocalLosses(0.25, 2)),
  ),
  same(
    "losses.CategoricalFocalCrossentropy(from_logits=True, alpha=0.25, gamma=2)(one_hot, x)",
    "softmaxFocalLoss(x, labels, { shape, gamma: 2 }) * 0.25",
    mean(focalLosses(0.25, 2)),
    "alpha weighs all classes alike; an array of it is `weight`",
  ),
  same(
    "losses.KLDivergence()(targets, softmax(x))",
    'klDivergence(logSoftmax(x, { shape }), targets, { shape, reduction: "batchMean" })',
    sum(d.divergences()) / 2,
    "from logarithms, without Keras' clipping",
  ),
  same(
    "model.fit(class_weight={0: 1, 1: 2, 2: 0.5})",
    'softmaxCrossEntropy(x, labels, { shape, weight, reduction: "sum" }) / labels.length',
    sum(d.times(d.labelWeights, d.crossEntropies())) / 2,
    "Keras divides by the number of rows",
  ),
  none("sample_weight", 'multiply the losses of `reduction: "none"`'),
  none(
    "losses.MeanSquaredError | losses.MeanAbsoluteError | losses.Huber | losses.LogCosh | losses.Poisson | losses.Hinge | losses.CategoricalHinge | losses.CosineSimilarity | losses.Dice | losses.Tversky | losses.CTC | losses.Circle | losses.CategoricalGeneralizedCrossEntropy",
    "none: losses of numbers, margins, areas and alignments",
  ),
];

const special = [
  same("ops.expm1(x)", "expm1(x)", map(Math.expm1)),
  same("ops.log(p)", "log(p)", mapP(Math.log)),
  same("ops.log1p(p)", "log1p(p)", mapP(Math.log1p)),
  same("ops.erf(x)", "erf(x)", map(d.erf)),
  none("ops.erfinv | ops.rsqrt | ops.log2 | ops.log10", "none"),
];

const sampling = [
  same(
    "keras.random.categorical(x.reshape(1, 6), 1)",
    "sample(x, { random })",
    new Frequencies(d.softmax(Array.from(x))),
    "a call a sample",
  ),
  none(
    "keras.random.SeedGenerator(42)",
    "`random`: a generator that was seeded, a function that gives numbers from 0 to less than 1",
  ),
];

export const keras: Library = {
  name: "Keras",
  prefixes: { ops: "keras.ops", layers: "keras.layers", losses: "keras.losses", "": "keras.activations" },
  about:
    "Keras 3: names without a module are keras.activations', which keras.ops has as well; `ops` is keras.ops, `layers` keras.layers, `losses` keras.losses. Keras' losses take probabilities by default (`from_logits=False`), these logits alone.",
  tables: { activations, rows, losses, "special functions": special, sampling },
};
