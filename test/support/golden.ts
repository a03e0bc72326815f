import { errorInUlp, spacing } from "../../bench/ulp.js";
import type { FloatArray } from "../../src/index.js";
import plan from "../golden/plan.json" with { type: "json" };
import { type FloatArrayType, randomBits } from "./backends.js";
import { readFixture } from "./fixture.js";

/** The inputs and results of scripts/golden.py, which tells the format and how inputs are chosen. */
const COUNT = 20_000;
const ANCHOR_EVERY = 100;

/** Places are rounded towards 0 to multiples of this. */
const ROUNDING = 1 / 16;

/** Values of a function's parameters, and where the inputs for them lie. */
interface Setting {
  readonly parameters?: Readonly<Record<string, number | string>>;
  readonly float32: readonly [low: number, high: number];
  readonly float64: readonly [low: number, high: number];
  /** Kinks, zeros, thresholds. */
  readonly near: readonly number[];
  /** Here the derivative crosses zero, away from x = 0: the crossing that the row states lies within. */
  readonly crossing?: readonly [from: number, to: number];
}

const settings = plan as unknown as Readonly<Record<string, readonly Setting[]>>;

export const goldenNames = Object.keys(settings);

/** The parameters to test a function with. The first are its defaults, given by no option. */
export function settingsOf(name: string): readonly Readonly<Record<string, number | string>>[] {
  return (settings[name] ?? [{}]).map(({ parameters = {} }, i) => (i === 0 ? {} : parameters));
}

const view = new DataView(new ArrayBuffer(8));

/** The inputs for all settings, in turn. */
function inputs(settings: readonly Setting[], type: FloatArrayType): FloatArray {
  const draw = randomBits();
  const isFloat32 = type === Float32Array;
  const digits = isFloat32 ? 24 : 53;
  const count = settings.length;
  return new type(COUNT).map((_, i) => {
    const first = draw();
    const second = draw();
    const third = draw();
    const { near, float32, float64 } = settings[i % count];
    const kind = Math.floor(i / count) % 3;
    const fraction = (first + second / 2 ** 32) / 2 ** 32;
    if (kind === 0) {
      const [low, high] = isFloat32 ? float32 : float64;
      return low + (high - low) * fraction;
    }
    if (kind === 1) {
      const point = near[(third >>> 8) % near.length];
      const distance = (Math.max(1, Math.abs(point)) * fraction) / 2 ** ((third >>> 16) % (digits + 3));
      return third >= 2 ** 31 ? point + distance : point - distance;
    }
    if (isFloat32) {
      view.setUint32(0, (third & 0x80000000) | (((first >>> 16) % 255) << 23) | (second >>> 9));
      return view.getFloat32(0);
    }
    view.setUint32(0, (third & 0x80000000) | (((first >>> 16) % 2047) << 20) | ((third >>> 8) & 0xfffff));
    view.setUint32(4, second);
    return view.getFloat64(0);
  });
}

/** The exact results of a function for the inputs of one setting. */
export class Golden {
  constructor(
    readonly x: FloatArray,
    private readonly places: Uint8Array,
    private readonly anchors: ReadonlyMap<number, number>,
    /** Where places are counted in equal steps. */
    readonly crossing: readonly [from: number, to: number] = [Infinity, -Infinity],
  ) {}

  /**
   * How far result number i is from the exact one, in ulp: at least so far, and at most 1/16 further. Errors from 8 ulp on are seen where
   * there is an anchor; elsewhere they are seen modulo 16 ulp, and NaN is not.
   *
   * @param least the smallest spacing to count in, as of `leastSpacing`
   */
  error(i: number, got: number, least: number): number {
    const isFloat32 = this.x instanceof Float32Array;
    const anchor = this.anchors.get(i);
    // Of a zero the golden values know no sign.
    const isZero = anchor === 0 && got === 0;
    if (anchor !== undefined && !isZero && !(errorInUlp(got, anchor, least, isFloat32) < 8)) return Infinity;
    if (Number.isNaN(got)) return 0;
    const [from, to] = this.crossing;
    if (this.x[i] < from || this.x[i] > to) return this.#errorInUlp(i, got, isFloat32);
    const step = isFloat32 ? 2 ** -25 : 2 ** -54;
    const steps = Math.max(0, Math.abs(this.#difference(i, got / step)) - ROUNDING);
    return (steps * step) / Math.max(spacing(got, isFloat32), least);
  }

  #errorInUlp(i: number, got: number, isFloat32: boolean): number {
    view.setFloat64(0, 0);
    if (isFloat32) view.setFloat32(4, Math.abs(got));
    else view.setFloat64(0, Math.abs(got));
    const high = view.getUint32(0);
    const low = view.getUint32(4);
    // Subnormal numbers have the exponent 0, and the spacing of those with 1.
    const exponent = isFloat32 ? low >>> 23 : high >>> 20;
    const binade = isFloat32 ? 2 ** 23 : 2 ** 52;
    const significand = isFloat32 ? low & 0x7fffff : (high & 0xfffff) * 2 ** 32 + low;

    const sign = got < 0 ? -1 : 1;
    const excess = sign * this.#difference(i, sign * (low & 15));
    const places = Math.abs(excess);
    // Ulp are those of the exact result: half or twice those of `got` where its exponent is another.
    const toEnd = excess > 0 ? significand : binade - significand;
    if (excess > 0) return (exponent > 1 && places > toEnd ? places + toEnd : places) - ROUNDING;
    const last = exponent === (isFloat32 ? 254 : 2046); // A result that overflows counts by the spacing before.
    return exponent > 0 && !last && places >= toEnd ? places - toEnd / 2 : places;
  }

  /** The way from the exact result's place to another, between -8 and 8: as if it were no longer. */
  #difference(i: number, place: number): number {
    const difference = (place - this.places[i] / 16) % 16;
    return difference > 8 ? difference - 16 : difference < -8 ? difference + 16 : difference;
  }
}

/** The exact results of a function and its derivative for arrays of a type, at each of its settings. */
export async function readGolden(name: string, type: FloatArrayType): Promise<{ value: Golden; derivative: Golden }[]> {
  const buffer = await readFixture(`${name}.bin`);
  const count = settings[name].length;
  const x = inputs(settings[name], type);
  const sizeOf = (type: FloatArrayType) => COUNT + (COUNT / ANCHOR_EVERY) * type.BYTES_PER_ELEMENT;
  if (buffer.byteLength !== 2 * (sizeOf(Float32Array) + sizeOf(Float64Array))) {
    throw new Error(`${name}.bin is ${buffer.byteLength} bytes long`);
  }
  const start = type === Float32Array ? 0 : 2 * sizeOf(Float32Array);

  const golden = (from: number, setting: number, crossing?: Setting["crossing"]) => {
    const ofSetting = (_: number, i: number) => i % count === setting;
    const places = new Uint8Array(buffer, from, COUNT).filter(ofSetting);
    const anchors = new Map<number, number>();
    new type(buffer, from + COUNT, COUNT / ANCHOR_EVERY).forEach((anchor, j) => {
      const i = j * ANCHOR_EVERY;
      if (i % count === setting) anchors.set((i - setting) / count, anchor);
    });
    return new Golden(x.filter(ofSetting), places, anchors, crossing);
  };
  return settings[name].map(({ crossing }, setting) => ({
    value: golden(start, setting),
    derivative: golden(start + sizeOf(type), setting, crossing),
  }));
}
