/**
 * The search for the threshold of 1.5-entmax, of one row or of two short ones. All else is in sparsemaxPasses.ts.
 *
 * Method: with d = x - max, in float64, the elements max(d - threshold, 0) have the norm `scale`, which is twice the temperature. The
 *   norm is convex in the threshold, so that from below Newton's steps rise to the solution: each divides the product of what is left
 *   and of the slope by 4 or more, which leaves nothing after 27 + log4(n) of them, and usually after 5. As soon as no element
 *   lies between the threshold and the zero of the parabola through what is above it, that zero is the solution.
 *   The elements above the threshold are collected, so that steps pass over these alone. Those of a part of the row have a lower
 *   threshold than those of all of it. So whenever there is no more room, their own threshold leaves some of them out for good. Only if
 *   still more than half of the room is taken, they are added up instead, and the row is passed again for each step.
 * Max error: 2^-24 (f64: 1e-15), absolute.
 * Range: all x, for a temperature from 1e-30 to 1e30.
 */

import { BLOCK } from "../layout";
import { one, swapHalves, zero } from "../simd/vector";
import { maximum } from "./argmax";
import { clearSums, scale, setThreshold, SUMS, threshold } from "./supportBound";
import { MAX_TRANSPOSED_COLUMNS } from "./transpose";

/** The bytes of the collected elements, beside which a block and one more have room. */
const ROOM: usize = 8192;

/**
 * The bytes of as many elements as a short row has at most. If no more are collected, the threshold has the bits that it has where the row is
 * a short one, as it is without the masked elements of a causal row.
 */
const FEW: usize = MAX_TRANSPOSED_COLUMNS * 8;

/** More passes are never needed; but others may change a long row while it is passed. */
const MAX_PASSES: i32 = 64;

// d of the elements that have been collected, as float64.
@lazy const CANDIDATES = memory.data(<i32>(ROOM + 16 * 8 + 16), 16);

/** Where the next element is collected. */
let free: usize = 0;
/** Whether the elements are added up once there are more of them than there is room for. */
let addsUp: bool = false;
/** How many passes there have been. */
let passes: i32 = 0;
/** Whether the last step has been taken. */
let isFound: bool = false;

/** Collects the elements of a block that are above the threshold. Returns whether that may have risen since. */
export function collectBlock<T>(src: usize): bool {
  let to = free;
  for (const end = src + BLOCK; src < end; src += sizeof<T>()) {
    const d = <f64>load<T>(src) - maximum;
    store<f64>(to, d);
    to += usize(d > threshold) << 3;
  }
  free = to;
  if (free <= CANDIDATES + ROOM) return false;
  makeRoom();
  return true;
}

/** Leaves out what is below the threshold that the collected elements have themselves, or adds them up. */
function makeRoom(): void {
  if (!addsUp) {
    // A part of the elements that are above the threshold may have a lower one.
    setThreshold(max(threshold, thresholdOfCandidates()));
    const end = free;
    free = CANDIDATES;
    for (let at = CANDIDATES; at < end; at += 8) {
      const d = load<f64>(at);
      store<f64>(free, d);
      free += usize(d > threshold) << 3;
    }
    addsUp = free > CANDIDATES + ROOM / 2;
    if (!addsUp) return;
  }
  addAbove(CANDIDATES, endOfCandidates(), f64x2.splat(threshold));
  free = CANDIDATES;
}

/** The end of the vectors of collected elements. */
@inline
function endOfCandidates(): usize {
  // Beside the last one, in the same vector.
  store<f64>(free, -Infinity);
  return free;
}

/** The threshold of what has been collected, or a step nearer to it if the elements are added up. */
function thresholdOfCandidates(): f64 {
  const isFew = !addsUp && free <= CANDIDATES + FEW;
  const from = isFew ? CANDIDATES + FEW : CANDIDATES;
  const end = isFew ? spreadCandidates(from) : endOfCandidates();
  return f64x2.extract_lane(search(from, end, f64x2.splat(threshold), !isFew), 0);
}

/** Writes each collected element to both lanes of a vector, from `to` on, so that they are added up as those of a short row are. Returns the end. */
function spreadCandidates(to: usize): usize {
  for (let at = CANDIDATES; at < free; at += 8, to += 16) v128.store(to, v128.load64_splat(at));
  return to;
}

/** Adds the elements above the thresholds to the sums of each lane: they, their squares, their number; and finds the smallest. */
function addAbove(at: usize, end: usize, thresholds: v128): void {
  const ones = one<f64>();
  const infinity = f64x2.splat(Infinity);
  let sums = v128.load(SUMS);
  let squares = v128.load(SUMS, 16);
  let counts = v128.load(SUMS, 32);
  // Stored so that 0 is Infinity.
  let smallest = v128.xor(v128.load(SUMS, 48), infinity);
  for (; at < end; at += 16) {
    const difference = f64x2.sub(v128.load(at), thresholds);
    const isAbove = f64x2.gt(difference, zero());
    const above = v128.and(difference, isAbove);
    sums = f64x2.add(sums, above);
    squares = f64x2.add(squares, f64x2.mul(above, above));
    counts = f64x2.add(counts, v128.and(ones, isAbove));
    smallest = f64x2.pmin(smallest, v128.bitselect(above, infinity, isAbove));
  }
  v128.store(SUMS, sums);
  v128.store(SUMS, squares, 16);
  v128.store(SUMS, counts, 32);
  v128.store(SUMS, v128.xor(smallest, infinity), 48);
}

/** Raises the thresholds, of each lane for itself or of both together, until each has taken its last step; or once if the elements are added up. */
function search(from: usize, end: usize, thresholds: v128, isOneRow: bool): v128 {
  const scales = f64x2.splat(scale);
  const infinity = f64x2.splat(Infinity);
  let isOpen = f64x2.eq(scales, scales);
  do {
    addAbove(from, end, thresholds);
    let sums = v128.load(SUMS);
    let squares = v128.load(SUMS, 16);
    let counts = v128.load(SUMS, 32);
    let smallest = v128.xor(v128.load(SUMS, 48), infinity);
    clearSums();
    if (isOneRow) {
      sums = f64x2.add(sums, swapHalves(sums));
      squares = f64x2.add(squares, swapHalves(squares));
      counts = f64x2.add(counts, swapHalves(counts));
      smallest = f64x2.pmin(smallest, swapHalves(smallest));
    }
    const excess = f64x2.sub(squares, f64x2.mul(scales, scales));
    const squareOfSums = f64x2.mul(sums, sums);
    const left = f64x2.sub(squareOfSums, f64x2.mul(counts, excess));
    const exact = f64x2.div(excess, f64x2.add(sums, f64x2.sqrt(left)));
    // So far from the solution that digits would be lost, it doesn't count.
    const isExact = v128.and(f64x2.le(exact, smallest), f64x2.gt(f64x2.mul(left, f64x2.splat(16)), squareOfSums));
    const newton = f64x2.div(f64x2.sub(squares, f64x2.mul(scales, f64x2.sqrt(squares))), sums);
    const step = v128.bitselect(exact, newton, isExact);
    thresholds = f64x2.add(thresholds, v128.and(step, isOpen));
    // What is left after a step is at most count·step² / 2·sum: after the last less than 2^-53 of the scale.
    const remainder = f64x2.mul(f64x2.mul(counts, newton), newton);
    const limit = f64x2.mul(f64x2.mul(f64x2.splat(1.1102230246251565e-16), sums), scales);
    const goesOn = v128.and(f64x2.gt(newton, zero()), f64x2.gt(remainder, limit));
    isOpen = v128.andnot(v128.and(isOpen, goesOn), isExact);
    isFound = !v128.any_true(isOpen);
  } while (!isFound && !addsUp);
  return thresholds;
}

/** The thresholds of two rows, whose differences lie side by side. */
export function thresholdsOfTwo(from: usize, end: usize): v128 {
  clearCandidates();
  clearSums();
  return search(from, end, f64x2.splat(-scale), false);
}

/** Makes room for the elements of a row. */
@inline
export function clearCandidates(): void {
  free = CANDIDATES;
  addsUp = false;
  passes = 0;
}

/** Finds the threshold. Returns 1 if the elements above it had no room, and have to be collected once more, above a higher one. */
export function entmaxStep(): i32 {
  setThreshold(thresholdOfCandidates());
  free = CANDIDATES;
  addsUp = false;
  return i32(!isFound && ++passes < MAX_PASSES);
}
