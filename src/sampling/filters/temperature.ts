import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Temperature: logits are divided by it, `x / temperature`.
 *
 * Below 1 the likely tokens become likelier, above 1 less likely. 0 leaves the largest logit alone, of equal ones the one of the lowest
 * index: the token is then the same whatever the generator gives. Several in a chain multiply.
 *
 * In Hugging Face's transformers: TemperatureLogitsWarper, which takes no 0. In llama.cpp: `--temp`.
 *
 * @formula `p_i = \frac{e^{x_i / T}}{\sum_j e^{x_j / T}}, \qquad T = \text{value}`
 * @param value a finite number from 0 on
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is negative or not finite
 * @see https://huggingface.co/docs/transformers/internal/generation_utils#transformers.TemperatureLogitsWarper
 * @example
 * createSampler([temperature(0)]).next(Float32Array.of(1, 3, 2)); // 1
 */
export function temperature(value: number): Filter {
  checkRange("temperature", "value", value, 0, Number.MAX_VALUE);
  return stateless("temperature", (distribution) => {
    if (value === 0) distribution.keepLargest(1);
    else distribution.divide(value);
  });
}
