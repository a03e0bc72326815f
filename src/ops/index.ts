/**
 * The ops: one documented `export const` a function, a file each. The formulas of an op's definition are what the function is,
 * and the fallback; the kernel of the same name in assembly/ approximates them, within the definition's `ulp`.
 */

export * from "./argmax.js";
export * from "./celu.js";
export * from "./elu.js";
export * from "./erf.js";
export * from "./exp.js";
export * from "./expm1.js";
export * from "./geglu.js";
export * from "./gelu.js";
export * from "./glu.js";
export * from "./greater.js";
export * from "./hardSigmoid.js";
export * from "./hardSwish.js";
export * from "./hardmax.js";
export * from "./hardshrink.js";
export * from "./hardtanh.js";
export * from "./leakyRelu.js";
export * from "./log.js";
export * from "./log1p.js";
export * from "./logSigmoid.js";
export * from "./logSoftmax.js";
export * from "./logSumExp.js";
export * from "./logit.js";
export * from "./mish.js";
export * from "./prelu.js";
export * from "./quickGelu.js";
export * from "./reglu.js";
export * from "./relu.js";
export * from "./relu6.js";
export * from "./sample.js";
export * from "./selu.js";
export * from "./sigmoid.js";
export * from "./sigmoidCrossEntropy.js";
export * from "./silu.js";
export * from "./softmax.js";
export * from "./softmaxCrossEntropy.js";
export * from "./softmin.js";
export * from "./softplus.js";
export * from "./softshrink.js";
export * from "./softsign.js";
export * from "./sparsemax.js";
export * from "./squareplus.js";
export * from "./step.js";
export * from "./swiglu.js";
export * from "./swish.js";
export * from "./tanh.js";
export * from "./tanhshrink.js";
export * from "./threshold.js";
export * from "./thresholdedRelu.js";
export * from "./topK.js";
