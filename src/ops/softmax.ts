import { softmaxFunction, type SoftmaxFunction } from "../families/rows.js";
import { softmaxDefinition, softmaxGradientDefinition } from "./softmaxDefinitions.js";

/**
 * Softmax along an axis, `e^x / Σ e^x`: logits to probabilities, which sum to 1.
 *
 * The maximum of each row is subtracted first: e^(x - max) / Σ e^(x - max) is the same number, but no e^x can overflow,
 * so that any finite logits will do; and the difference is not rounded. A row of n equal values gives 1/n exactly. A
 * row with Infinity gives it all to Infinity (evenly, if there are several); a row that is all -Infinity gives zeros; a
 * row with NaN gives NaN.
 *
 * With a `temperature`, from 1e-30 to 1e30 and by default 1, it is the softmax of x / temperature: below 1 the large
 * probabilities gain, above 1 the small ones do. Elements that a `mask` or `causal` attention masks give 0, also in a row with
 * NaN; a row that is all masked gives zeros, where PyTorch's gives NaN. Of a mask without a `maskShape` only the length is looked at: one of padding,
 * [batch, 1, 1, keys], needs `maskShape`.
 *
 * `softmax.backward(y, dy)` takes the output y: y · (dy - Σ y·dy) / temperature, which is 0 for a masked element. Where y is near
 * 1, it is made of the others, so that it keeps its digits: its error is at most 16 epsilons (2^-23 for float32, 2^-52 for float64)
 * of y · Σ y_j · (|dy| + |dy_j|) over the others.
 *
 * @formula `\operatorname{softmax}(x)_i = \frac{e^{x_i / T}}{\sum_j e^{x_j / T}}`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \frac{y_i\,(\delta_{ij} - y_j)}{T}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 * @example
 * softmax(Float32Array.of(0.3, 2.9, 4)); // Float32Array [0.01821127, 0.24519181, 0.73659691]
 * softmax(logits, { shape: [64, 10] }); // 64 rows of 10
 * softmax(Float32Array.of(1, 1, 1, 1), { shape: [2, 2], mask: Uint8Array.of(0, 1), maskShape: [2, 1] }); // Float32Array [0, 0, 0.5, 0.5]
 * softmax(scores, { shape: [batch, heads, n, n], temperature: Math.sqrt(d), causal: true }); // attention
 * softmax(scores, { shape: [batch, heads, n, n], mask: padding, maskShape: [batch, 1, 1, n] }); // a mask of padded keys
 */
export const softmax: SoftmaxFunction = /* @__PURE__ */ softmaxFunction(softmaxDefinition, softmaxGradientDefinition);
