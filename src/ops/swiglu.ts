import { type Gated, gated } from "../families/gated.js";
import { silu } from "./silu.js";

/**
 * Gated linear unit with silu along an axis, `a · silu(b)`: the feed-forward layers of Llama and its like.
 *
 * The axis is cut in halves, the first is a and the second the gate b; with `gate: "first"` the first half is b, as in Llama's
 * fused projection. The result is half as long as x. `swiglu.backward(x, dy)` gives the gradient with respect to both halves:
 * dy · silu(b) for a, and dy · a · silu'(b) for b. As in `glu`, a gate that is subnormal has few digits.
 *
 * @formula `\operatorname{swiglu}(a, b) = a \cdot \operatorname{silu}(b)`
 * @derivative `\frac{\partial y}{\partial a} = \operatorname{silu}(b), \quad \frac{\partial y}{\partial b} = a \cdot \operatorname{silu}'(b)`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * swiglu(Float32Array.of(2, 4, 0, 1)); // Float32Array [0, 2.9242344]
 * swiglu(x, { shape: [tokens, 2 * width], gate: "first" });
 */
export const swiglu: Gated = /* @__PURE__ */ gated({
  name: "swiglu",
  family: "gated",
  gate: silu,
  ulp: 4,
});
