import { checkFloats, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import type { Filter } from "./filter.js";
import { History, type TokenList } from "./history.js";
import { Generator, type RandomOptions } from "./random.js";
import { rowOf } from "./rowOf.js";
import { checkFilters, Chain } from "./chain.js";

/** Options of `acceptDraft`. */
export interface AcceptDraftOptions extends RandomOptions {
  /** The filters of the target's distribution, as `createSampler` takes them. Default: none. */
  readonly filters?: readonly Filter[] | undefined;
  /** The tokens before the draft, for filters that look at them. Default: none. */
  readonly history?: TokenList | undefined;
}

/** How much of a draft is accepted, and what comes after it. */
export interface AcceptedDraft {
  /** How many tokens of the draft are accepted, from the first on. */
  readonly accepted: number;
  /**
   * The token after these: in the place of the one that was refused, or after the last. Undefined if all are accepted and there are no
   * logits after the last.
   */
  readonly token: number | undefined;
}

const OPTIONS: OptionList = { names: ["filters", "history", "seed", "random"] };

/** By so much the sum of probabilities may differ from 1: by more than what rounding to half precision can do. */
const SUM_TOLERANCE = 0.01;

/**
 * Speculative decoding: how much of a draft the target model accepts, and the token after it, so that tokens are distributed as if the
 * target had drawn them all.
 *
 * The i-th token t of the draft, which was drawn with the probability q(t), is accepted with the probability `min(1, p(t) / q(t))`, where p is
 * the target's. At the first that is not, a token is drawn by `max(0, p - q)`, and the rest of the draft is dropped. If all are accepted, a token
 * is drawn by the target's logits after the last. A number of the generator is taken for each of the draft's tokens, and one more. Filters
 * begin anew at each call, so that `mirostat` keeps its first limit throughout.
 *
 * @formula `P(\text{accept } t) = \min\left(1, \frac{p(t)}{q(t)}\right)`
 * @formula `P(i) = \frac{\max(0,\, p(i) - q(i))}{\sum_j \max(0,\, p(j) - q(j))} \quad \text{for the token in the place of the first that is refused}`
 * @param draftProbabilities a Float32Array or Float64Array of tokens × vocabulary: by which the draft was drawn, its filters included
 * @param targetLogits a Float32Array or Float64Array of tokens × vocabulary, or of one row more, for the token after the last
 * @param tokens the draft, an array of integers
 * @param options `filters` of the target; `history`, the tokens before the draft; `seed` or `random`, as of `createSampler`
 * @returns `accepted`, how many, and `token`, the one after these
 * @throws {TypeError} if an array is of another type, or there is no such option
 * @throws {RangeError} if lengths don't fit, a token isn't in the vocabulary, a token of the draft has the probability 0, a row of the draft's
 *   probabilities has one below 0 or doesn't sum to 1 within 0.01, logits hold NaN, or the filters leave no token
 * @see https://arxiv.org/abs/2211.17192
 * @example
 * acceptDraft(Float32Array.of(0.5, 0.5), Float32Array.of(9, -Infinity, -Infinity, 9), [0]); // { accepted: 1, token: 1 }
 */
export function acceptDraft(
  draftProbabilities: FloatArray,
  targetLogits: FloatArray,
  tokens: TokenList,
  options?: AcceptDraftOptions,
): AcceptedDraft {
  const caller = "acceptDraft";
  const [filters = [], history, seed, random] = readOptions(caller, OPTIONS, options);
  checkFloats(caller, "draftProbabilities", draftProbabilities);
  checkFloats(caller, "targetLogits", targetLogits);
  checkFilters(caller, filters);
  const generator = new Generator(caller, seed, random);
  const count = (tokens as ArrayLike<unknown> | undefined)?.length;
  if (typeof count !== "number") throw mustBe(caller, "tokens", "an array of tokens", tokens);
  const vocabulary = count === 0 ? targetLogits.length : draftProbabilities.length / count;
  const rows = targetLogits.length / vocabulary;
  const fits = rows === count || rows === count + 1;
  if (!Number.isInteger(vocabulary) || vocabulary === 0 || !fits || draftProbabilities.length !== count * vocabulary) {
    throw new RangeError(
      `${caller}: draftProbabilities must be ${count} rows, and targetLogits as many or one more, not of length ` +
        `${draftProbabilities.length} and ${targetLogits.length}`,
    );
  }
  const draft = new History();
  draft.replace(caller, tokens, vocabulary, "tokens");
  const before = new History();
  if (history !== undefined) before.replace(caller, history, vocabulary);
  for (let i = 0; i < count; i++) {
    const start = i * vocabulary;
    checkProbabilities(caller, draftProbabilities, start, start + vocabulary, i);
    const q = draftProbabilities[start + draft.tokens[i]];
    if (q > 0) continue;
    throw new RangeError(`${caller}: tokens[${i}] must have a probability above 0 in the draft, not ${q}`);
  }
  const chain = new Chain(filters);
  // Before anything is computed: the generator might change the arrays.
  const numbers = Float64Array.from({ length: (count + 1) * (chain.chances + 1) }, () => generator.next(caller));
  const states = chain.create();
  for (let row = 0; row < rows; row++) {
    const logits = rowOf(caller, "targetLogits", targetLogits, row, vocabulary);
    const at = row * (chain.chances + 1);
    chain.numbers.set(numbers.subarray(at, at + chain.chances + 1));
    const { distribution } = chain;
    const emptied = chain.apply(caller, logits, before, states);
    if (emptied >= 0) throw chain.emptied(caller, emptied);
    const number = chain.numbers[chain.chances];
    if (row === count) return { accepted: count, token: distribution.draw(number) };
    const token = draft.tokens[row];
    const q = rowOf(caller, "draftProbabilities", draftProbabilities, row, vocabulary);
    const total = distribution.total();
    let p = 0;
    let excess = 0;
    distribution.each((index, weight) => {
      if (index === token) p = weight / total;
      excess += Math.max(0, weight / total - q[index]);
    });
    if (number * q[token] < p) {
      before.add(token);
      continue;
    }
    // Given that the token was refused, the number is even over what is left of [0, 1).
    const rest = (number - p / q[token]) / (1 - p / q[token]);
    let mass = rest * excess;
    let chosen = -1;
    distribution.each((index, weight) => {
      const part = Math.max(0, weight / total - q[index]);
      if (part > 0 && mass >= 0) chosen = index;
      mass -= part;
    });
    // Rounding may have left nothing where both distributions are the same.
    return { accepted: row, token: chosen < 0 ? distribution.draw(number) : chosen };
  }
  return { accepted: count, token: undefined };
}

/** Throws unless a row of the draft's distribution is one: logits, which are given by mistake, are not. */
function checkProbabilities(caller: string, q: FloatArray, start: number, end: number, row: number): void {
  let sum = 0;
  let least = 0;
  for (let i = start; i < end; i++) {
    sum += q[i];
    least = Math.min(least, q[i]);
  }
  if (least >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE) return;
  throw new RangeError(
    `${caller}: row ${row} of draftProbabilities must be probabilities from 0 on, whose sum is 1, not ` +
      (least < 0 ? `hold ${least}` : `of sum ${sum}`) +
      ": softmax makes them of logits",
  );
}
