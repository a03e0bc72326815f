/**
 * What sparsemax and 1.5-entmax know of a row: the threshold, above which an element has a part of the row's 1. All but their searches for
 * it is the same code, so that both take little more room than one.
 */

import { one, splat, zero } from "../simd/vector";
import { beginMax, maximum } from "./argmax";

// Four vectors of float64: of which sums, each pass and each search has its own notion.
@lazy export const SUMS = memory.data(64, 16);

/** The temperature of the passes that follow. */
export let temperature: f64 = 0;
/** Whether results are squared, as entmax15's are and sparsemax's are not. */
export let squares: bool = false;
/** Of d = x - max. It rises from -scale on. */
export let threshold: f64 = 0;
/** By what d - threshold is divided: the temperature, of entmax15 twice as much. */
export let scale: f64 = 0;
/** The count of the elements that are Infinity, if the largest is. */
export let infinities: f64 = 0;

/** Sets the threshold. */
@inline
export function setThreshold(value: f64): void {
  threshold = value;
}

/** Sets the function that follows, and its temperature. */
@inline
export function setFunction(isSquared: bool, value: f64): void {
  squares = isSquared;
  temperature = value;
  scale = isSquared ? 2 * value : value;
}

/** Sets the sums to 0. */
export function clearSums(): void {
  for (let at: usize = 0; at < 64; at += 16) v128.store(SUMS + at, zero());
}

/** 1 / temperature in every lane. */
@inline
export function inverseTemperature<T>(): v128 {
  return splat<T>(1 / temperature);
}

/** Begins a row; then `findMax` of argmax.ts. */
@inline
export function beginSupport<T>(): void {
  beginMax<T>();
  infinities = 0;
  threshold = -scale;
  clearSums();
}

/** Counts the elements that are Infinity. */
export function countInfinities<T>(src: usize, end: usize): void {
  for (; src < end; src += sizeof<T>()) if (<f64>load<T>(src) == Infinity) infinities += 1;
}

/** An x up to which d is at most the threshold. The slack covers the roundings on the way. */
@inline
export function supportBound<T>(): v128 {
  const slack = (abs(maximum) + scale) * (sizeof<T>() == 4 ? 2.384185791015625e-7 : 4.440892098500626e-16);
  return v128.splat<T>(<T>(maximum + threshold - slack));
}

/** 1 / scale in every lane of float64. */
@inline
export function inverseScale(): v128 {
  return f64x2.splat(1 / scale);
}

/** All ones if results are squared, else zero. */
@inline
export function squaredMask(): v128 {
  return i64x2.splat(-i64(squares));
}

/** The root or, if the mask is all ones, its square. */
@inline
export function squareIf(mask: v128, root: v128): v128 {
  return f64x2.mul(root, v128.bitselect(root, one<f64>(), mask));
}
