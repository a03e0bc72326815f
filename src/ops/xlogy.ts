import { type Xlogy, xlogyFunction } from "../families/xlogy.js";

/**
 * Product with a logarithm, `x · log(y)`, which is 0 where x is 0: the terms of entropies, likelihoods and divergences, elementwise.
 *
 * Where x is 0, the result is x itself, whatever y is, unless it is NaN: then it is NaN, as in PyTorch, SciPy and JAX. Elsewhere log(0) is -Infinity,
 * and that of a negative number NaN.
 *
 * `xlogy.backward(x, y, dy)` gives the gradient with respect to x, dy · log(y), which is 0 where dy is 0, and where x is 0 and y is 0 or less, as in
 * PyTorch. `xlogy.backwardY(x, y, dy)` gives that with respect to y, dy · (x / y), which is NaN where x and y are 0.
 *
 * @formula `\operatorname{xlogy}(x, y) = \begin{cases} x \log(y) & x \ne 0 \\ 0 & x = 0 \end{cases}`
 * @derivative `\frac{\partial}{\partial x} \operatorname{xlogy}(x, y) = \log(y), \quad \frac{\partial}{\partial y} \operatorname{xlogy}(x, y) = \frac{x}{y}`
 * @see https://pytorch.org/docs/stable/special.html#torch.special.xlogy
 * @example
 * xlogy(Float32Array.of(0, 1, 2), Float32Array.of(0, 0.5, 3)); // Float32Array [0, -0.69314718, 2.1972246]
 */
export const xlogy: Xlogy = /* @__PURE__ */ xlogyFunction({ name: "xlogy", family: "elementary", ulp: 4 });
