import { attentionFunction, type AttentionSoftmax } from "../families/attention.js";
import { softmaxDefinition, softmaxGradientDefinition } from "./softmaxDefinitions.js";
import { tanh } from "./tanh.js";

/**
 * Softmax over the scores of attention along an axis, `softmax(softcap · tanh(x · scale / softcap) + bias)`: what stands between
 * the products of queries and keys and those with the values.
 *
 * The order is that of ONNX's Attention and of Gemma: the scores are multiplied with `scale`, then bounded by `softcap`, then `bias`
 * is added, then `causal` attention and the `mask` leave keys out, and then it is `softmax`, by the same kernel. A cap would turn the
 * -Infinity of a masked score into a number, so masks come after it: give them as `mask`, `causal` or as -Infinity in `bias`. Without
 * these options it is `softmax(x)`.
 *
 * What softmax is taken of is rounded to the type of x on the way, as in any framework that stores it: it is off by at most an epsilon
 * (2^-23 for float32, 2^-52 for float64) of itself plus, with a softcap, 4 of the capped score, without one, one of the scaled score.
 * The results are within 4 ulp of the softmax of that.
 *
 * A bias of -Infinity masks; one of Infinity gives it all to its key; NaN makes the row NaN, unless it is masked, and so does a score of
 * Infinity with a bias of -Infinity. Scores of Infinity share the row between them. A row that is all masked gives zeros (PyTorch
 * NaN). A score of ±Infinity is capped to ±softcap. Any byte of the mask other than 0 is valid.
 *
 * `attentionSoftmax.backward(y, dy)` takes the output y: scale · tanh'(x · scale / softcap) · y · (dy - Σ y·dy), which is 0 for a masked
 * element. With a softcap it needs the scores x, as the option `scores`. `attentionSoftmax.biasGradient(y, dy)` is the gradient of
 * the bias.
 *
 * @formula `\operatorname{attentionSoftmax}(x)_i = \frac{e^{s_i}}{\sum_j e^{s_j}}, \quad s = c \tanh\!\left(\frac{x \cdot \text{scale}}{c}\right) + b`
 * @derivative `\frac{\partial y_i}{\partial x_j} = y_i\,(\delta_{ij} - y_j) \cdot \text{scale} \cdot \tanh'\!\left(\frac{x_j \cdot \text{scale}}{c}\right)`
 * @see https://onnx.ai/onnx/operators/onnx__Attention.html
 * @example
 * attentionSoftmax(Float32Array.of(1, 2, 3), { scale: 0.5, bias: Float32Array.of(0, 0, -Infinity) }); // Float32Array [0.37754068, 0.62245935, 0]
 * attentionSoftmax(scores, { shape: [batch, heads, queries, keys], scale: 1 / Math.sqrt(d), softcap: 50, causal: true }); // Gemma 2
 * attentionSoftmax(scores, { shape: [batch, heads, n, n], bias: alibi, biasShape: [heads, 1, n], causal: true }); // ALiBi
 */
export const attentionSoftmax: AttentionSoftmax = /* @__PURE__ */ attentionFunction(
  { ...softmaxDefinition, name: "attentionSoftmax", hasTemperature: false },
  { ...softmaxGradientDefinition, name: "attentionSoftmax.backward", hasTemperature: false },
  tanh,
);
