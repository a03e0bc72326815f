/**
 * Gradients of softmax and logSoftmax, a row at a time, in passes like those of passes.ts: first a sum over the row, in float64,
 * then the gradient of each element from it.
 */

import { Value as Exp } from "../elementwise/kernels/exp";
import { forBlocks } from "../simd/blocks";
import { negMulAdd, promoteHalf, splat } from "../simd/vector";
import { addLanes } from "./passes";
import { inverseTemperature, setTemperature } from "./softmaxTerms";

/** The sum over the row: of y·dy, or of dy. */
let total: f64 = 0;

/** The summand y·dy. */
export class DotSummand {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return f64x2.mul(promoteHalf<T>(y, high), promoteHalf<T>(dy, high));
  }
}

/** The summand dy where y is not -Infinity, else 0. */
export class UnmaskedSummand {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return promoteHalf<T>(v128.and(dy, isUnmasked<T>(y)), high);
  }
}

/** All ones but where a logarithm is -Infinity: that element was masked, and its gradient is 0. */
@inline
function isUnmasked<T>(y: v128): v128 {
  return v128.ne<T>(y, splat<T>(-Infinity));
}

/** The loop that adds the summands that K makes of y and dy to the total. */
class Total<K> {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const end = y + bytes;
    let low = splat<f64>(0);
    let high = low;
    for (; y < end; y += 16, dy += 16) {
      const yVector = v128.load(y);
      const dyVector = v128.load(dy);
      low = f64x2.add(low, changetype<K>(0).of<T>(yVector, dyVector, false));
      if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(yVector, dyVector, true));
    }
    total += addLanes<f64>(f64x2.add(low, high));
  }
}

/** y·(dy - total) / temperature, where total is the sum of y·dy. */
export class SoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, invTemperature: v128): v128 {
    return v128.mul<T>(v128.mul<T>(y, invTemperature), v128.sub<T>(dy, total));
  }
}

/** (dy - e^y·total) / temperature, where total is the sum of dy. */
export class LogSoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, invTemperature: v128): v128 {
    const gradient = v128.mul<T>(negMulAdd<T>(changetype<Exp>(0).at<T>(y), total, dy), invTemperature);
    return v128.and(gradient, isUnmasked<T>(y));
  }
}

/** The loop that writes the gradients that K makes of y, dy and the total. */
class Gradient<K> {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const totals = splat<T>(total);
    const invTemperature = inverseTemperature<T>();
    for (; y < end; y += 16, dy += 16, dst += 16) {
      v128.store(dst, changetype<K>(0).at<T>(v128.load(y), v128.load(dy), totals, invTemperature));
    }
  }
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginGradient<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetTotal();
}

/** Begins a row with the temperature that is set. */
@inline
export function resetTotal(): void {
  total = 0;
}

/** Adds up y·dy; then `softmaxGradient`. */
export function dot<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<DotSummand>, T>(y, dy, 0, n, <T>0);
}

/** Writes the gradient of softmax. */
export function softmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<Gradient<SoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}

/** Adds up dy; then `logSoftmaxGradient`. */
export function sumUnmasked<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<UnmaskedSummand>, T>(y, dy, 0, n, <T>0);
}

/** Writes the gradient of logSoftmax. */
export function logSoftmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<Gradient<LogSoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}
