/**
 * Errors of float32 results in ulp, as the benchmark's definition has them (bench/ulp), for `npm run accuracy`: a module of its
 * own, which is not shipped.
 *
 * Method: float64 throughout. A result with the bits of the rounded exact one has no error; of the others, the distance from the
 *   exact result is multiplied with the reciprocal of its spacing, which is made by subtracting exponents.
 * Max error: the last bit of an error, which the caller counts anew where it matters.
 * Range: errors up to ERROR_LIMIT. Blocks with larger or infinite ones, or NaN, are left to the caller.
 */

/** The count of the elements of a block, which are counted here or left to the caller together. */
const BLOCK: usize = 64;

/** The count of the elements that are compared with the exact results before any error is computed. */
const COMPARED: u32 = 8;

// The largest error in ulp that is counted here.
@lazy const ERROR_LIMIT = memory.data<f64>([4194304]);

// 1
@lazy const ONE = memory.data<f64>([1]);

// Masks of all bits but the sign, and of the exponent.
@lazy const MAGNITUDE = memory.data<u64>([0x7fffffffffffffff]),
  EXPONENT = memory.data<u64>([0x7ff0000000000000]);

// Less the bits of a power of two v, this is the bits of 2^23 / v.
@lazy const RECIPROCAL = memory.data<u64>([0x8150000000000000]);

// The largest and the smallest power of two whose spacing is 2^-23 of it: beyond them the spacing stays.
@lazy const MAX_POWER = memory.data<f64>([1.7014118346046923e38]),
  MIN_POWER = memory.data<f64>([1.1754943508222875e-38]);

/** Has the caller count the elements from `from` to before `to`. */
declare function leave(from: usize, to: usize): void;

let correct: u32 = 0;
let within1: u32 = 0;
let largest: f64 = 0;

/** The count of the correctly rounded results, of the last call of `count`. */
export function getCorrect(): u32 {
  return correct;
}

/** The count of the results within 1 ulp, of the last call of `count`. */
export function getWithin1(): u32 {
  return within1;
}

/** The largest error in ulp, of the last call of `count`; a correctly rounded result has none. */
export function getLargest(): f64 {
  return largest;
}

/** Writes n float32 inputs, their bit patterns `stride` apart from `first` on, to `x`, and as float64 numbers to `x64`. */
export function fill(first: u32, stride: u32, x: usize, x64: usize, n: usize): void {
  let bits = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4.splat(stride), i32x4(0, 1, 2, 3)));
  const fourStrides = i32x4.splat(4 * stride);
  for (let i: usize = 0; i < n; i += 4) {
    v128.store(x + i * 4, bits);
    v128.store(x64 + i * 8, f64x2.promote_low_f32x4(bits));
    v128.store(x64 + i * 8, f64x2.promote_low_f32x4(v128.shuffle<u64>(bits, bits, 1, 0)), 16);
    bits = i32x4.add(bits, fourStrides);
  }
}

/**
 * Counts the errors of n float32 numbers at `got`, where the float64 numbers at `exact` are right. No spacing counts as
 * less than `leastSpacing`. n is a multiple of BLOCK.
 */
export function count(exact: usize, got: usize, n: usize, leastSpacing: f64): void {
  const errorLimit = v128.load64_splat(ERROR_LIMIT);
  const one = v128.load64_splat(ONE);
  const magnitude = v128.load64_splat(MAGNITUDE);
  const exponent = v128.load64_splat(EXPONENT);
  const reciprocal = v128.load64_splat(RECIPROCAL);
  const maxPower = v128.load64_splat(MAX_POWER);
  const minPower = v128.load64_splat(MIN_POWER);
  const perLeastSpacing = f64x2.splat(1 / leastSpacing);
  correct = 0;
  within1 = 0;
  largest = 0;
  for (let from: usize = 0; from < n; from += BLOCK) {
    let correctCounts = i64x2.splat(0);
    let within1Counts = i64x2.splat(0);
    let maxErrors = f64x2.splat(0);
    let isLeft = i64x2.splat(0);
    let allCorrect: u32 = 0;
    const end = from + BLOCK;
    for (let next = from; next < end; next += COMPARED) {
      const e = exact + next * 8;
      const y = got + next * 4;
      // Most results are correctly rounded, and the comparison takes a third of the time of counting.
      if (i32x4.all_true(v128.and(areRounded(e, y), areRounded(e + 32, y + 16)))) {
        allCorrect += COMPARED;
        continue;
      }
      for (let i: usize = 0; i < COMPARED; i += 2) {
        const right = v128.load(e + i * 8);
        const result = f64x2.promote_low_f32x4(v128.load64_zero(y + i * 4));
        const rounded = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(right));
        const isCorrect = i64x2.eq(rounded, result);
        const power = f64x2.pmax(f64x2.pmin(v128.and(right, exponent), maxPower), minPower);
        const perSpacing = f64x2.pmin(i64x2.sub(reciprocal, power), perLeastSpacing);
        const difference = v128.and(f64x2.sub(result, right), magnitude);
        const error = v128.andnot(f64x2.mul(difference, perSpacing), isCorrect);
        // Numbers that are equal but have other bits are zeros of different signs.
        isLeft = v128.or(isLeft, v128.andnot(f64x2.eq(rounded, result), isCorrect));
        isLeft = v128.or(isLeft, v128.not(f64x2.le(error, errorLimit)));
        // A true lane is -1.
        correctCounts = i64x2.sub(correctCounts, isCorrect);
        within1Counts = i64x2.sub(within1Counts, f64x2.le(error, one));
        maxErrors = f64x2.pmax(maxErrors, error);
      }
    }
    if (v128.any_true(isLeft)) {
      leave(from, end);
      continue;
    }
    correct += allCorrect + <u32>(i64x2.extract_lane(correctCounts, 0) + i64x2.extract_lane(correctCounts, 1));
    within1 += allCorrect + <u32>(i64x2.extract_lane(within1Counts, 0) + i64x2.extract_lane(within1Counts, 1));
    largest = max(largest, max(f64x2.extract_lane(maxErrors, 0), f64x2.extract_lane(maxErrors, 1)));
  }
}

/** All ones in the lanes of the results, of four, that have the bits of the rounded exact ones. */
@inline
function areRounded(exact: usize, got: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(exact));
  const high = f32x4.demote_f64x2_zero(v128.load(exact, 16));
  return i32x4.eq(v128.shuffle<u64>(low, high, 0, 2), v128.load(got));
}
