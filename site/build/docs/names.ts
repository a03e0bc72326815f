/** What a search should find the functions by: what other libraries call them, and words of papers and models. */

import { namesElsewhere } from "../../../scripts/otherLibraries/libraries.js";

const words: Readonly<Record<string, string>> = {
  argmax: "greedy",
  argmin: "nearest",
  attentionSoftmax: "ALiBi relative position bias soft capping logit Gemma scores",
  backwardFromOutput: "gradient output tanh_backward",
  entmax15: "1.5-entmax sparse attention",
  entr: "entropy",
  erf: "error function",
  erfc: "complementary error function",
  erfcx: "scaled complementary error function Mills ratio",
  exp: "Math.exp",
  expm1: "Math.expm1",
  geglu: "GEGLU T5",
  gelu: "gelu_new gelu_pytorch_tanh GPT BERT",
  glu: "gated linear unit",
  greater: "mask threshold compare",
  hardmax: "one-hot",
  hardSwish: "MobileNet",
  hardtanh: "clamp clip",
  log1mexp: "log1m_exp complement",
  log1p: "Math.log1p",
  log: "Math.log ln",
  logit: "log-odds inverse sigmoid",
  logNdtr: "normal cdf probit",
  logSumExp: "lse",
  mish: "YOLO",
  ndtr: "normal cdf Phi probit",
  prelu: "parametric",
  quickGelu: "QuickGELU CLIP sigmoid approximation",
  reglu: "ReGLU",
  relu: "rectifier",
  rrelu: "randomized leaky",
  sample: "generate decode token top-k top-p min-p nucleus temperature",
  selu: "self-normalizing",
  sigmoid: "logistic",
  sigmoidCrossEntropy: "BCE",
  silu: "swish Llama",
  softmax: "normalized exponential probabilities attention",
  softmaxCrossEntropy: "log loss nll classification",
  sparsemax: "entmax simplex projection",
  step: "threshold perceptron",
  swiglu: "SwiGLU Llama PaLM",
  swish: "beta",
  tanh: "Math.tanh",
  topK: "largest",
};

/**
 * Other names of a function.
 *
 * @throws {Error} if none are known
 */
export function otherNames(name: string): string[] {
  const names = [...namesElsewhere(name), ...(Object.hasOwn(words, name) ? words[name].split(" ") : [])];
  if (names.length === 0) throw new Error(`scripts/otherLibraries/ has no call that ${name} stands for`);
  return names;
}
