/**
 * Which engine runs which test files. All engines run a file that no list here names, on every backend that they have: it tests
 * what engines may differ in. Among these is bits.test.ts, which holds every function's results on WebAssembly to stored hashes.
 */

import type { Engine } from "../support/engine.js";

/**
 * Kernels give the same bits in every engine, or bits.test.ts fails, and what is around them is the same JavaScript. So what these
 * files find of results and arguments in one engine holds in all, and each backend is tested in one: js and simd in the Node that
 * starts the tests, relaxed-simd in the newest one.
 */
export const onceABackend = [
  ...["bitsOfFormulas", "fallback", "fromOutputKernels", "modules", "sharing", "table", "unfilled"].map(
    (name) => `${name}.node`,
  ),
  ...[
    "argmin",
    "attention",
    "attentionConventions",
    "attentionOnnx",
    "attentionShort",
    "causal",
    "changingLogits",
    "distributions",
    "elementWeights",
    "elementwisePlaces",
    "entmax15",
    "entmax15Kernel",
    "fewElements",
    "filterOrders",
    "focalLoss",
    "gated",
    "gradientMargins",
    "indices",
    "klDivergence",
    "logCumSumExp",
    "losses",
    "lossWeights",
    "mask",
    "maskShape",
    "maxima",
    "nllLoss",
    "onnxLosses",
    "options",
    "prelu",
    "rowGradients",
    "samplingErrors",
    "samplingParameters",
    "samplingSources",
    "rows",
    "sigmoidCrossEntropy",
  ],
  ...[
    "softmaxCrossEntropy",
    "softmaxCrossEntropyEdges",
    "sparsemax",
    "sparsemaxLoss",
    "sweeps",
    "targetGradients",
    "tokens",
  ],
  ...["mixedTypes", "untouchedInputs"],
].map((name) => `test/${name}.test.ts`);

/**
 * These files run in the Node that starts the tests alone: they test the package's files, the tools and the scripts, which only
 * Node runs.
 */
export const once = [
  "allInputs",
  "bench",
  "cli",
  "cliApply",
  "cliErrors",
  "coefficients",
  "digits",
  "docstrings",
  "editor",
  "engineMath",
  "generate",
  "guides",
  "hosts",
  "lockfiles",
  "otherLibraries",
  "package",
  "packed",
  "plot",
  "plotRefusals",
  "readme",
  "readmeCalls",
  "rebuild",
  "samplerMemory",
  "sizes",
  "tfjs",
  "workflows",
].map((name) => `test/${name}.node.test.ts`);

/** The variable of the environment that names the one backend for `onceABackend`; without it they run on all. */
export const backendVariable = "LANEWISE_TEST_BACKEND";

/** The engine as `onceABackend` has it, restricted to the backend that the variable names. */
export function forOneBackend(engine: Engine): Engine {
  const only = process.env[backendVariable] as Engine["only"];
  return only === undefined ? engine : { ...engine, only };
}
