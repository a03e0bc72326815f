/** Loops over arrays in whole blocks of four vectors, with a padded block for the elements after the last. */

import { BLOCK } from "../layout";

/** The elements after the last whole block are copied here and computed as a block of their own. */
@lazy const REST = memory.data(64, 16);
@lazy const OTHER_REST = memory.data(64, 16);

/** Copies less than a block, and fills up the block with `filler`. */
@inline
export function copyPadded<T>(src: usize, block: usize, bytes: usize, filler: T): void {
  const padding = v128.splat<T>(filler);
  for (let at: usize = 0; at < BLOCK; at += 16) v128.store(block + at, padding);
  memory.copy(block, src, bytes);
}

/**
 * Runs a loop over n elements of type T: `new L().run(a, b, dst, bytes)` is called with whole blocks only, whatever n is. A
 * loop of one input is given 0 for `b`, and one that writes nothing 0 for `dst`. `dst` may be `a` or `b`. The last block of
 * `a` is padded with `filler`, that of `b` with 0.
 */
@inline
export function forBlocks<L, T>(a: usize, b: usize, dst: usize, n: usize, filler: T): void {
  const loop = changetype<L>(0);
  const bytes = n * sizeof<T>();
  const rest = bytes % BLOCK;
  const whole = bytes - rest;
  if (whole) loop.run<T>(a, b, dst, whole);
  if (rest) {
    copyPadded<T>(a + whole, REST, rest, filler);
    if (b) copyPadded<T>(b + whole, OTHER_REST, rest, <T>0);
    loop.run<T>(REST, OTHER_REST, REST, BLOCK);
    if (dst) memory.copy(dst + whole, REST, rest);
  }
}

/** Writes zeros up to `end`: for few elements memory.fill takes longer to call than this takes. */
@inline
export function fillZero<T>(dst: usize, end: usize): void {
  for (; dst + 16 <= end; dst += 16) v128.store(dst, i32x4(0, 0, 0, 0));
  for (; dst < end; dst += sizeof<T>()) store<T>(dst, <T>0);
}
