import { randomBits } from "./backends.js";
import { readFixture } from "./fixture.js";

/** The inputs and results of scripts/golden.py, which tells the format. */
const COUNT = 20_000;
const ANCHOR_EVERY = 100;

/** The interval of half of the inputs, as in scripts/golden.py. */
const intervals: Record<string, readonly [low: number, high: number]> = {
  exp: [-746, 711],
  sigmoid: [-746, 40],
  tanh: [-20, 20],
};

export const goldenNames = Object.keys(intervals);

const view = new DataView(new ArrayBuffer(8));

export function goldenInputs(name: string): Float64Array {
  const [low, high] = intervals[name];
  const draw = randomBits();
  return new Float64Array(COUNT).map((_, i) => {
    const first = draw();
    const second = draw();
    const third = draw();
    if (i % 2 === 0) return low + (high - low) * ((first + second / 2 ** 32) / 2 ** 32);
    const exponent = (first >>> 16) % 1034;
    view.setUint32(0, ((third & 0x80000000) | (exponent << 20) | ((third >>> 8) & 0xfffff)) >>> 0);
    view.setUint32(4, second);
    return view.getFloat64(0);
  });
}

/** What a function must give for its inputs. */
export class Golden {
  constructor(
    private readonly places: Uint16Array,
    private readonly anchors: Float64Array,
  ) {}

  /** How far result number i is from the exact one, in ulp: infinitely, if an anchor says that it is far off. */
  error(i: number, got: number): number {
    if (i % ANCHOR_EVERY === 0) {
      const anchor = this.anchors[i / ANCHOR_EVERY];
      const near = got === anchor || Math.abs(got - anchor) <= Math.max(1e-14 * Math.abs(anchor), 1e-322);
      if (!near) return Infinity;
    }
    view.setFloat64(0, Math.abs(got));
    const place = (view.getUint32(4) & 0xff) * 256;
    return Math.abs(((place - this.places[i]) << 16) >> 16) / 256;
  }
}

/** What a function and its derivative must give. */
export async function readGolden(name: string): Promise<{ value: Golden; derivative: Golden }> {
  const buffer = await readFixture(`${name}.bin`);
  const half = buffer.byteLength / 2;
  const golden = (from: number) =>
    new Golden(new Uint16Array(buffer, from, COUNT), new Float64Array(buffer, from + COUNT * 2, COUNT / ANCHOR_EVERY));
  return { value: golden(0), derivative: golden(half) };
}
