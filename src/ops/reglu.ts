import { type Gated, gated } from "../families/gated.js";
import { relu } from "./relu.js";

/**
 * Gated linear unit with relu along an axis, `a · relu(b)`.
 *
 * The axis is cut in halves, the first is a and the second the gate b; with `gate: "first"` the first half is b. The result is
 * half as long as x. `reglu.backward(x, dy)` gives the gradient with respect to both halves: dy · relu(b) for a, and
 * dy · a · relu'(b) for b, where relu'(0) is 0.
 *
 * @formula `\operatorname{reglu}(a, b) = a \cdot \operatorname{relu}(b)`
 * @derivative `\frac{\partial y}{\partial a} = \operatorname{relu}(b), \quad \frac{\partial y}{\partial b} = a \cdot \operatorname{relu}'(b)`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * reglu(Float32Array.of(2, 4, -1, 3)); // Float32Array [0, 12]
 */
export const reglu: Gated = /* @__PURE__ */ gated({ name: "reglu", family: "gated", gate: relu, ulp: 1 });
