/** Gated functions, over an axis of even length: rows of the table (see index.ts). */

import { type Gated, gated, type ParametersOf } from "../gated.js";
import { gelu, sigmoid, silu } from "./smooth.js";
import { relu } from "./steps.js";

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
 * @param x a Float32Array or Float64Array
 * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one that is cut, default -1,
 *   the last; `gate`: "second" (the default) or "first"; `out`: where to write, default a new array
 * @returns an array of the type of x, half as long
 * @throws {TypeError} if x or out is of another type, shape or axis are no integers, or gate is something else
 * @throws {RangeError} if the axis has an odd length or is out of range, the shape has another number of elements, or out
 *   has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 * @see https://arxiv.org/abs/1612.08083
 * @example
 * glu(Float32Array.of(2, 4, 0, 1)); // Float32Array [1, 2.9242344]
 * glu(x, { shape: [32, 512] }); // 32 rows of 256
 */
export const glu: Gated = /* @__PURE__ */ gated({ name: "glu", gate: sigmoid, ulp: 4 });

/**
 * Gated linear unit with relu along an axis, `a · relu(b)`.
 *
 * Halves, options, result, gradient and errors are those of `glu`. relu'(0) is 0.
 *
 * @param x a Float32Array or Float64Array
 * @param options `shape`, `axis`, `gate`, `out` as of `glu`
 * @returns an array of the type of x, half as long
 * @throws {TypeError} as `glu`
 * @throws {RangeError} as `glu`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * reglu(Float32Array.of(2, 4, -1, 3)); // Float32Array [0, 12]
 */
export const reglu: Gated = /* @__PURE__ */ gated({ name: "reglu", gate: relu, ulp: 1 });

/**
 * Gated linear unit with gelu along an axis, `a · gelu(b)`.
 *
 * Halves, options, result, gradient and errors are those of `glu`.
 *
 * @param x a Float32Array or Float64Array
 * @param options `approximate`: "none" (the default) or "tanh", as of `gelu`; `shape`, `axis`, `gate`, `out` as of `glu`
 * @returns an array of the type of x, half as long
 * @throws {TypeError} as `glu`, and if approximate is something else
 * @throws {RangeError} as `glu`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * geglu(Float32Array.of(2, 4, 0, 1)); // Float32Array [0, 3.3653789]
 */
export const geglu: Gated<ParametersOf<typeof gelu>> = /* @__PURE__ */ gated({ name: "geglu", gate: gelu, ulp: 6 });

/**
 * Gated linear unit with silu along an axis, `a · silu(b)`: the feed-forward layers of Llama and its like.
 *
 * Halves, options, result, gradient and errors are those of `glu`. Llama's fused projection puts the gate first.
 *
 * @param x a Float32Array or Float64Array
 * @param options `shape`, `axis`, `gate`, `out` as of `glu`
 * @returns an array of the type of x, half as long
 * @throws {TypeError} as `glu`
 * @throws {RangeError} as `glu`
 * @see https://arxiv.org/abs/2002.05202
 * @example
 * swiglu(Float32Array.of(2, 4, 0, 1)); // Float32Array [0, 2.9242344]
 * swiglu(x, { shape: [tokens, 2 * width], gate: "first" });
 */
export const swiglu: Gated<ParametersOf<typeof silu>> = /* @__PURE__ */ gated({ name: "swiglu", gate: silu, ulp: 4 });
