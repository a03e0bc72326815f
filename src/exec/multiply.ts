/** The product of two arrays, by which gradients are multiplied with the derivative. */

import { multiplyModule } from "../generated/modules/multiply.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";

const inputs = [-1, 0, 0.3, 2.9, 1e-30, 4, 100, NaN];

export const multiply: KernelPair = /* @__PURE__ */ kernelPair(multiplyModule, "multiply", (kernel, scratch, dtype) => {
  const view = scratch.firstOf(dtype);
  view.set(inputs);
  kernel(scratch.first, scratch.first, scratch.first, inputs.length);
  const wanted = inputs.map((x) => dtype.round(dtype.round(x) ** 2));
  return compareAnswers(view, wanted, inputs, dtype);
});
