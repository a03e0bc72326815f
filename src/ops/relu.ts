import { type Elementwise, elementwise } from "../families/elementwise.js";
import { stepOf } from "../formulas/ramps.js";
import { reluModule } from "../generated/modules/relu.js";

/**
 * Rectified linear unit, `max(x, 0)`: passes what is positive, nothing else.
 *
 * Its derivative is 1 for x > 0, else 0: also 0 at the kink x = 0, as in PyTorch. Where x > 0 a gradient passes
 * undiminished through any number of layers, elsewhere none does. relu(NaN) is NaN, relu(-0) is 0.
 *
 * @formula `\operatorname{relu}(x) = \max(x, 0)`
 * @derivative `\operatorname{relu}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 * @example
 * relu(Float32Array.of(-1, 0, 2)); // Float32Array [0, 0, 2]
 */
export const relu: Elementwise = /* @__PURE__ */ elementwise({
  name: "relu",
  family: "ramp",
  module: reluModule,
  value: reluOf,
  scalarLoop: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = reluOf(x[i]);
  },
  derivative: (x) => stepOf(x, 0),
  ulp: { value: 0, derivative: 0 },
});

function reluOf(x: number): number {
  return x <= 0 ? 0 : x;
}
