/** Bytes that a loop takes at once: four vectors, all loaded before the first is stored. */
export const BLOCK: usize = 64;

/** Where the elements after the last whole block are worked on, as a block of their own. */
const REST = memory.data(64, 16);
const OTHER_REST = memory.data(64, 16);

/** Copies less than a block, and fills up the block with `filler`. */
@inline
export function copyPadded<T>(src: usize, block: usize, bytes: usize, filler: T): void {
  const padding = v128.splat<T>(filler);
  for (let at: usize = 0; at < BLOCK; at += 16) v128.store(block + at, padding);
  memory.copy(block, src, bytes);
}

/**
 * Has a loop take n elements of type T, whatever n is: `new L().run(a, b, dst, bytes)` is called with whole blocks
 * only. A loop that has one input, or none to write, is given 0 for `b`, or `dst`. What is at `dst` may be what is at
 * `a` or `b`. The last block is filled up with `filler`, that of `b` with zeros.
 */
@inline
export function inBlocks<L, T>(a: usize, b: usize, dst: usize, n: usize, filler: T): void {
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
