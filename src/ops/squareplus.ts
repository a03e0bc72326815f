import { type Elementwise, elementwise } from "../families/elementwise.js";
import { isModerate } from "../formulas/twoProduct.js";
import { type SquareplusKernels, squareplusModule } from "../generated/modules/squareplus.js";

/** The parameter of `squareplus`. */
export interface SquareplusParameter {
  /** How smooth the bend at 0 is. Default: 4. */
  readonly b: number;
}

/**
 * Squareplus, `(x + √(x² + b)) / 2`: a smooth relu without an exponential, which tends to relu as b tends to 0.
 *
 * `b` is a finite number greater than 0, by default 4; for a Float32Array it is rounded to float32.
 *
 * Its derivative is (1 + x / √(x² + b)) / 2. squareplus(-Infinity) is 0, squareplus(Infinity) is Infinity.
 *
 * @formula `\operatorname{squareplus}(x) = \frac{x + \sqrt{x^2 + b}}{2}`
 * @derivative `\operatorname{squareplus}'(x) = \frac{1}{2}\left(1 + \frac{x}{\sqrt{x^2 + b}}\right)`
 * @see https://docs.jax.dev/en/latest/_autosummary/jax.nn.squareplus.html
 * @example
 * squareplus(Float32Array.of(-3, 0, 3)); // Float32Array [0.30277565, 1, 3.3027756]
 */
export const squareplus: Elementwise<SquareplusParameter> = /* @__PURE__ */ elementwise<
  SquareplusParameter,
  SquareplusKernels
>({
  name: "squareplus",
  family: "smooth",
  module: squareplusModule,
  parameters: { b: { default: 4, above: 0 } },
  kernel: ({ b }) => (isModerate(b) ? { name: "squareplus", parameters: { b } } : null),
  value: (x, { b }) => {
    const root = rootOf(x, b);
    return x < 0 ? b / 4 / (root / 2 - x / 2) : root / 2 + x / 2;
  },
  derivative: (x, { b }) => {
    if (x === Infinity) return 1;
    const root = rootOf(x, b);
    if (x >= 0) return (root / 2 + x / 2) / root;
    // The square of the root is rounded less than the root, but may be out of range.
    const square = x * x + b;
    const isInRange = square < 1e300 && b > 1e-280;
    return isInRange ? b / 2 / (square - root * x) : b / 4 / (root / 2 - x / 2) / root;
  },
  ulp: { value: 4, derivative: 4 },
});

/** √(x² + b), also where the square or the sum is out of range. */
function rootOf(x: number, b: number): number {
  return Math.abs(x) > 1e150 || b > 1e300 || b < 1e-280 ? Math.hypot(x, Math.sqrt(b)) : Math.sqrt(x * x + b);
}
