/** Sampling functions that jump. */

export interface Point {
  readonly x: number;
  /** NaN where the line is to be broken. */
  readonly y: number;
}

export interface Curve {
  readonly line: readonly Point[];
  /** At each jump the point that belongs to the function. */
  readonly reached: readonly Point[];
  /** At each jump the ends of the line that don't. */
  readonly missed: readonly Point[];
}

/** A function sampled so that it can be drawn as a line that does not bridge its jumps. */
export function sampleCurve(f: (x: number) => number, from: number, to: number, intervals = 400): Curve {
  const line: Point[] = [];
  const reached: Point[] = [];
  const missed: Point[] = [];
  for (let i = 0; i <= intervals; i++) {
    const x = from + ((to - from) * i) / intervals;
    const jump = i > 0 ? findJump(f, from + ((to - from) * (i - 1)) / intervals, x) : undefined;
    if (jump) {
      const { left, right } = jump;
      const at = Number(right.toFixed(9));
      const point = { x: at, y: f(at) };
      const ends = [left, right].map((end) => ({ x: at, y: f(end) }));
      line.push(ends[0], { x: at, y: NaN }, ends[1]);
      reached.push(point);
      missed.push(...ends.filter((end) => end.y !== point.y));
    }
    line.push({ x, y: f(x) });
  }
  return { line, reached, missed };
}

/**
 * Halves an interval towards its greater change. What is left of the change when the interval has no width is a jump.
 *
 * @returns neighbours on both sides of the jump
 */
function findJump(f: (x: number) => number, from: number, to: number): { left: number; right: number } | undefined {
  let left = from;
  let right = to;
  for (let halving = 0; halving < 60; halving++) {
    if (!(Math.abs(f(right) - f(left)) > 1e-3)) return undefined;
    const middle = (left + right) / 2;
    if (Math.abs(f(middle) - f(left)) > Math.abs(f(right) - f(middle))) right = middle;
    else left = middle;
  }
  return Number.isFinite(f(right) - f(left)) ? { left, right } : undefined;
}
