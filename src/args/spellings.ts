/** What errors say of options that a function doesn't have: the nearest one that it has, or what to write instead. */

import { hasOwn } from "./engine.js";

/**
 * How other libraries call options, in lower case without _ and -: each with the name here, or with what to write instead, as the
 * end of a sentence.
 */
export type Spellings = Readonly<Record<string, string>>;

const KEPT_AXIS_ADVICE =
  "results lie in the order of the shape without the axis, which is that with an axis of 1 as well";

/** How other libraries call options of functions over rows. */
export const ROW_SPELLINGS: Spellings = {
  dim: "axis",
  dims: "axis",
  axes: "axis",
  keepdim: KEPT_AXIS_ADVICE,
  keepdims: KEPT_AXIS_ADVICE,
  size: "shape",
  sizes: "shape",
  t: "temperature",
  tau: "temperature",
  temp: "temperature",
  attnmask: "mask",
  attentionmask: "mask",
  keypaddingmask: "mask",
  where: "mask",
  usecausalmask: "causal",
  selectlastindex: "last",
};

/** `OptionList.insteadOf`, by these spellings, else by likeness. */
export function insteadBy(spellings: Spellings): (name: string, names: readonly string[]) => string {
  return (name, names) => {
    const plain = name.replace(/[_-]/g, "").toLowerCase();
    const known = hasOwn(spellings, plain) ? spellings[plain] : undefined;
    if (known !== undefined && known.includes(" ")) return `: ${known}`;
    let nearest = names.find((other) => other === known);
    let most = 0.6;
    for (const other of nearest === undefined ? names : []) {
      const likeness = likenessOf(plain, other.toLowerCase());
      if (likeness > most) [nearest, most] = [other, likeness];
    }
    return nearest === undefined ? "" : `: did you mean ${nearest}?`;
  };
}

/** Twice the length of the longest common subsequence of two words, divided by the sum of their lengths. */
function likenessOf(a: string, b: string): number {
  const lengths = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    let before = 0;
    for (let j = 0; j < b.length; j++) {
      const above = lengths[j + 1];
      lengths[j + 1] = letter === b[j] ? before + 1 : Math.max(above, lengths[j]);
      before = above;
    }
  }
  return (2 * lengths[b.length]) / (a.length + b.length);
}
