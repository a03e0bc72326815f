/** How other libraries call the functions and their options: tables for docs/guides/coming-from.md. */

import { readFileSync } from "node:fs";
import { ROW_SPELLINGS, type Spellings } from "../src/args/spellings.js";
import { LOSS_SPELLINGS } from "../src/families/reduction.js";
import { SAMPLING_SPELLINGS } from "../src/families/sampling/draw.js";
import { byFamily } from "./families.js";
import { table } from "./markdown.js";
import { summaries } from "./summaries.js";

/** The name in each library; PyTorch's is where the docstring's `@see` leads, if it isn't here. */
interface Names {
  readonly torch?: string;
  readonly numpy?: string;
  readonly jax?: string;
  readonly keras?: string;
  readonly onnx?: string;
}

const both = (name: string, onnx?: string): Names => ({
  jax: `nn.${name}`,
  keras: name,
  ...(onnx !== undefined && { onnx }),
});
const numpy = (name: string, onnx?: string): Names => ({
  numpy: `np.${name}`,
  jax: `numpy.${name}`,
  keras: `ops.${name}`,
  ...(onnx !== undefined && { onnx }),
});

const names: Readonly<Record<string, Names>> = {
  relu: { numpy: "np.maximum(x, 0)", ...both("relu", "Relu") },
  relu6: both("relu6"),
  leakyRelu: both("leaky_relu", "LeakyRelu"),
  prelu: { keras: "layers.PReLU", onnx: "PRelu" },
  hardSigmoid: { ...both("hard_sigmoid"), onnx: "HardSigmoid, alpha 1/6" },
  hardSwish: { jax: "nn.hard_silu", keras: "hard_silu", onnx: "HardSwish" },
  hardtanh: { numpy: "np.clip(x, -1, 1)", ...both("hard_tanh", "Clip") },
  hardshrink: { keras: "hard_shrink", onnx: "Shrink" },
  softshrink: { keras: "soft_shrink", onnx: "Shrink, bias = lambd" },
  threshold: { keras: "threshold" },
  thresholdedRelu: { onnx: "ThresholdedRelu" },
  step: { numpy: "np.heaviside(x, 0)", jax: "numpy.heaviside(x, 0)" },
  sigmoid: { numpy: "special.expit", ...both("sigmoid", "Sigmoid") },
  tanh: { numpy: "np.tanh", ...both("tanh", "Tanh") },
  gelu: { jax: "nn.gelu(x, False)", keras: "gelu", onnx: "Gelu" },
  elu: both("elu", "Elu"),
  celu: both("celu", "Celu"),
  selu: both("selu", "Selu"),
  silu: { ...both("silu"), onnx: "Swish" },
  swish: { onnx: "Swish, alpha = beta" },
  mish: both("mish", "Mish"),
  softplus: { numpy: "np.logaddexp(x, 0)", ...both("softplus", "Softplus") },
  softsign: { jax: "nn.soft_sign", keras: "softsign", onnx: "Softsign" },
  squareplus: both("squareplus"),
  logSigmoid: { numpy: "special.log_expit", ...both("log_sigmoid") },
  tanhshrink: { keras: "tanh_shrink" },
  softmax: { numpy: "special.softmax", ...both("softmax", "Softmax") },
  logSoftmax: { numpy: "special.log_softmax", ...both("log_softmax", "LogSoftmax") },
  logSumExp: { numpy: "special.logsumexp", jax: "nn.logsumexp", keras: "ops.logsumexp", onnx: "ReduceLogSumExp" },
  argmax: numpy("argmax", "ArgMax"),
  hardmax: { onnx: "Hardmax" },
  sparsemax: { keras: "sparsemax" },
  glu: both("glu"),
  softmaxCrossEntropy: {
    jax: "optax.softmax_cross_entropy",
    keras: "losses.CategoricalCrossentropy(from_logits=True)",
    onnx: "SoftmaxCrossEntropyLoss",
  },
  sigmoidCrossEntropy: {
    jax: "optax.sigmoid_binary_cross_entropy",
    keras: "losses.BinaryCrossentropy(from_logits=True)",
  },
  exp: numpy("exp", "Exp"),
  expm1: numpy("expm1"),
  log: numpy("log", "Log"),
  log1p: numpy("log1p"),
  erf: { numpy: "special.erf", jax: "scipy.special.erf", keras: "ops.erf", onnx: "Erf" },
  logit: { numpy: "special.logit", jax: "scipy.special.logit" },
  topK: { jax: "lax.top_k", keras: "ops.top_k", onnx: "TopK" },
  sample: { torch: "multinomial(softmax(x), 1)", jax: "random.categorical" },
  greater: numpy("greater", "Greater"),
};

/** A table of the functions that have a name elsewhere. */
export function namesTable(): string {
  const known = byFamily(summaries().keys()).flatMap((group) => group.names);
  const unknown = Object.keys(names).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`scripts/otherLibraries.ts: lanewise has no ${unknown.join()}`);
  const code = (text: string | undefined) => (text === undefined ? "" : `\`${text}\``);
  const rows = known
    .map((name) => {
      const { torch = torchNameOf(name), numpy, jax, keras, onnx } = names[name] ?? {};
      return [name, torch, numpy, jax, keras, onnx].map(code);
    })
    .filter(([, ...others]) => others.some(Boolean));
  return table([["lanewise", "torch", "NumPy, SciPy", "jax", "Keras", "ONNX"], ...rows]);
}

/** "nn.ReLU", where the docstring leads to PyTorch's page of it. */
function torchNameOf(name: string): string | undefined {
  const text = readFileSync(new URL(`../src/ops/${name}.ts`, import.meta.url), "utf8");
  return /@see https:\/\/pytorch\.org\/docs\/stable\/generated\/torch\.([\w.]+)\.html/.exec(text)?.[1];
}

/** Options of several words, as other libraries write them: the spellings have neither _ nor capitals. */
const written = [
  ...["attn_mask", "attention_mask", "key_padding_mask", "use_causal_mask"],
  ...["from_logits", "class_weight", "sample_weight", "size_average", "ignore_id", "grad_output", "do_sample"],
];

/** A table of the options that errors know by other names. */
export function optionsTable(): string {
  const all: Spellings = { ...ROW_SPELLINGS, ...LOSS_SPELLINGS, ...SAMPLING_SPELLINGS };
  const byAnswer = new Map<string, string[]>();
  for (const [name, answer] of Object.entries(all)) byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), name]);
  const rows = Array.from(byAnswer, ([answer, spellings]) => {
    const shown = spellings.map((name) => `\`${written.find((other) => other.replaceAll("_", "") === name) ?? name}\``);
    return [shown.join(", "), answer.includes(" ") ? answer : `\`${answer}\``];
  });
  return table([["there", "here"], ...rows]);
}
