/** Measuring functions on the digits' pixels. */

import { type Elementwise, softmax } from "lanewise";
import { plainFormulas, plainLoop, plainSoftmax } from "../../bench/plain.js";
import { errorInUlp } from "../../bench/ulp.js";
import { type Digits, PIXELS } from "./data.js";

export interface Speed {
  readonly name: string;
  /** Nanoseconds an element, by plain JavaScript. */
  readonly plain: number;
  /** Nanoseconds an element. */
  readonly lanewise: number;
  /** The largest error of lanewise, in units of the float32 spacing at the exact value. */
  readonly ulp: number;
}

/**
 * Applies each function to every pixel, and softmax to every digit, with plain JavaScript and with lanewise. Both write
 * into the same array. Yields a function's figures as soon as they are measured.
 *
 * @param time milliseconds to give each function
 */
export function* measure(
  { bytes, pixels, count }: Pick<Digits, "bytes" | "pixels" | "count">,
  functions: readonly Elementwise[],
  time = 1000,
): Generator<Speed> {
  const out = new Float32Array(pixels.length);
  for (const fn of functions) {
    const formulas = plainFormulas(fn.definition);
    const { name, value } = formulas;
    const loop = plainLoop(formulas);
    const times = race(
      time,
      pixels.length,
      (size) => loop(pixels.subarray(0, size), out.subarray(0, size)),
      (size) => fn(pixels.subarray(0, size), { out: out.subarray(0, size) }),
    );
    yield { name, ...times, ulp: largestError(bytes, pixels, out, value) };
  }

  const times = race(
    time,
    pixels.length,
    (size) => plainSoftmax(pixels.subarray(0, size), out.subarray(0, size), PIXELS),
    (size) => softmax(pixels.subarray(0, size), { shape: [size / PIXELS, PIXELS], out: out.subarray(0, size) }),
  );
  yield {
    name: `softmax, ${count.toLocaleString("en")} rows of ${PIXELS}`,
    ...times,
    ulp: largestSoftmaxError(pixels, out),
  };
}

/** Works on the first `size` elements. */
type Run = (size: number) => void;

/**
 * Runs the two by turns, lanewise last, until the time is over, but at least twice, and keeps the fastest run of each.
 *
 * @param time in milliseconds
 * @param size how many elements there are
 * @returns nanoseconds an element
 */
function race(time: number, size: number, plain: Run, lanewise: Run): Pick<Speed, "plain" | "lanewise"> {
  const warmUp = Math.min(size, 100 * PIXELS);
  for (let round = 0; round < 10; round++) {
    plain(warmUp);
    lanewise(warmUp);
  }
  const fastest = { plain: Infinity, lanewise: Infinity };
  const begin = performance.now();
  for (let round = 0; round < 2 || performance.now() - begin < time; round++) {
    fastest.plain = Math.min(fastest.plain, milliseconds(plain, size));
    fastest.lanewise = Math.min(fastest.lanewise, milliseconds(lanewise, size));
  }
  return { plain: (fastest.plain * 1e6) / size, lanewise: (fastest.lanewise * 1e6) / size };
}

function milliseconds(run: Run, size: number): number {
  const begin = performance.now();
  run(size);
  return performance.now() - begin;
}

/**
 * A pixel has one of 256 values, so 256 exact results serve to check all results, and mostly 256 comparisons.
 *
 * @returns in ulp
 */
function largestError(
  bytes: Uint8Array,
  pixels: Float32Array,
  out: Float32Array,
  formula: (x: number) => number,
): number {
  const exact = new Array<number | undefined>(256).fill(undefined);
  const last = new Float32Array(256);
  let worst = 0;
  for (let i = 0; i < out.length; i++) {
    const byte = bytes[i];
    // What has been compared need not be again: 47 million comparisons take seconds.
    if (exact[byte] !== undefined && Object.is(out[i], last[byte])) continue;
    exact[byte] ??= formula(pixels[i]);
    last[byte] = out[i];
    worst = Math.max(worst, errorInUlp(out[i], exact[byte]));
  }
  return worst;
}

/**
 * @param out softmax of each row of PIXELS
 * @returns in ulp
 */
function largestSoftmaxError(pixels: Float32Array, out: Float32Array): number {
  const exponentials = new Float64Array(PIXELS);
  let worst = 0;
  for (let start = 0; start < pixels.length; start += PIXELS) {
    let sum = 0;
    for (let i = 0; i < PIXELS; i++) sum += exponentials[i] = Math.exp(pixels[start + i]);
    for (let i = 0; i < PIXELS; i++) {
      worst = Math.max(worst, errorInUlp(out[start + i], exponentials[i] / sum));
    }
  }
  return worst;
}
