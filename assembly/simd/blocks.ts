/** Loops over arrays in whole blocks of four vectors, with a padded block for the elements after the last whole one. */

import { BLOCK } from "../layout";

// The elements after the last whole block are copied to these and computed as a block of their own.
@lazy const PADDED_A = memory.data(<i32>BLOCK, 16),
  PADDED_B = memory.data(<i32>BLOCK, 16);

/** Copies less than a block, and fills up the block with `filler`. */
@inline
export function copyPadded<T>(src: usize, block: usize, bytes: usize, filler: T): void {
  const padding = v128.splat<T>(filler);
  for (let at: usize = 0; at < BLOCK; at += 16) v128.store(block + at, padding);
  memory.copy(block, src, bytes);
}

/**
 * Runs a loop over n elements of type T: the method `run(a, b, dst, bytes)` of class L is called with whole blocks only, whatever n is. A
 * loop of one input is given 0 for `b`, and one that writes nothing 0 for `dst`. `dst` may be `a` or `b`. The last block of
 * `a` is padded with `filler`, that of `b` with 0.
 *
 * @param isPadded whether the last block is still there from a loop over the same inputs that wrote nothing
 */
@inline
export function forBlocks<L, T>(a: usize, b: usize, dst: usize, n: usize, filler: T, isPadded: bool = false): void {
  const loop = changetype<L>(0);
  const bytes = n * sizeof<T>();
  const remaining = bytes % BLOCK;
  const whole = bytes - remaining;
  if (whole) loop.run<T>(a, b, dst, whole);
  if (remaining) {
    if (!isPadded) {
      copyPadded<T>(a + whole, PADDED_A, remaining, filler);
      if (b) copyPadded<T>(b + whole, PADDED_B, remaining, <T>0);
    }
    loop.run<T>(PADDED_A, PADDED_B, PADDED_A, BLOCK);
    if (dst) memory.copy(dst + whole, PADDED_A, remaining);
  }
}

/** Writes zeros up to `end`, for spans so short that the call of memory.fill would take longer. */
@inline
export function fillZero<T>(dst: usize, end: usize): void {
  for (; dst + 16 <= end; dst += 16) v128.store(dst, i32x4(0, 0, 0, 0));
  for (; dst < end; dst += sizeof<T>()) store<T>(dst, <T>0);
}
