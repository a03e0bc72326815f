/** Numbers as people read them. */

/** A probability. */
export function percent(p: number): string {
  return p >= 0.00095 || p === 0 ? `${(p * 100).toFixed(1)} %` : `${Number((p * 100).toPrecision(2))} %`;
}
