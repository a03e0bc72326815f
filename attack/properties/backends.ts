/** Backends agree: each within its bound of what the formulas give in float64, and tokens and indices exactly. */

import * as lanewise from "lanewise";
import { errorInUlp } from "../../bench/ulp.js";
import { isSame } from "../../test/support/bits/hash.js";
import type { AnyArray, FloatArray } from "../fills.js";
import { argumentsOf, contentsOf } from "../placed.js";
import type { CallCase, Setting, Setup, Subject } from "../subjects/subject.js";
import { type Bound, type BoundContext, bounds } from "./bounds.js";
import { attempt, difference } from "./placement.js";

/** A factor for what the formulas themselves are off, in float64. */
const BOTH = 2;

/** The numbers among the options, as a float32 holds them. */
function rounded(options: Setting): Setting {
  const round = (value: unknown) => (typeof value === "number" ? Math.fround(value) : value);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, round(value)]));
}

/** Options but for those that are undefined. */
function given(options: Setting): Setting {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Options as numbers of float32, and beside them the defaults of other parameters: they are taken so, too, where one is given. */
function completed(name: string, options: Setting): Setting {
  const fn = lanewise.functions.find(({ definition }) => definition.name === name.split(".")[0]);
  const defaults: Setting = { ...(fn as { readonly defaults?: Setting } | undefined)?.defaults };
  const hasDefaults = Object.keys(options).some((option) => Object.hasOwn(defaults, option));
  const values = rounded(hasDefaults ? { ...defaults, ...options } : options);
  const definition = fn?.definition as { complete?(values: Setting, dtype: object): void } | undefined;
  definition?.complete?.(values, { round: Math.fround });
  return values;
}

function isFloats(array: unknown): array is FloatArray {
  return array instanceof Float32Array || array instanceof Float64Array;
}

function underFormulas<T>(body: () => T): T {
  const before = lanewise.backend();
  lanewise.useBackend("js");
  try {
    return body();
  } finally {
    lanewise.useBackend(before);
  }
}

/** Whether a subject has a bound, or gives the same everywhere. */
export function isCompared({ name, kind }: Subject): boolean {
  return bounds.has(name) || kind === "tokens";
}

/** Throws unless a call on this backend is what the formulas give for the same inputs. */
export function checkBackend(subject: Subject, given: CallCase): void {
  const isLoss = subject.name.includes("CrossEntropy");
  const callCase = isLoss ? { ...given, setting: { ...given.setting, reduction: "none" } } : given;
  const setup = subject.setup(callCase);
  const inputs = underFormulas(() => contentsOf(setup, callCase.seed));
  const got = attempt(() => subject.call(...argumentsOf(setup, inputs)));
  const bound = bounds.get(subject.name);
  const isFloat32 = callCase.type === "Float32Array";
  const isExact = bound === undefined || (bound.ulp === 0 && bound.absolute === undefined);
  const reference = isExact || !isFloat32 ? { setup, inputs } : inFloat64(subject.name, setup, inputs);
  const wanted = underFormulas(() => attempt(() => subject.call(...argumentsOf(reference.setup, reference.inputs))));
  if ("error" in got || "error" in wanted) {
    const [a, b] = [got, wanted].map((outcome) => ("error" in outcome ? outcome.error : "a result"));
    // In float64 a parameter may be in its domain that is not in float32.
    if (a !== b && !isFloat32) throw new Error(`got ${a}, not ${b}`);
    return;
  }
  if (isExact) {
    if (!isSame(got.result, wanted.result)) throw new Error(difference(got.result, wanted.result));
    return;
  }
  const exact = asFloat64(wanted.result);
  compare(bound, { callCase, inputs, exact, isFloat32 }, asFloat64(got.result));
}

function asFloat64(result: unknown): Float64Array {
  return typeof result === "number" ? Float64Array.of(result) : Float64Array.from(result as AnyArray);
}

/** The same call in float64. */
function inFloat64(name: string, setup: Setup, inputs: readonly AnyArray[]): { setup: Setup; inputs: AnyArray[] } {
  const wide = inputs.map((array) => (isFloats(array) ? Float64Array.from(array) : array));
  const { labelSmoothing, posWeight, ...others } = setup.options as Record<string, unknown>;
  // The losses take these as they are.
  const losses = {
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(posWeight !== undefined && { posWeight }),
  };
  const options = { ...completed(name, given(others)), ...losses };
  return { setup: { ...setup, options }, inputs: wide };
}

function compare(bound: Bound, context: BoundContext, got: Float64Array): void {
  const { exact, isFloat32 } = context;
  if (got.length !== exact.length) throw new Error(`${got.length} elements, not ${exact.length}`);
  const allowed = isFloat32 ? bound.ulp : BOTH * bound.ulp;
  const absolute = bound.absolute?.(context);
  for (let i = 0; i < got.length; i++) {
    const error = errorInUlp(got[i], exact[i], bound.minSpacing?.(context, i) ?? 0, isFloat32);
    const isZero = got[i] === 0 && (isFloat32 ? Math.fround(exact[i]) : exact[i]) === 0;
    const isAllowed =
      absolute !== undefined && (Math.abs(got[i] - exact[i]) <= absolute[i] || absolute[i] === Infinity);
    if (error <= allowed || (bound.anyZero && isZero) || isAllowed) continue;
    const text = `element ${i} is ${got[i]}, not ${exact[i]}: ${error.toFixed(2)} ulp, of ${allowed}`;
    throw new Error(`${text} (x = ${context.inputs[0][i]})`);
  }
}
