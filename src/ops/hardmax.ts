import { maxScalarArgmax } from "../exec/tuning.js";
import { makeHardmaxOp } from "../families/lazy.js";
import { type MaskedFunction, type RowDefinition, rowFunction } from "../families/rows.js";
import { indexOfMax } from "../formulas/argmax.js";
import { type ArgmaxKernels, argmaxModule } from "../generated/modules/argmax.js";
import { argmax } from "./argmax.js";

const hardmaxDefinition: RowDefinition<ArgmaxKernels> = {
  name: "hardmax",
  family: "softmax",
  module: argmaxModule,
  inputs: ["x"],
  maskedFill: 0,
  ulp: 0,
  maxScalarLength: maxScalarArgmax,
  formula: (inputs, out, at, stride, columns) => {
    const x = inputs[0];
    const index = at + indexOfMax(x, at, stride, columns) * stride;
    const max = x[index];
    const others = max === max ? 0 : NaN;
    for (let i = 0, j = at; i < columns; i++, j += stride) out[j] = others;
    if (max > -Infinity) out[index] = 1;
  },
  kernel: "argmax_hardmax",
  begin: "argmax_beginMax",
  passes: [
    { kernel: "argmax_findMax", reads: [0], writes: false },
    { kernel: "argmax_writeOneHot", reads: [], writes: true },
  ],
};

/**
 * Hardmax along an axis, `i = argmax(x) ? 1 : 0`: what softmax tends to as the temperature goes to 0, with one winner.
 *
 * Of several that are largest the first gets the 1. A row that is all -Infinity gives zeros, as `softmax` does; a row
 * with NaN gives NaN. Masked elements give 0, also all of a row.
 *
 * `hardmax.backward(y, dy)` gives zeros: the derivative is 0 wherever there is one.
 *
 * @formula `\operatorname{hardmax}(x)_i = \begin{cases} 1 & i = \operatorname{argmax}(x) \\ 0 & \text{otherwise} \end{cases}`
 * @derivative `\frac{\partial y_i}{\partial x_j} = 0`
 * @see https://onnx.ai/onnx/operators/onnx__Hardmax.html
 * @example
 * hardmax(Float32Array.of(0.3, 4, 2.9)); // Float32Array [0, 1, 0]
 * hardmax(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const hardmax: MaskedFunction = /* @__PURE__ */ rowFunction<MaskedFunction>(
  hardmaxDefinition,
  (definition) => makeHardmaxOp(definition, argmax.definition),
  true,
);
