import { softmaxFunction, type SoftmaxFunction } from "../families/rows.js";
import { entmax15Formula, entmax15Gradient } from "../formulas/entmax15.js";
import { sparsemaxDefinition, sparsemaxGradientDefinition } from "./sparsemaxDefinitions.js";

/**
 * 1.5-entmax along an axis, `max(x / 2 - τ, 0)²`: between softmax and sparsemax, with probabilities of which many are exactly 0.
 *
 * It is the α-entmax of Peters, Niculae and Martins with α = 1.5: τ is the number with which the results sum to 1, found to the last
 * digits. A result is within 2^-24 of the exact one for float32, within 1e-15 for float64. A row with Infinity gives it all to Infinity
 * (evenly, if there are several), a row that is all -Infinity gives zeros, a row with NaN gives NaN. Masked elements give 0.
 *
 * With a `temperature`, from 1e-30 to 1e30 and by default 1, it is the entmax of x / temperature: the higher it is, the more results are
 * above 0.
 *
 * `entmax15.backward(y, dy)` takes the output y: √y times dy less its mean, weighted by √y, by the temperature.
 *
 * @formula `\operatorname{entmax}_{1.5}(x)_i = \max\left(\frac{x_i}{2T} - \tau, 0\right)^2, \quad \sum_i \operatorname{entmax}_{1.5}(x)_i = 1`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \frac{1}{T}\left(\sqrt{y_i}\,\delta_{ij} - \frac{\sqrt{y_i y_j}}{\sum_k \sqrt{y_k}}\right)`
 * @see https://arxiv.org/abs/1905.05702
 * @example
 * entmax15(Float32Array.of(0.5, 3, 3.5)); // Float32Array [0, 0.32600737, 0.67399263]
 * entmax15(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const entmax15: SoftmaxFunction = /* @__PURE__ */ softmaxFunction(
  {
    ...sparsemaxDefinition,
    name: "entmax15",
    formula: entmax15Formula,
    kernel: "sparsemax_entmax",
    begin: "sparsemax_beginEntmax",
  },
  {
    ...sparsemaxGradientDefinition,
    name: "entmax15.backward",
    formula: entmax15Gradient,
    kernel: "sparsemax_entmaxBackward",
    begin: "sparsemax_beginEntmax",
  },
);
