import { softmaxFunction, type SoftmaxFunction } from "../families/rows.js";
import { sparsemaxDefinition, sparsemaxGradientDefinition } from "./sparsemaxDefinitions.js";

/**
 * Sparsemax along an axis, `max(x - τ, 0)`: logits to probabilities that sum to 1, of which most are exactly 0.
 *
 * It is the point of the simplex that is nearest to x: τ is the number with which the results sum to 1, at least the
 * maximum less 1. A result is within 2^-24 of the exact one for float32, within 1e-15 for float64. A row with Infinity gives it
 * all to Infinity (evenly, if there are several), a row that is all -Infinity gives zeros, a row with NaN gives NaN. Masked
 * elements give 0, also all of a row.
 *
 * With a `temperature`, from 1e-30 to 1e30 and by default 1, it is the sparsemax of x / temperature: the higher it is, the more
 * results are above 0.
 *
 * `sparsemax.backward(y, dy)` takes the output y: where y > 0, dy less the mean of dy over these elements, by the
 * temperature; else 0, also for an x of exactly τ.
 *
 * @formula `\operatorname{sparsemax}(x)_i = \max\left(\frac{x_i}{T} - \tau, 0\right), \quad \sum_i \operatorname{sparsemax}(x)_i = 1`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \begin{cases} \frac{1}{T}\left(\delta_{ij} - \frac{1}{|S|}\right) & i, j \in S \\ 0 & \text{otherwise} \end{cases} \qquad S = \{k : y_k > 0\}`
 * @see https://arxiv.org/abs/1602.02068
 * @example
 * sparsemax(Float32Array.of(0.5, 3, 3.5)); // Float32Array [0, 0.25, 0.75]
 * sparsemax(logits, { shape: [64, 10] }); // 64 rows of 10
 */
export const sparsemax: SoftmaxFunction = /* @__PURE__ */ softmaxFunction(
  sparsemaxDefinition,
  sparsemaxGradientDefinition,
);
