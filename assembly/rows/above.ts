/** Looking for elements above a bound, a block at a time. */

/** Whether any element of a block is above the bound. */
@inline
export function hasAbove<T>(src: usize, bound: v128): bool {
  const a = v128.gt<T>(v128.load(src), bound);
  const b = v128.gt<T>(v128.load(src, 16), bound);
  const c = v128.gt<T>(v128.load(src, 32), bound);
  const d = v128.gt<T>(v128.load(src, 48), bound);
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}
