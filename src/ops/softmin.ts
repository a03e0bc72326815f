import { softmaxFunction, type SoftmaxFunction } from "../families/rows.js";
import { softmaxDefinition, softmaxGradientDefinition } from "./softmaxDefinitions.js";

/**
 * Softmin along an axis, `e^-x / Σ e^-x`: softmax of -x, the most to the smallest.
 *
 * A row with -Infinity gives it all to -Infinity (evenly, if there are several); a row that is all Infinity gives zeros; a row
 * with NaN gives NaN. Masked elements give 0, also all of a row. x is divided by `temperature`, a number from 1e-30 to 1e30, by default 1.
 *
 * `softmin.backward(y, dy)` takes the output y: -y · (dy - Σ y·dy) / temperature. Where y is near 1, it is made of the others, so
 * that it keeps its digits: its error is at most 16 epsilons (2^-23 for float32, 2^-52 for float64) of y · Σ y_j · (|dy| + |dy_j|)
 * over the others.
 *
 * @formula `\operatorname{softmin}(x)_i = \frac{e^{-x_i / T}}{\sum_j e^{-x_j / T}}`
 * @derivative `\frac{\partial y_i}{\partial x_j} = -\frac{y_i\,(\delta_{ij} - y_j)}{T}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmin.html
 * @example
 * softmin(Float32Array.of(0.3, 2.9, 4)); // Float32Array [0.9099205, 0.067583047, 0.022496443]
 */
export const softmin: SoftmaxFunction = /* @__PURE__ */ softmaxFunction(
  { ...softmaxDefinition, name: "softmin", negates: true },
  { ...softmaxGradientDefinition, name: "softmin.backward", negates: true },
);
