import { checkRange, type Filter, stateless } from "../filter.js";

/**
 * Top-p, or nucleus sampling: of the most probable tokens the smallest set whose probabilities sum to at least p; of equal ones those of
 * lower index.
 *
 * @param p from 0, which leaves the most probable token, to 1, which leaves all
 * @throws {TypeError} if it is no number
 * @throws {RangeError} if it is out of range
 * @see https://arxiv.org/abs/1904.09751
 * @example
 * createSampler([temperature(0.7), topP(0.95)]);
 */
export function topP(p: number): Filter {
  checkRange("topP", "p", p, 0, 1);
  return stateless("topP", (distribution) => {
    if (p === 0) distribution.keepLargest(1);
    else distribution.keepMass(p);
  });
}
