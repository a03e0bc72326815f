// @ts-check
// The functions by what they cost, as the marks of marks.js ask of them.

/** What moves memory and does little else. */
export const ramps = [
  "step",
  "relu",
  "relu6",
  "leakyRelu",
  "prelu",
  "hardtanh",
  "threshold",
  "thresholdedRelu",
  "hardshrink",
  "softshrink",
  "hardSigmoid",
  "hardSwish",
];

/** What has an exponential, a logarithm or a root, and softmax. */
export const smooth = [
  "sigmoid",
  "logSigmoid",
  "tanh",
  "tanhshrink",
  "softsign",
  "softplus",
  "squareplus",
  "elu",
  "celu",
  "selu",
  "silu",
  "swish",
  "mish",
  "gelu",
  "quickGelu",
  "softmax",
];
