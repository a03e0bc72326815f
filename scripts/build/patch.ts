/** What must be changed in one build of a module to get the other, so that the file that Node reads holds hardly more than one. */

import { applyPatch } from "../../src/runtime/patch.js";

/** So many equal bytes are taken for the same place in both. */
const LEAST_EQUAL = 6;
/** How far the same place is looked for behind a difference. */
const REACH = 160;

/**
 * The changes, as `applyPatch` takes them: how many bytes stay, how many are left out, and how many come in their place, each as LEB128, and then these bytes.
 * What is left behind the last change stays.
 */
export function makePatch(from: Uint8Array, to: Uint8Array): Uint8Array {
  const patch: number[] = [];
  let start = 0; // of what stays
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < from.length && j < to.length && from[i] === to[j]) {
      i++;
      j++;
    }
    if (i === from.length && j === to.length) break;
    const [skipped, added] = nearest(from, i, to, j);
    push(patch, i - start, skipped, added);
    patch.push(...to.subarray(j, j + added));
    i += skipped;
    j += added;
    start = i;
  }
  const made = Uint8Array.from(patch);
  if (Buffer.compare(applyPatch(from, made, to.length), to) !== 0) throw new Error("scripts/build/patch.ts: a patch is wrong");
  return made;
}

/** How many bytes of both differ until they are equal again. */
function nearest(from: Uint8Array, i: number, to: Uint8Array, j: number): [skipped: number, added: number] {
  for (let sum = 1; sum <= 2 * REACH; sum++) {
    for (let skipped = Math.max(0, sum - REACH); skipped <= Math.min(sum, REACH); skipped++) {
      const added = sum - skipped;
      let equal = 0;
      while (equal < LEAST_EQUAL && i + skipped + equal < from.length && from[i + skipped + equal] === to[j + added + equal]) equal++;
      const isEnd = i + skipped + equal === from.length && j + added + equal === to.length;
      if (equal === LEAST_EQUAL || isEnd) return [skipped, added];
    }
  }
  return [from.length - i, to.length - j];
}

function push(patch: number[], ...numbers: number[]): void {
  for (let number of numbers) {
    for (; number > 127; number >>= 7) patch.push(128 | (number & 127));
    patch.push(number);
  }
}
