import { checkInteger } from "../../args/arrays.js";
import { type Filter, stateless } from "../filter.js";

/**
 * Top-k: the k most probable tokens are left; of equal ones those of lower index.
 *
 * In Hugging Face's transformers: TopKLogitsWarper, which leaves all that are as probable as the last of the k too. In llama.cpp: `--top-k`,
 * where 0 leaves all.
 *
 * @formula `S = \{\, i : \operatorname{rank}(i) \le k \,\}, \qquad \operatorname{rank}(i) = 1 \text{ for the most probable}`
 * @param k an integer from 1 on, or Infinity; where there are fewer tokens, all are left
 * @throws {TypeError} if it is no integer
 * @throws {RangeError} if it is below 1
 * @see https://arxiv.org/abs/1805.04833
 * @example
 * createSampler([topK(1)]).next(Float32Array.of(1, 3, 2)); // 1
 */
export function topK(k: number): Filter {
  if (k !== Infinity) checkInteger("topK", "k", k, 1, Infinity, ": Infinity leaves all");
  return stateless("topK", (distribution) => distribution.keepLargest(k));
}
