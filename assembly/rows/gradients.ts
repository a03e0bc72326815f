/** Gradients of softmax and logSoftmax, a row at a time, in passes like those of passes.ts. */

import { Value as Exp } from "../elementwise/kernels/exp";
import { forBlocks } from "../simd/blocks";
import { negMulAdd, promoteHalf } from "../simd/vector";
import { addLanes } from "./passes";
import { inverseTemperature, setTemperature, splat } from "./softmaxTerms";

/** The sum over the row: of y·dy, or of dy. */
let total: f64 = 0;

/** y·dy */
export class Product {

  @inline
  of<T>(y: v128, dy: v128, high: bool): v128 {
    return f64x2.mul(promoteHalf<T>(y, high), promoteHalf<T>(dy, high));
  }
}

/** dy where y is not -Infinity, else 0. */
export class Unmasked {

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

/** The sum of what K makes of y and dy, in f64. */
class Total<K> {
  run<T>(y: usize, dy: usize, _: usize, bytes: usize): void {
    const end = y + bytes;
    let low = splat<f64>(0);
    let high = low;
    for (; y < end; y += 16, dy += 16) {
      const a = v128.load(y);
      const b = v128.load(dy);
      low = f64x2.add(low, changetype<K>(0).of<T>(a, b, false));
      if (sizeof<T>() == 4) high = f64x2.add(high, changetype<K>(0).of<T>(a, b, true));
    }
    total += addLanes<f64>(f64x2.add(low, high));
  }
}

/** y·(dy - total) / temperature, where total is the sum of y·dy */
export class SoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, by: v128): v128 {
    return v128.mul<T>(v128.mul<T>(y, by), v128.sub<T>(dy, total));
  }
}

/** (dy - e^y·total) / temperature, where total is the sum of dy */
export class LogSoftmaxGradient {

  @inline
  at<T>(y: v128, dy: v128, total: v128, by: v128): v128 {
    const gradient = v128.mul<T>(negMulAdd<T>(changetype<Exp>(0).at<T>(y), total, dy), by);
    return v128.and(gradient, isUnmasked<T>(y));
  }
}

class Gradient<K> {
  run<T>(y: usize, dy: usize, dst: usize, bytes: usize): void {
    const end = y + bytes;
    const sum = splat<T>(total);
    const by = inverseTemperature<T>();
    for (; y < end; y += 16, dy += 16, dst += 16) {
      v128.store(dst, changetype<K>(0).at<T>(v128.load(y), v128.load(dy), sum, by));
    }
  }
}

/* The passes over the next n elements of a row, in the order in which they are called. */

/** Begins a row. */
export function beginGradient<T>(temperature: f64): void {
  setTemperature<T>(temperature);
  resetTotal();
}

/** Begins a row of the temperature that is set. */
@inline
function resetTotal(): void {
  total = 0;
}

/** The sum of y·dy; then `softmaxGradient`. */
export function dot<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<Product>, T>(y, dy, 0, n, <T>0);
}

export function softmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<Gradient<SoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}

/** The sum of dy; then `logSoftmaxGradient`. */
export function sumUnmasked<T>(y: usize, dy: usize, n: usize): void {
  forBlocks<Total<Unmasked>, T>(y, dy, 0, n, <T>0);
}

export function logSoftmaxGradient<T>(y: usize, dy: usize, dst: usize, n: usize): void {
  forBlocks<Gradient<LogSoftmaxGradient>, T>(y, dy, dst, n, <T>0);
}

export { resetTotal };
