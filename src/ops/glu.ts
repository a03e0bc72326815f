import { type Gated, gated } from "../families/gated.js";
import { sigmoid } from "./sigmoid.js";

/**
 * Gated linear unit along an axis, `a · sigmoid(b)`: one half of the axis, a, is let through as far as the other, b, opens
 * the gate.
 *
 * The axis is cut in halves, the first is a and the second the gate b, as in PyTorch; `gate: "first"` is for models that
 * put the gate first. The result is half as long as x. NaN comes of NaN, and of Infinity times a gate that is 0. The gate
 * is rounded to the arrays' type: where sigmoid(b) is subnormal (b below -87; of float64 -708), the product has no more
 * digits than it.
 *
 * `glu.backward(x, dy)` gives the gradient with respect to both halves, an array like x, from the input x and dy, the
 * gradient with respect to the result: dy · sigmoid(b) for a, and dy · a · sigmoid'(b) for b.
 *
 * @formula `\operatorname{glu}(a, b) = a \cdot \sigma(b)`
 * @derivative `\frac{\partial y}{\partial a} = \sigma(b), \quad \frac{\partial y}{\partial b} = a \cdot \sigma'(b)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 * @see https://arxiv.org/abs/1612.08083
 * @example
 * glu(Float32Array.of(2, 4, 0, 1)); // Float32Array [1, 2.9242344]
 * glu(x, { shape: [32, 512] }); // 32 rows of 256
 */
export const glu: Gated = /* @__PURE__ */ gated({ name: "glu", family: "gated", gate: sigmoid, ulp: 4 });
