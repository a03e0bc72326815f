/** How other libraries and papers call the functions: what a search should find them by. */

const names: Readonly<Record<string, string>> = {
  argmax: "torch.argmax tf.argMax numpy.argmax jnp.argmax greedy",
  celu: "torch.nn.CELU jax.nn.celu",
  elu: "torch.nn.ELU tf.elu jax.nn.elu",
  erf: "torch.erf tf.erf scipy.special.erf error function",
  exp: "torch.exp tf.exp Math.exp",
  expm1: "torch.expm1 tf.expm1 Math.expm1",
  geglu: "GEGLU T5",
  gelu: "torch.nn.GELU jax.nn.gelu gelu_new gelu_pytorch_tanh GPT BERT",
  glu: "torch.nn.GLU jax.nn.glu gated linear unit",
  greater: "torch.gt tf.greater numpy.greater mask threshold compare",
  hardSigmoid: "torch.nn.Hardsigmoid jax.nn.hard_sigmoid hard_sigmoid",
  hardSwish: "torch.nn.Hardswish jax.nn.hard_swish hard_silu MobileNet",
  hardmax: "ONNX Hardmax one-hot",
  hardshrink: "torch.nn.Hardshrink",
  hardtanh: "torch.nn.Hardtanh jax.nn.hard_tanh clamp clip",
  leakyRelu: "torch.nn.LeakyReLU tf.leakyRelu jax.nn.leaky_relu",
  log: "torch.log tf.log Math.log ln",
  log1p: "torch.log1p tf.log1p Math.log1p",
  logSigmoid: "torch.nn.LogSigmoid tf.logSigmoid jax.nn.log_sigmoid",
  logSoftmax: "torch.nn.LogSoftmax tf.logSoftmax jax.nn.log_softmax",
  logSumExp: "torch.logsumexp tf.logSumExp jax.nn.logsumexp lse",
  logit: "torch.logit scipy.special.logit log-odds inverse sigmoid",
  mish: "torch.nn.Mish jax.nn.mish YOLO",
  prelu: "torch.nn.PReLU tf.prelu parametric",
  quickGelu: "QuickGELU CLIP sigmoid approximation",
  reglu: "ReGLU",
  relu: "torch.nn.ReLU tf.relu jax.nn.relu rectifier",
  relu6: "torch.nn.ReLU6 tf.relu6 jax.nn.relu6",
  sample: "torch.multinomial tf.multinomial generate decode token top-k top-p min-p nucleus temperature",
  selu: "torch.nn.SELU tf.selu jax.nn.selu self-normalizing",
  sigmoid: "torch.nn.Sigmoid tf.sigmoid jax.nn.sigmoid logistic expit",
  sigmoidCrossEntropy: "torch.nn.BCEWithLogitsLoss binary_cross_entropy_with_logits tf.losses.sigmoidCrossEntropy",
  silu: "torch.nn.SiLU jax.nn.silu swish Llama",
  softmax: "torch.nn.Softmax tf.softmax jax.nn.softmax normalized exponential probabilities attention",
  softmaxCrossEntropy: "torch.nn.CrossEntropyLoss tf.losses.softmaxCrossEntropy log loss nll classification",
  softmin: "torch.nn.Softmin",
  softplus: "torch.nn.Softplus tf.softplus jax.nn.softplus",
  softshrink: "torch.nn.Softshrink",
  softsign: "torch.nn.Softsign jax.nn.soft_sign",
  sparsemax: "entmax simplex projection",
  squareplus: "jax.nn.squareplus",
  step: "heaviside tf.step numpy.heaviside threshold perceptron",
  swiglu: "SwiGLU Llama PaLM",
  swish: "jax.nn.swish beta",
  tanh: "torch.nn.Tanh tf.tanh jax.nn.tanh Math.tanh",
  tanhshrink: "torch.nn.Tanhshrink",
  threshold: "torch.nn.Threshold",
  thresholdedRelu: "ONNX ThresholdedRelu tf.layers.thresholdedReLU",
  topK: "torch.topk tf.topk jax.lax.top_k largest",
};

/**
 * Other names of a function.
 *
 * @throws {Error} if none are known
 */
export function otherNames(name: string): string[] {
  if (!Object.hasOwn(names, name)) throw new Error(`site/build/docs/names.ts has no ${name}`);
  return names[name].split(" ");
}
