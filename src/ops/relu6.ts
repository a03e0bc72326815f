import { type Elementwise, elementwise } from "../families/elementwise.js";
import { relu6Of } from "../formulas/ramps.js";
import { relu6Module } from "../generated/modules/relu6.js";

/**
 * ReLU with an upper limit, `min(max(x, 0), 6)`: its values fit few bits, for networks of small integers.
 *
 * Its derivative is 1 for 0 < x < 6, else 0: also 0 at the kinks 0 and 6, as in PyTorch. relu6(Infinity) is 6, relu6(-0)
 * is 0.
 *
 * @formula `\operatorname{relu6}(x) = \min(\max(x, 0), 6)`
 * @derivative `\operatorname{relu6}'(x) = \begin{cases} 1 & 0 < x < 6 \\ 0 & \text{otherwise} \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
 * @example
 * relu6(Float32Array.of(-1, 2, 7)); // Float32Array [0, 2, 6]
 */
export const relu6: Elementwise = /* @__PURE__ */ elementwise({
  name: "relu6",
  family: "ramp",
  module: relu6Module,
  value: relu6Of,
  scalarLoop: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = relu6Of(x[i]);
  },
  derivative: (x) => (x <= 0 || x >= 6 ? 0 : x === x ? 1 : x),
  ulp: { value: 0, derivative: 0 },
});
