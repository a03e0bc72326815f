/** The inputs whose results are hashed. */

import plan from "../../golden/plan.json" with { type: "json" };
import type { FloatArray } from "../../../src/index.js";
import { type FloatArrayType, randomArray, randomBits } from "../random.js";

/** Options of a call by name. */
export type Options = Record<string, unknown>;

/** Lengths around every block, copying loop and `maxScalarLength`, and two beyond a chunk. */
export const LENGTHS = [...Array.from({ length: 71 }, (_, i) => i), 256, 257, 4097, 100_003];

/** Floats that end a domain, or are rounded, flushed or compared in an unusual way. */
export const SPECIAL = [
  ...[0, -0, 1, -1, 0.5, -0.5, 3, -3, 6, NaN, Infinity, -Infinity],
  ...[1e-45, -1e-45, 1.1754943508222875e-38, -1.1754943508222875e-38],
  ...[3.4028234663852886e38, -3.4028234663852886e38, 5e-324, 1.7976931348623157e308],
  ...[88.7228394, -87.3365479, -103.972084, 709.782712893384, -745.1332191019411],
];

/** Inputs of up to this many elements are kept, since most functions are called with the same. Nobody writes to them. */
const MOST_KEPT = 2_000_000;

const kept = new Map<string, FloatArray>();

/** The inputs that a key stands for, made when they are first asked for. */
function keep(key: string, length: number, make: () => FloatArray): FloatArray {
  let inputs = kept.get(key);
  if (inputs === undefined) {
    inputs = make();
    if (length <= MOST_KEPT) kept.set(key, inputs);
  }
  return inputs;
}

/** Random numbers, even over [low, high). */
export function even(type: FloatArrayType, length: number, low: number, high: number, seed: number): FloatArray {
  const key = `even ${type.name} ${length} ${low} ${high} ${seed}`;
  return keep(key, length, () => randomArray(type, length, low, high, seed));
}

/** A third of all bit patterns at a fixed stride, a third even over an interval, a third special or near 0. */
export function everyKind(type: FloatArrayType, length: number): FloatArray {
  return keep(`everyKind ${type.name} ${length}`, length, () => makeEveryKind(type, length));
}

function makeEveryKind(type: FloatArrayType, length: number): FloatArray {
  const bits = randomBits(length + 1);
  const view = new DataView(new ArrayBuffer(8));
  const stride = 0x9e3779b1;
  return new type(length).map((_, i) => {
    if (i % 3 === 0) {
      view.setUint32(0, Math.imul(i, stride));
      view.setUint32(4, bits());
      return type === Float32Array ? view.getFloat32(0) : view.getFloat64(0);
    }
    if (i % 3 === 1) return -30 + (60 * bits()) / 2 ** 32;
    const special = SPECIAL[bits() % SPECIAL.length];
    return i % 2 === 0 ? special : ((bits() - 2 ** 31) / 2 ** 31) * 4;
  });
}

/** Logits of every kind that rows meet: ordinary, far apart, infinite, equal, NaN. */
export function logitsOf(type: FloatArrayType, length: number, spread: number, seed: number): FloatArray {
  const key = `logits ${type.name} ${length} ${spread} ${seed}`;
  return keep(key, length, () => makeLogits(type, length, spread, seed));
}

function makeLogits(type: FloatArrayType, length: number, spread: number, seed: number): FloatArray {
  const x = randomArray(type, length, -spread, spread, seed);
  const bits = randomBits(seed + 77);
  for (let i = 0; i + 50 < length; i += 40 + (bits() % 50)) {
    const kind = bits() % 12;
    if (kind < 6) x[i] = [-Infinity, Infinity, NaN, 1e4, -1e4, spread][kind];
    else if (kind === 6) x.fill(2.5, i, i + 12);
    else if (kind === 7) x.fill(-Infinity, i, i + 40);
  }
  return x;
}

/** The parameters that golden values are made for; the defaults first, given by no option. */
function goldenSettings(name: string): Options[] {
  const settings = (plan as unknown as Record<string, { parameters?: Options }[]>)[name] ?? [{}];
  return settings.map(({ parameters = {} }, i) => (i === 0 ? {} : parameters));
}

/** Parameters at the ends of what kernels are made for; squareplus goes by its formula, which calls sqrt alone. */
const EXTREME: Record<string, Options[]> = {
  elu: [{ alpha: 0 }],
  squareplus: [{ b: 1e-20 }],
  leakyRelu: [{ negativeSlope: 0 }],
  hardtanh: [{ minVal: -Infinity, maxVal: 2 }],
  threshold: [{ threshold: 1, value: -7 }],
  thresholdedRelu: [{ alpha: -0.5 }],
  hardshrink: [{ lambd: 1 }],
};

/** Parameters that no kernel is made for: on every backend the formula computes, by Math's functions. */
export const OF_FORMULAS: Readonly<Record<string, readonly Options[]>> = {
  swish: [{ beta: 0 }, { beta: 1e-20 }, { beta: -1e20 }],
  softplus: [{ beta: 1e-20 }, { beta: 1e20 }],
  elu: [{ alpha: 1e-20 }],
  selu: [{ alpha: 0 }, { scale: 1e20 }],
  celu: [{ alpha: 1e20 }],
};

/** The parameters of a function whose results are hashed, apart from `OF_FORMULAS`. */
export function settingsOf(name: string): Options[] {
  return [...goldenSettings(name), ...(EXTREME[name] ?? [])];
}

export const types = [Float32Array, Float64Array] as const;

/** The suffix of a key, which names the type of its arrays. */
export function suffixOf(type: FloatArrayType): string {
  return type === Float32Array ? "f32" : "f64";
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Shapes and axes: contiguous rows of few and many columns, and rows that lie apart by few and many elements. */
export const LAYOUTS: readonly (readonly [shape: readonly number[], axis: number])[] = [
  ...Array.from({ length: 70 }, (_, i) => [[5, i + 1], 1] as const),
  [[37, 10], 1],
  [[2000, 10], 1],
  [[3, 257], -1],
  [[2, 40_001], 1],
  [[4, 5, 6], 1],
  [[6, 15], 0],
  [[70, 16], 0],
  [[33, 17], 0],
  [[3, 40, 20], 1],
  [[2, 300, 17], 1],
  [[1000, 64], 0],
  [[5, 4001], 0],
  [[0, 5], 1],
  [[3, 0], 0],
];

/** Rows of one axis, the last two longer than the scratch memory. */
export const ROW_LENGTHS = [...LENGTHS.slice(1), 33_000, 600_001, 1_100_003];
