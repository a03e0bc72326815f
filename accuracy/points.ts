/** Random float64 inputs of a function: where it is used, near its zeros and bends, at its ends, and of every exponent. */

import type { Elementwise, Parameter } from "lanewise";
import plan from "../test/golden/plan.json" with { type: "json" };
import type { Options } from "./slice.js";

/** Values of a function's parameters, and where inputs for them lie. */
export interface Setting {
  readonly options: Options;
  /** Where the results are neither 0 nor infinite. */
  readonly interval: readonly [low: number, high: number];
  /** Kinks, zeros, thresholds, ends of the kernels' ranges. */
  readonly near: readonly number[];
  /** An interval around the derivative's zero away from 0, wider than the crossing of the definition. */
  readonly crossing?: readonly [from: number, to: number];
  /** The sizes of x at which the function bends. */
  readonly scales: readonly number[];
}

/** A setting as test/golden/plan.json has it. */
interface PlannedSetting {
  readonly parameters?: Options;
  readonly float64: readonly [number, number];
  readonly near: readonly number[];
  readonly crossing?: readonly [number, number];
}

const planned = plan as unknown as Readonly<Record<string, readonly PlannedSetting[]>>;

/** The functions whose exact results scripts/golden.py computes: all that round. */
export const roundingFunctions: readonly string[] = Object.keys(planned);

/** The powers of two from 2^-size to 2^size that a parameter is drawn from; beyond 2^30 there are no kernels. */
const PARAMETER_SIZES = [3, 3, 8, 29, 200];

/** Numbers of [0, 1), the same for a seed (mulberry32, twice for 53 bits). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

/** The settings of plan.json, and others with parameters that are drawn. */
export function settingsOf({ definition }: Elementwise, random: () => number): readonly Setting[] {
  const settings = planned[definition.name].map(({ parameters = {}, float64, near, crossing }): Setting => {
    return {
      options: parameters,
      interval: float64,
      near,
      ...(crossing && { crossing }),
      scales: scalesOf(parameters),
    };
  });
  const parameters = Object.entries(definition.parameters ?? {}) as [string, Parameter][];
  if (parameters.length === 0 || parameters.some(([, parameter]) => "choices" in parameter)) return settings;
  const drawn = PARAMETER_SIZES.map((size): Setting => {
    const options = drawOptions(
      parameters,
      size,
      random,
      (values) => definition.reject?.(values as never) === undefined,
    );
    return {
      options,
      interval: definition.domain ? [...definition.domain] : [-10, 10],
      near: [0],
      scales: scalesOf(options),
    };
  });
  return [...settings, ...drawn];
}

/** Parameters that the function takes together. */
function drawOptions(
  parameters: readonly [string, Parameter][],
  size: number,
  random: () => number,
  isTaken: (options: Options) => boolean,
): Options {
  for (;;) {
    const options = Object.fromEntries(parameters.map(([name, parameter]) => [name, draw(parameter, size, random)]));
    if (isTaken(options)) return options;
  }
}

function draw(parameter: Parameter, size: number, random: () => number): number {
  const {
    min = -Infinity,
    max = Infinity,
    above = -Infinity,
  } = parameter as { min?: number; max?: number; above?: number };
  const magnitude = 2 ** ((2 * random() - 1) * size);
  const isNegative = random() < 0.5 && min < 0 && above < 0;
  return Math.max(min, Math.min(isNegative ? -magnitude : magnitude, max));
}

function scalesOf(options: Options): number[] {
  const numbers = Object.values(options).map((value) => Math.abs(Number(value)));
  return [1, ...numbers.filter((value) => value > 0).flatMap((value) => [value, 1 / value, Math.sqrt(value)])];
}

const view = new DataView(new ArrayBuffer(8));

/** Points for a setting, a sixth of each kind. */
export function drawPoints(
  { interval, near, crossing, scales }: Setting,
  count: number,
  random: () => number,
): Float64Array {
  const any = <V>(values: readonly V[]) => values[Math.floor(random() * values.length)];
  const sign = () => (random() < 0.5 ? -1 : 1);
  const within = ([low, high]: readonly [number, number]) => low + (high - low) * random();
  const kinds = [
    () => within(interval),
    // Where most inputs lie.
    () => 8 * (2 * random() - 1) * any(scales),
    // Of every size up to the ends of the interval.
    () => sign() * Math.max(...interval.map(Math.abs)) * any(scales) * 2 ** (-24 * random()),
    () => {
      const point = any(near);
      return point + sign() * Math.max(1, Math.abs(point)) * random() * 2 ** -Math.floor(random() * 56);
    },
    // Any number but NaN: most of them are huge or tiny.
    () => {
      view.setUint32(0, (random() * 2 ** 32) & ~(random() < 0.5 ? 0x100000 : 0));
      view.setUint32(4, random() * 2 ** 32);
      const x = view.getFloat64(0);
      return Number.isNaN(x) ? 1 : x;
    },
    () => (crossing === undefined ? 2 * (2 * random() - 1) * any(scales) : within(crossing)),
  ];
  return Float64Array.from({ length: count }, (_, i) => kinds[i % kinds.length]());
}
