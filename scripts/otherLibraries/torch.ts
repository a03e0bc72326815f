/** PyTorch's names: torch.nn.functional, torch.nn, torch.special, torch. */

import * as d from "./definitions.js";
import { Frequencies, type Library, none, same } from "./entry.js";
import { makeInputs } from "./inputs.js";

const { binary, dy, mask, targets, weight, x } = makeInputs();
const { byColumns, byRows, map, mapP, mean, ofColumns, ofRows, sum } = d;

const activations = [
  same("F.relu(x) | nn.ReLU() | torch.relu(x)", "relu(x)", map(d.relu)),
  same("F.relu_(x) | nn.ReLU(inplace=True)", "relu(x, { out: x })", map(d.relu), "as of every function"),
  same("F.relu6(x) | nn.ReLU6()", "relu6(x)", map(d.relu6)),
  same("F.leaky_relu(x) | nn.LeakyReLU()", "leakyRelu(x)", map(d.leakyRelu(0.01))),
  same("F.leaky_relu(x, negative_slope=0.2)", "leakyRelu(x, { negativeSlope: 0.2 })", map(d.leakyRelu(0.2))),
  same(
    "F.prelu(x, weight)",
    "prelu(x, { weight, shape })",
    map((v, i) => d.leakyRelu(weight[i % 3])(v)),
    "channels are axis 1 of `shape`",
  ),
  same("nn.PReLU(init=0.25)", "prelu(x)", map(d.leakyRelu(0.25)), "`prelu.weightGradient` trains the weight"),
  same("F.rrelu(x) | nn.RReLU()", "rrelu(x)", map(d.leakyRelu((1 / 8 + 1 / 3) / 2))),
  same(
    "F.rrelu(x, lower=0.1, upper=0.3, training=True)",
    "rrelu(x, { lower: 0.1, upper: 0.3, training: true, random: () => 0.5 })",
    map(d.leakyRelu(0.2)),
    "`random` draws a slope for each element; `slopes` keeps them for the gradient",
  ),
  same("F.elu(x, alpha=2) | nn.ELU(2)", "elu(x, { alpha: 2 })", map(d.elu(2))),
  same("F.celu(x, alpha=2) | nn.CELU(2)", "celu(x, { alpha: 2 })", map(d.celu(2))),
  same("F.selu(x) | nn.SELU()", "selu(x)", map(d.selu())),
  same("F.gelu(x) | nn.GELU()", "gelu(x)", map(d.gelu)),
  same('F.gelu(x, approximate="tanh")', 'gelu(x, { approximate: "tanh" })', map(d.geluTanh)),
  same("F.silu(x) | nn.SiLU()", "silu(x)", map(d.silu)),
  same("F.mish(x) | nn.Mish()", "mish(x)", map(d.mish)),
  same("F.softplus(x) | nn.Softplus()", "softplus(x)", map(d.softplus(1))),
  same(
    "F.softplus(x, beta=2, threshold=20)",
    "softplus(x, { beta: 2 })",
    map(d.softplus(2)),
    "no `threshold`: it is right without one",
  ),
  same("F.softsign(x) | nn.Softsign()", "softsign(x)", map(d.softsign)),
  same("torch.tanh(x) | F.tanh(x) | nn.Tanh()", "tanh(x)", map(Math.tanh)),
  same(
    "F.tanhshrink(x) | nn.Tanhshrink()",
    "tanhshrink(x)",
    map((v) => v - Math.tanh(v)),
  ),
  same("torch.sigmoid(x) | F.sigmoid(x) | nn.Sigmoid() | torch.special.expit(x)", "sigmoid(x)", map(d.sigmoid)),
  same("F.logsigmoid(x) | nn.LogSigmoid()", "logSigmoid(x)", map(d.logSigmoid)),
  same("F.hardsigmoid(x) | nn.Hardsigmoid()", "hardSigmoid(x)", map(d.hardSigmoid(1 / 6, 0.5))),
  same("F.hardswish(x) | nn.Hardswish()", "hardSwish(x)", map(d.hardSwish)),
  same(
    "F.hardtanh(x) | nn.Hardtanh()",
    "hardtanh(x)",
    map((v) => d.clamp(v, -1, 1)),
  ),
  same(
    "F.hardtanh(x, min_val=-2, max_val=3) | torch.clamp(x, min=-2, max=3) | torch.clip(x, -2, 3)",
    "hardtanh(x, { minVal: -2, maxVal: 3 })",
    map((v) => d.clamp(v, -2, 3)),
  ),
  same("F.hardshrink(x, lambd=0.25) | nn.Hardshrink(0.25)", "hardshrink(x, { lambd: 0.25 })", map(d.hardshrink(0.25))),
  same("F.softshrink(x, lambd=0.25) | nn.Softshrink(0.25)", "softshrink(x, { lambd: 0.25 })", map(d.softshrink(0.25))),
  same(
    "F.threshold(x, threshold=0.5, value=-1) | nn.Threshold(0.5, -1)",
    "threshold(x, { threshold: 0.5, value: -1 })",
    map(d.threshold(0.5, -1)),
  ),
  same("F.glu(x.view(3, 2), dim=-1) | nn.GLU(dim=-1)", "glu(x, { shape: [3, 2], axis: -1 })", d.glu(Array.from(x))),
  same("torch.heaviside(x, torch.zeros(1))", "step(x)", map(d.heaviside)),
  none("nn.Identity()", "x itself"),
  none(
    "nn.MultiheadAttention | nn.RMSNorm | nn.LayerNorm | nn.Linear | nn.Dropout",
    "layers of matrices and normalisation are none of this library's",
  ),
];

const rows = [
  same(
    "F.softmax(x, dim=-1) | torch.softmax(x, -1) | nn.Softmax(dim=-1) | torch.special.softmax(x, -1)",
    "softmax(x, { shape })",
    byRows(d.softmax),
  ),
  same("F.softmax(x, dim=0)", "softmax(x, { shape, axis: 0 })", byColumns(d.softmax)),
  same("nn.Softmax2d()(x.view(1, 2, 3, 1))", "softmax(x, { shape: [1, 2, 3, 1], axis: -3 })", byColumns(d.softmax)),
  same(
    "F.softmax(x / 0.5, dim=-1)",
    "softmax(x, { shape, temperature: 0.5 })",
    byRows((row) => d.softmax(row.map((v) => v / 0.5))),
  ),
  same(
    "F.softmax(x.masked_fill(~mask, -torch.inf), dim=-1)",
    "softmax(x, { shape, mask })",
    d.maskedSoftmax(),
    "a row that is all masked gives zeros, not NaN",
  ),
  none("F.softmax(x, dim=-1, dtype=torch.float64)", "make a Float64Array of x; results are of the type of x"),
  same(
    "F.log_softmax(x, dim=-1) | nn.LogSoftmax(dim=-1) | torch.special.log_softmax(x, -1)",
    "logSoftmax(x, { shape })",
    byRows(d.logSoftmax),
  ),
  same("F.softmin(x, dim=-1) | nn.Softmin(dim=-1)", "softmin(x, { shape })", byRows(d.softmin)),
  same("torch.logsumexp(x, dim=-1) | torch.special.logsumexp(x, -1)", "logSumExp(x, { shape })", ofRows(d.logSumExp)),
  same(
    "torch.logsumexp(x, dim=0, keepdim=True)",
    "logSumExp(x, { shape, axis: 0 })",
    ofColumns(d.logSumExp),
    "the elements lie in the same order",
  ),
  same(
    "torch.logaddexp(x[0], x[1])",
    "logSumExp(x, { shape, axis: 0 })",
    ofColumns(d.logSumExp),
    "of both arrays side by side",
  ),
  same("torch.argmax(x)", "argmax(x)", 5),
  same("torch.argmax(x, dim=-1) | torch.max(x, dim=-1).indices", "argmax(x, { shape })", ofRows(d.argmax)),
  same("torch.argmax(x, dim=0, keepdim=True)", "argmax(x, { shape, axis: 0 })", ofColumns(d.argmax)),
  same("torch.topk(x.flatten(), k=3)", "topK(x, 3)", d.topK(Array.from(x), 3)),
  same(
    "torch.sort(x.flatten(), descending=True)",
    "topK(x, x.length)",
    d.topK(Array.from(x), 6),
    "`sorted=False` has no counterpart: they are always sorted",
  ),
  same("torch.argmin(x, dim=-1)", "argmin(x, { shape })", ofRows(d.argmin)),
  same("torch.topk(x, k=2, dim=-1)", "topK(x, 2, { shape })", d.topKOfRows(2)),
  same("torch.topk(x, k=2, largest=False, sorted=True)", "topK(x, 2, { shape, largest: false })", d.topKOfRows(2, -1)),
  same(
    "torch.kthvalue(x.flatten(), k=2).values",
    "topK(x, 2, { largest: false }).values[1]",
    d.topK(Array.from(x), 2, -1).values[1],
  ),
  same("torch.logsumexp(x, dim=(0, 1))", "logSumExp(x, { shape, axis: [0, 1] })", [d.logSumExp(Array.from(x))]),
  same("torch.logcumsumexp(x, dim=-1)", "logCumSumExp(x, { shape })", byRows(d.logCumSumExp)),
  same(
    "torch.gt(x, 0.25)",
    "greater(x, { threshold: 0.25 })",
    map((v) => (v > 0.25 ? 1 : 0)),
    "bytes, which are a `mask`",
  ),
  none("torch.ge | torch.lt | torch.le | torch.eq | torch.where", "a loop of your own"),
  same("entmax.sparsemax(x, dim=-1)", "sparsemax(x, { shape })", byRows(d.sparsemax)),
  same("entmax.entmax15(x, dim=-1)", "entmax15(x, { shape })", byRows(d.entmax15)),

  same(
    "F.scaled_dot_product_attention(q, k, v, attn_mask=dy, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, bias: dy })",
    d.attention((v, i) => 0.5 * v + dy[i]),
    "between the products: `x` is the queries times the keys",
  ),
  same(
    "F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=0.5)",
    'attentionSoftmax(x, { shape, scale: 0.5, causal: "upper-left" })',
    d.attention((v, i) => ([0, 3, 4].includes(i) ? 0.5 * v : -Infinity)),
  ),
  same(
    "F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=0.5)",
    "attentionSoftmax(x, { shape, scale: 0.5, mask })",
    d.attention((v, i) => (mask[i] ? 0.5 * v : -Infinity)),
    "booleans as bytes",
  ),
  none(
    "entmax.entmax_bisect | entmax.normmax_bisect | F.normalize",
    "none: `sparsemax` is α-entmax with α = 2, `softmax` with α = 1",
  ),
  none("nn.AdaptiveLogSoftmaxWithLoss", "none: `logSoftmax` takes 151,936 columns at once"),
];

const special = [
  same("torch.exp(x)", "exp(x)", map(Math.exp)),
  same("torch.expm1(x) | torch.special.expm1(x)", "expm1(x)", map(Math.expm1)),
  same("torch.log(p)", "log(p)", mapP(Math.log)),
  same("torch.log1p(p) | torch.special.log1p(p)", "log1p(p)", mapP(Math.log1p)),
  same("torch.erf(x) | torch.special.erf(x)", "erf(x)", map(d.erf)),
  same(
    "torch.logit(p) | torch.special.logit(p)",
    "logit(p)",
    mapP((v) => Math.log(v / (1 - v))),
  ),
  same(
    "torch.logit(p, eps=0.2)",
    "logit(p, { eps: 0.2 })",
    mapP((v) => Math.log(d.clamp(v, 0.2, 0.8) / (1 - d.clamp(v, 0.2, 0.8)))),
  ),
  same("torch.special.erfc(x) | torch.erfc(x)", "erfc(x)", map(d.erfc)),
  same("torch.special.erfcx(x)", "erfcx(x)", map(d.erfcx)),
  same("torch.special.ndtr(x)", "ndtr(x)", map(d.ndtr)),
  same("torch.special.log_ndtr(x)", "logNdtr(x)", map(d.logNdtr)),
  same("torch.special.entr(p)", "entr(p)", mapP(d.entr)),
  same("torch.special.xlogy(targets, p)", "xlogy(targets, p)", d.xlogy()),
  none("torch.special.erfinv | torch.special.ndtri", "none: no inverse of the normal distribution's functions"),
  none("torch.special.exp2 | torch.log2 | torch.log10 | torch.special.xlog1py", "a loop over Math's"),
  none(
    "torch.special.gammaln | torch.special.digamma | torch.special.polygamma | torch.special.i0 | torch.special.zeta",
    "none: no gamma and no Bessel functions",
  ),
];

const losses = [
  same(
    "F.cross_entropy(x, labels) | nn.CrossEntropyLoss()",
    "softmaxCrossEntropy(x, labels, { shape })",
    mean(d.crossEntropies()),
  ),
  same(
    'F.cross_entropy(x, labels, reduction="none")',
    'softmaxCrossEntropy(x, labels, { shape, reduction: "none" })',
    d.crossEntropies(),
  ),
  same(
    'F.cross_entropy(x, labels, reduction="sum")',
    'softmaxCrossEntropy(x, labels, { shape, reduction: "sum" })',
    sum(d.crossEntropies()),
    "`size_average` and `reduce` are old names of `reduction`",
  ),
  same(
    "F.cross_entropy(x, labels, weight=weight)",
    "softmaxCrossEntropy(x, labels, { shape, weight })",
    sum(d.times(d.labelWeights, d.crossEntropies())) / sum(d.labelWeights),
    "the mean divides by the labels' weights",
  ),
  same(
    "F.cross_entropy(x, labels, ignore_index=0)",
    "softmaxCrossEntropy(x, labels, { shape, ignoreIndex: 0 })",
    d.crossEntropies()[0],
  ),
  same(
    "F.cross_entropy(x, labels, label_smoothing=0.1)",
    "softmaxCrossEntropy(x, labels, { shape, labelSmoothing: 0.1 })",
    mean(d.softCrossEntropies(d.smoothed(0.1))),
  ),
  same(
    "F.cross_entropy(x, targets)",
    "softmaxCrossEntropy(x, targets, { shape })",
    mean(d.softCrossEntropies()),
    "probabilities",
  ),
  same(
    "F.cross_entropy(x.view(1, 2, 3), torch.tensor([[1, 0, 1]]))",
    "softmaxCrossEntropy(x, Int32Array.of(1, 0, 1), { shape: [1, 2, 3], axis: 1 })",
    mean([1, 0, 1].map((label, k) => d.logSumExp([x[k], x[k + 3]]) - x[k + 3 * label])),
    "PyTorch's classes are always axis 1",
  ),
  same(
    "F.nll_loss(F.log_softmax(x, -1), labels, weight=weight) | nn.NLLLoss(weight)",
    "nllLoss(logSoftmax(x, { shape }), labels, { shape, weight })",
    sum(d.times(d.labelWeights, d.crossEntropies())) / sum(d.labelWeights),
    "`ignore_index` and `reduction` as of cross-entropy",
  ),
  same(
    "F.binary_cross_entropy_with_logits(x, binary) | nn.BCEWithLogitsLoss()",
    "sigmoidCrossEntropy(x, binary)",
    mean(d.binaryCrossEntropies()),
  ),
  same(
    "F.binary_cross_entropy_with_logits(x, binary, pos_weight=weight)",
    "sigmoidCrossEntropy(x, binary, { shape, posWeight: weight })",
    mean(d.binaryCrossEntropies((i) => weight[i % 3])),
  ),
  same(
    "F.binary_cross_entropy_with_logits(x, binary, weight=weight)",
    "sigmoidCrossEntropy(x, binary, { shape, weight })",
    mean(d.binaryCrossEntropies().map((loss, i) => loss * weight[i % 3])),
  ),
  same(
    "F.binary_cross_entropy(p, binary) | nn.BCELoss()",
    "sigmoidCrossEntropy(logit(p), binary)",
    mean(d.probabilityCrossEntropies()),
    "better: logits from the beginning",
  ),
  same(
    "F.kl_div(F.log_softmax(x, -1), targets) | nn.KLDivLoss()",
    "klDivergence(logSoftmax(x, { shape }), targets)",
    mean(d.divergences()),
  ),
  same(
    'F.kl_div(F.log_softmax(x, -1), targets.log(), reduction="batchmean", log_target=True)',
    'klDivergence(logSoftmax(x, { shape }), log(targets), { shape, reduction: "batchMean", logTarget: true })',
    sum(d.divergences()) / 2,
  ),
  same(
    "F.soft_margin_loss(x, 2 * binary - 1) | nn.SoftMarginLoss()",
    "sigmoidCrossEntropy(x, binary)",
    mean(map((v, i) => Math.log(1 + Math.exp(-(2 * binary[i] - 1) * v)))),
    "targets of 0 and 1 instead of -1 and 1",
  ),
  same(
    "F.multilabel_soft_margin_loss(x, binary) | nn.MultiLabelSoftMarginLoss()",
    "sigmoidCrossEntropy(x, binary, { shape })",
    mean(d.binaryCrossEntropies()),
  ),
  same(
    'torchvision.ops.sigmoid_focal_loss(x, binary, alpha=0.25, gamma=2, reduction="mean")',
    "sigmoidFocalLoss(x, binary)",
    mean(d.sigmoidFocalLosses(0.25, 2)),
    'its default is `reduction: "none"`',
  ),
  same(
    'kornia.losses.focal_loss(x, labels, alpha=None, gamma=2.0, reduction="mean")',
    "softmaxFocalLoss(x, labels, { shape })",
    mean(d.crossEntropies().map((loss) => (1 - Math.exp(-loss)) ** 2 * loss)),
  ),
  same("entmax.SparsemaxLoss()(x, labels)", "sparsemaxLoss(x, labels, { shape })", mean(d.sparsemaxLosses())),
  none(
    "F.mse_loss | F.l1_loss | F.smooth_l1_loss | F.huber_loss | F.poisson_nll_loss | F.gaussian_nll_loss",
    "losses of numbers, not of logits, are a loop of your own",
  ),
  none(
    "F.hinge_embedding_loss | F.margin_ranking_loss | F.multi_margin_loss | F.multilabel_margin_loss | F.cosine_embedding_loss | F.triplet_margin_loss | F.ctc_loss",
    "none: margins, embeddings and alignments",
  ),
];

const gradients = [
  same(
    "y = torch.tanh(x); y.backward(dy); x.grad",
    "tanh.backward(x, dy)",
    map((v, i) => (1 - Math.tanh(v) ** 2) * dy[i]),
    "elementwise functions take the input",
  ),
  same(
    "y = torch.softmax(x, -1); y.backward(dy); x.grad",
    "softmax.backward(softmax(x, { shape }), dy, { shape })",
    byRows(d.softmax).map((y, i) => {
      const row = i < 3 ? 0 : 1;
      const inner = d.softmax(d.rowsOf()[row]).reduce((total, other, k) => total + other * dy[3 * row + k], 0);
      return y * (dy[i] - inner);
    }),
    "softmax and its like take the output",
  ),
  same(
    "F.cross_entropy(x, labels).backward(); x.grad",
    "softmaxCrossEntropy.backward(x, labels, { shape })",
    byRows(d.softmax).map((y, i) => (y - d.oneHot[i]) / 2),
  ),
  same(
    "torch.ops.aten.tanh_backward(dy, p)",
    "backwardFromOutput(tanh, p, dy)",
    d.mapP((v) => 1 - v * v).map((slope, i) => slope * dy[i]),
    "from the output",
  ),
  none(
    "x.requires_grad | torch.autograd.grad | torch.no_grad",
    "no autograd: call `backward` in the order of the chain rule",
  ),
];

const sampling = [
  same(
    "torch.multinomial(targets[0], 1)",
    "sample(log(targets.subarray(0, 3)), { random })",
    new Frequencies([...targets.slice(0, 3)]),
  ),
  same(
    "torch.distributions.Categorical(logits=x[1]).sample()",
    "sample(x.subarray(3), { random })",
    new Frequencies(d.softmax([0.5, 1, 7])),
  ),
  same(
    "torch.multinomial(F.softmax(x.flatten() / 2, -1), 1)",
    "sample(x, { temperature: 2, random })",
    new Frequencies(d.softmax(map((v) => v / 2))),
  ),
  same(
    "torch.distributions.Categorical(logits=x).log_prob(labels)",
    'softmaxCrossEntropy(x, labels, { shape, reduction: "none" }).map((loss) => -loss)',
    d.crossEntropies().map((loss) => -loss),
  ),
  same(
    "F.gumbel_softmax(x.flatten(), tau=2, hard=True)",
    "gumbelSoftmax(x, { temperature: 2, hard: true, random }).indexOf(1)",
    new Frequencies(d.softmax(Array.from(x))),
    "of `lanewise/sampling`; `dim` is `axis`",
  ),
  none(
    "torch.manual_seed(42) | generator=g",
    "`random`: a generator that was seeded, a function that gives numbers from 0 to less than 1",
  ),
  none("torch.bernoulli(p)", "`p.map((v) => (random() < v ? 1 : 0))`"),
  none("torch.multinomial(p, n, replacement=False)", "none: draw again with the ones drawn at -Infinity"),
];

export const torch: Library = {
  name: "PyTorch",
  prefixes: { F: "torch.nn.functional", nn: "torch.nn" },
  about:
    "`F` is torch.nn.functional, `nn` torch.nn. `x` there is the array as a tensor of shape [2, 3]; a module's options are those of its function.",
  tables: { activations, rows, losses, gradients, "special functions": special, sampling },
};
