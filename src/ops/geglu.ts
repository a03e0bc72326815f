import { type Gated, gated } from "../families/gated.js";
import { gelu, type GeluParameter } from "./gelu.js";

/**
 * Gated linear unit with gelu along an axis, `a · gelu(b)`.
 *
 * The axis is cut in halves, the first is a and the second the gate b; with `gate: "first"` the first half is b. The result is
 * half as long as x. `approximate` is "none", the default, or "tanh", as of `gelu`. `geglu.backward(x, dy)` gives the gradient
 * with respect to both halves: dy · gelu(b) for a, and dy · a · gelu'(b) for b. As in `glu`, a gate that is subnormal has few digits.
 *
 * @formula `\operatorname{geglu}(a, b) = a \cdot \operatorname{gelu}(b)`
 * @derivative `\frac{\partial y}{\partial a} = \operatorname{gelu}(b), \quad \frac{\partial y}{\partial b} = a \cdot \operatorname{gelu}'(b)`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * geglu(Float32Array.of(2, 4, 0, 1)); // Float32Array [0, 3.3653789]
 */
export const geglu: Gated<GeluParameter> = /* @__PURE__ */ gated({
  name: "geglu",
  family: "gated",
  gate: gelu,
  ulp: 6,
});
