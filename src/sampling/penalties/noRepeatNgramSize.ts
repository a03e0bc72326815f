import { checkInteger } from "../../args/arrays.js";
import { type Filter, stateless } from "../filter.js";

/**
 * No repeated n-grams: a token that would end a sequence of n tokens that the history has already is not drawn.
 *
 * In Hugging Face's transformers: NoRepeatNGramLogitsProcessor.
 *
 * @formula `x_i \leftarrow -\infty \quad \text{where } (t_{m-n+2}, \dots, t_m, i) \text{ occurs in the history } (t_1, \dots, t_m)`
 * @param n an integer from 1 on; 1 allows each token once
 * @throws {TypeError} if it is no integer
 * @throws {RangeError} if it is below 1
 * @see https://arxiv.org/abs/1705.04304
 * @example
 * createSampler([noRepeatNgramSize(2), temperature(0)]).next(Float32Array.of(1, 9, 2), [0, 1, 0]); // 2
 */
export function noRepeatNgramSize(n: number): Filter {
  checkInteger("noRepeatNgramSize", "n", n, 1, Infinity);
  return stateless("noRepeatNgramSize", (distribution, { history }) => {
    const { tokens, length } = history;
    const last = length - n + 1;
    if (last < 1) return;
    let logits: ReturnType<typeof distribution.edit> | undefined;
    for (let start = 0; start < last; start++) {
      let i = 0;
      while (i < n - 1 && tokens[start + i] === tokens[last + i]) i++;
      if (i === n - 1) (logits ??= distribution.edit())[tokens[start + i]] = -Infinity;
    }
  });
}
