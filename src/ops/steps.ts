/** Steps and ramps: rows of the table (see index.ts). */

import { checkArray, checkFloats, checkOptions, type FloatArray } from "../arrays.js";
import { compare } from "../compare.js";
import { type Elementwise, elementwise, named, type OutOption } from "../elementwise.js";

/**
 * Rectified linear unit, `max(x, 0)`: passes what is positive, nothing else.
 *
 * Its derivative is 1 for x > 0, else 0: also 0 at the kink x = 0, as in PyTorch. A gradient passes through any number
 * of layers undiminished. relu(NaN) is NaN, relu(-0) is 0.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself
 * @returns an array of the type and length of x
 * @throws {TypeError} if x or out is of another type
 * @throws {RangeError} if out has another length
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 * @example
 * relu(Float32Array.of(-1, 0, 2)); // Float32Array [0, 0, 2]
 */
export const relu: Elementwise = /* @__PURE__ */ elementwise({
  name: "relu",
  value: (x) => (x <= 0 ? 0 : x),
  loop: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] <= 0 ? 0 : x[i];
  },
  derivative: (x) => (x > 0 ? 1 : x <= 0 ? 0 : x),
  ulp: { value: 0, derivative: 0 },
});

/** `step`, which can give integers too. */
export interface Step extends Elementwise {
  (x: FloatArray, options: { readonly dtype: "int32"; readonly out?: Int32Array }): Int32Array;
  <A extends FloatArray>(x: A, options?: OutOption<A> & { readonly dtype?: undefined }): A;
  (x: number): number;
}

/**
 * Unit step, `x > 0 ? 1 : 0`: the first artificial neuron either fires or doesn't.
 *
 * Its derivative is 0 everywhere, so a network of steps can't learn from gradients; at the jump x = 0 the function is 0
 * and its derivative is taken as 0. NaN gives NaN, or 0 where integers are asked for.
 *
 * @param x a Float32Array or Float64Array, or a number (float64), which gives a number
 * @param options `out`: where to write, default a new array; may be x itself. `dtype: "int32"`: the result is an
 *   Int32Array, and so is `out`.
 * @returns an array of the type and length of x; an Int32Array where asked for
 * @throws {TypeError} if x or out is of another type, or dtype is unknown
 * @throws {RangeError} if out has another length
 * @see https://numpy.org/doc/stable/reference/generated/numpy.heaviside.html
 * @example
 * step(Float32Array.of(-1, 0, 0.5), { dtype: "int32" }); // Int32Array [0, 0, 1]
 */
export const step: Step = /* @__PURE__ */ withIntegers(
  /* @__PURE__ */ elementwise({
    name: "step",
    value: (x) => (x > 0 ? 1 : x <= 0 ? 0 : x),
    loop: (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? 1 : x[i] <= 0 ? 0 : x[i];
    },
    derivative: (x) => (x === x ? 0 : x),
    ulp: { value: 0, derivative: 0 },
  }),
);

function withIntegers(floats: Elementwise): Step {
  const call = (x: FloatArray, options?: OutOption<never> & { dtype?: unknown }) => {
    if (typeof options?.dtype === "undefined") return floats(x, options);
    if (options.dtype !== "int32") throw new TypeError(`step: dtype must be "int32", not ${String(options.dtype)}`);
    checkFloats("step", "x", x);
    checkOptions("step", options);
    if (options.out !== undefined) checkArray("step", "out", options.out, "Int32Array", x.length);
    return compare("step", "stepInt", x, 0, options.out ?? new Int32Array(x.length));
  };
  const { derivative, backward, definition, defaults } = floats;
  return Object.assign(named("step", call), { derivative, backward, definition, defaults }) as Step;
}
