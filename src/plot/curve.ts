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

type RealFunction = (x: number) => number;

/** A function sampled so that it can be drawn as a line that does not bridge its jumps. */
export function sampleCurve(f: RealFunction, from: number, to: number, intervals = 400): Curve {
  const xs = Array.from({ length: intervals + 1 }, (_, i) => from + ((to - from) * i) / intervals);
  const ys = xs.map((x) => f(x));
  const smallest = smallestJump(ys);
  const digits = digitsFor(to - from);
  const line: Point[] = [];
  const reached: Point[] = [];
  const missed: Point[] = [];
  for (let i = 0; i <= intervals; i++) {
    const jump = i > 0 ? findJump(f, { x: xs[i - 1], y: ys[i - 1] }, { x: xs[i], y: ys[i] }, smallest) : undefined;
    if (jump) {
      const [left, right] = jump;
      const at = Number(right.x.toFixed(digits));
      const point = { x: at, y: f(at) };
      const ends = [left, right].map(({ y }) => ({ x: at, y }));
      line.push(ends[0], { x: at, y: NaN }, ends[1]);
      reached.push(point);
      missed.push(...ends.filter((end) => end.y !== point.y));
    }
    line.push({ x: xs[i], y: ys[i] });
  }
  return { line, reached, missed };
}

/** The least change that counts as a jump: one that is seen. */
function smallestJump(ys: readonly number[]): number {
  const { low, high } = rangeOf(ys);
  return 1e-3 * Math.min(1, Math.max(high - low, 0));
}

/** Decimal places that name a place on an interval to a ten-billionth, and thus round away what halving left of it. */
function digitsFor(width: number): number {
  return Math.max(0, Math.min(100, 11 - Math.ceil(Math.log10(width))));
}

/**
 * A change between neighbours that is no more than this part of their size is one of rounding, not a jump: where e^x is 1e12,
 * its neighbours are 1e-2 apart.
 */
const ROUNDING = 1e-6;

/**
 * Halves an interval towards its greater change. What is left of the change when the interval has no width is a jump.
 *
 * @returns neighbours on both sides of the jump
 */
function findJump(
  f: RealFunction,
  left: Point,
  right: Point,
  smallest: number,
): [left: Point, right: Point] | undefined {
  for (let halving = 0; halving < 60; halving++) {
    if (!(Math.abs(right.y - left.y) > smallest)) return undefined;
    const x = (left.x + right.x) / 2;
    const middle = { x, y: f(x) };
    if (Math.abs(middle.y - left.y) > Math.abs(right.y - middle.y)) right = middle;
    else left = middle;
  }
  const change = Math.abs(right.y - left.y);
  const largest = Math.max(Math.abs(left.y), Math.abs(right.y));
  return Number.isFinite(change) && change > ROUNDING * largest ? [left, right] : undefined;
}

/** The least and the greatest of the numbers that are finite; Infinity and -Infinity if none is. */
export function rangeOf(numbers: Iterable<number>): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue;
    if (number < low) low = number;
    if (number > high) high = number;
  }
  return { low, high };
}

/**
 * A curve cut off where it leaves a range of values, at the edge itself. (A clip path would do so too, but its id may be
 * another's in the same page.)
 */
export function cutOff({ line, reached, missed }: Curve, low: number, high: number): Curve {
  const isInside = ({ y }: Point) => y >= low && y <= high;
  const cut: Point[] = [];
  line.forEach((point, i) => {
    const before = line[i - 1];
    if (i > 0) cut.push(...crossings(before, point, low, high));
    if (isInside(point)) cut.push(point);
    else if (cut.length > 0 && !Number.isNaN(cut[cut.length - 1].y)) cut.push({ x: point.x, y: NaN });
  });
  return { line: cut, reached: reached.filter(isInside), missed: missed.filter(isInside) };
}

/** Where a segment of a line passes the edges, in its order. */
function crossings(from: Point, to: Point, low: number, high: number): Point[] {
  if (!(Math.min(from.y, to.y) < low || Math.max(from.y, to.y) > high)) return [];
  const edges = from.y < to.y ? [low, high] : [high, low];
  return edges.flatMap((edge) => {
    if (!((from.y < edge && to.y > edge) || (from.y > edge && to.y < edge))) return [];
    if (!Number.isFinite(to.y)) return [{ x: to.x, y: edge }];
    if (!Number.isFinite(from.y)) return [{ x: from.x, y: edge }];
    return [{ x: from.x + ((to.x - from.x) * (edge - from.y)) / (to.y - from.y), y: edge }];
  });
}
