/** What the charts show: values, derivatives and errors over an interval. */

import type { Elementwise } from "lanewise";
import { plainFormulas } from "../../../src/plot/plain.js";
import { sampleCurve } from "../../../src/plot/curve.js";
import { errorInUlp, leastSpacing } from "../../../src/plot/ulp.js";

/** Inputs from one number to another, evenly. */
export function inputsOf([from, to]: readonly [number, number], count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/**
 * A function or its derivative at many inputs, in float64 so that no step of float32 shows however close one looks. Where there is no
 * value there is no derivative, though the formula may give one, as 1/x of log.
 */
export function valuesOf(fn: Elementwise, ofDerivative: boolean, x: Float64Array, parameters: object): Float64Array {
  const values = fn(x, parameters);
  return ofDerivative ? fn.derivative(x, parameters).map((y, i) => (Number.isNaN(values[i]) ? NaN : y)) : values;
}

/** The points of a line, in pairs. */
export interface Line {
  readonly x: Float64Array;
  /** NaN where the line is broken. */
  readonly y: Float64Array;
}

/** A function or its derivative as a line that does not bridge jumps. */
export function lineOf(
  fn: Elementwise,
  ofDerivative: boolean,
  view: readonly [number, number],
  intervals: number,
  parameters: object,
): Line {
  const inputs = inputsOf(view, intervals + 1);
  const values = valuesOf(fn, ofDerivative, inputs, parameters);
  // One call gives what is on the grid; the few inputs around jumps come one by one.
  const known = new Map(Array.from(inputs, (x, i) => [x, values[i]]));
  const valueAt = (x: number) => known.get(x) ?? valuesOf(fn, ofDerivative, Float64Array.of(x), parameters)[0];
  const { line } = sampleCurve(valueAt, ...view, intervals);
  return { x: Float64Array.from(line, ({ x }) => x), y: Float64Array.from(line, ({ y }) => y) };
}

/** Errors of float32 results: each the largest of a piece of the interval. */
export interface Errors {
  /** The middle of each piece. */
  readonly x: Float64Array;
  /** NaN where the function has no value. */
  readonly lanewise: Float64Array;
  /** Of the textbook's formula with each step in float32; undefined of derivatives. */
  readonly plain: Float64Array | undefined;
}

/** How many inputs stand for a piece. */
const A_PIECE = 6;

/**
 * The errors of a function's float32 results over an interval, in ulp: by how many units in the last place they differ from the
 * definition's formula in float64, whose own error is a 2^-29th of that.
 *
 * @param withPlain whether plain JavaScript is measured too
 */
export function errorsOf(
  fn: Elementwise,
  ofDerivative: boolean,
  view: readonly [number, number],
  pieces: number,
  given: object,
  withPlain: boolean,
): Errors {
  const { definition } = fn;
  const inputs = Float32Array.from(inputsOf(view, pieces * A_PIECE));
  const results = ofDerivative ? fn.derivative(inputs, given) : fn(inputs, given);
  const x = new Float64Array(pieces);
  const lanewise = new Float64Array(pieces);
  const parameters = asFloat32({ ...fn.defaults, ...given });
  const formula = withPlain && !ofDerivative ? plainFormulas[definition.name] : undefined;
  const plain = formula && new Float64Array(pieces);
  const exactValueOf = definition.value;
  const exactOf = ofDerivative ? definition.derivative : definition.value;
  const crossing = ofDerivative ? definition.crossing?.(parameters) : undefined;
  for (let i = 0; i < inputs.length; i++) {
    const piece = Math.floor(i / A_PIECE);
    const exact = exactOf(inputs[i], parameters);
    if (i % A_PIECE === A_PIECE >> 1) x[piece] = inputs[i];
    // Where there is no value there is no error, rather than one of 0.
    if (Number.isNaN(exactValueOf(inputs[i], parameters))) {
      lanewise[piece] = NaN;
      if (plain) plain[piece] = NaN;
      continue;
    }
    const least = leastSpacing(crossing, definition.ulp.derivative, inputs[i]);
    lanewise[piece] = Math.max(lanewise[piece], errorInUlp(results[i], exact, least));
    if (formula && plain) plain[piece] = Math.max(plain[piece], errorInUlp(formula(inputs[i], parameters), exact));
  }
  return { x, lanewise, plain };
}

/** Parameters as calls on a Float32Array take them. */
function asFloat32(parameters: object): Readonly<Record<string, number>> {
  const rounded = Object.entries(parameters).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === "number" ? Math.fround(value) : value,
  ]);
  return Object.fromEntries(rounded) as Readonly<Record<string, number>>;
}
