/**
 * Errors of float32 results in ulp, counted as bench/ulp.js does, for `npm run accuracy`: a module of its own, which is
 * not shipped. Blocks with results that are infinitely wrong, or that need a closer look, it leaves to that file.
 */

/** Elements taken at once. */
const BLOCK: usize = 64;

/** Elements that are compared before any error is counted. */
const FEW: u32 = 8;

/** Errors in ulp up to here are counted here. A block with larger or infinite ones, or NaN, is left to the caller. */
@lazy const MOST = memory.data<f64>([4194304]);


@lazy const ONE = memory.data<f64>([1]);


@lazy const MAGNITUDE = memory.data<u64>([0x7fffffffffffffff]);


@lazy const EXPONENT = memory.data<u64>([0x7ff0000000000000]);

/** Less the bits of a power of two v: the bits of 2^23 / v. */
@lazy const RECIPROCAL = memory.data<u64>([0x8150000000000000]);

/** The largest and the smallest power of two whose spacing is 2^-23 of it; above and below it stays. */
@lazy const LARGEST_POWER = memory.data<f64>([1.7014118346046923e38]);


@lazy const SMALLEST_POWER = memory.data<f64>([1.1754943508222875e-38]);

/** Has bench/ulp.js count the elements from `from` to before `to`. */
declare function leave(from: usize, to: usize): void;

let correct: u32 = 0;
let within1: u32 = 0;
let largest: f64 = 0;

/** Of the last call of `count`: how many results were correctly rounded, */
export function getCorrect(): u32 {
  return correct;
}

/** how many were within 1 ulp, */
export function getWithin1(): u32 {
  return within1;
}

/** and the largest error, in ulp; a correctly rounded result has none. */
export function getLargest(): f64 {
  return largest;
}

/** Writes n float32 inputs, their bit patterns `stride` apart from `first` on, and the same numbers as float64. */
export function fill(first: u32, stride: u32, narrow: usize, wide: usize, n: usize): void {
  let bits = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4.splat(stride), i32x4(0, 1, 2, 3)));
  const step = i32x4.splat(4 * stride);
  for (let i: usize = 0; i < n; i += 4) {
    v128.store(narrow + i * 4, bits);
    v128.store(wide + i * 8, f64x2.promote_low_f32x4(bits));
    v128.store(wide + i * 8, f64x2.promote_low_f32x4(v128.shuffle<u64>(bits, bits, 1, 0)), 16);
    bits = i32x4.add(bits, step);
  }
}

/**
 * Counts the errors of n float32 numbers at `got`, where the float64 numbers at `exact` are right. No spacing counts as
 * less than `least`. n is a multiple of BLOCK.
 */
export function count(exact: usize, got: usize, n: usize, least: f64): void {
  const most = v128.load64_splat(MOST);
  const one = v128.load64_splat(ONE);
  const magnitude = v128.load64_splat(MAGNITUDE);
  const exponent = v128.load64_splat(EXPONENT);
  const reciprocal = v128.load64_splat(RECIPROCAL);
  const largestPower = v128.load64_splat(LARGEST_POWER);
  const smallestPower = v128.load64_splat(SMALLEST_POWER);
  const perLeast = f64x2.splat(1 / least);
  correct = 0;
  within1 = 0;
  largest = 0;
  for (let from: usize = 0; from < n; from += BLOCK) {
    let equal = i64x2.splat(0);
    let near = i64x2.splat(0);
    let worst = f64x2.splat(0);
    let apart = i64x2.splat(0);
    let alike: u32 = 0;
    const end = from + BLOCK;
    for (let next = from; next < end; next += FEW) {
      const e = exact + next * 8;
      const y = got + next * 4;
      // Mostly so, and known in a third of the time.
      if (i32x4.all_true(v128.and(areRounded(e, y), areRounded(e + 32, y + 16)))) {
        alike += FEW;
        continue;
      }
      for (let i: usize = 0; i < FEW; i += 2) {
        const right = v128.load(e + i * 8);
        const result = f64x2.promote_low_f32x4(v128.load64_zero(y + i * 4));
        const rounded = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(right));
        const same = i64x2.eq(rounded, result);
        const power = f64x2.pmax(f64x2.pmin(v128.and(right, exponent), largestPower), smallestPower);
        const perSpacing = f64x2.pmin(i64x2.sub(reciprocal, power), perLeast);
        const difference = v128.and(f64x2.sub(result, right), magnitude);
        const error = v128.andnot(f64x2.mul(difference, perSpacing), same);
        // Not the same bits but equal: zeros of different sign.
        apart = v128.or(apart, v128.andnot(f64x2.eq(rounded, result), same));
        apart = v128.or(apart, v128.not(f64x2.le(error, most)));
        // A true lane is -1.
        equal = i64x2.sub(equal, same);
        near = i64x2.sub(near, f64x2.le(error, one));
        worst = f64x2.pmax(worst, error);
      }
    }
    if (v128.any_true(apart)) {
      leave(from, end);
      continue;
    }
    correct += alike + <u32>(i64x2.extract_lane(equal, 0) + i64x2.extract_lane(equal, 1));
    within1 += alike + <u32>(i64x2.extract_lane(near, 0) + i64x2.extract_lane(near, 1));
    largest = max(largest, max(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1)));
  }
}

/** Which of four results have the bits of the exact ones, rounded. */
@inline
function areRounded(exact: usize, got: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(exact));
  const high = f32x4.demote_f64x2_zero(v128.load(exact, 16));
  return i32x4.eq(v128.shuffle<u64>(low, high, 0, 2), v128.load(got));
}
