import { describe, expect, it } from "vitest";
import {
  argmax,
  createArena,
  type FloatArray,
  hardmax,
  logSoftmax,
  logSumExp,
  type RowOptions,
  sigmoid,
  softmax,
  softmin,
  sparsemax,
} from "../src/index.js";
import { DATA } from "../src/runtime/memory.js";
import { describeKernels, expectSameBits, randomArray, types } from "./support/backends.js";
import { type Layout, sizeOf } from "./support/rows.js";

type Call = (x: FloatArray, options: RowOptions) => FloatArray;

const functions = { softmax, softmin, logSoftmax, sparsemax, hardmax };
const gradients = { softmax: softmax.backward, logSoftmax: logSoftmax.backward, sparsemax: sparsemax.backward };

/** Rows of every kind: short and long, also of more bytes than are searched at once, and side by side. */
const layouts: readonly Layout[] = [
  [[5, 32], -1],
  [[7, 31], -1],
  [[3, 3001], -1],
  [[1, 9000], -1],
  [[6, 20, 64], 1],
  [[40, 2000], 0],
];

describeKernels("at the last addresses of an arena of 4 GiB", () => {
  // The largest that there is: an address behind its last array may not fit 32 bits.
  const bytes = 2 ** 32 - DATA - 128;

  describe.each(types)("%o", (type) => {
    it.each(layouts)("rows of %j along %i give what they give elsewhere", (shape, axis) => {
      // Its memory is touched only where the arrays lie.
      const arena = createArena(bytes);
      const values = randomArray(type, sizeOf(shape), -5, 5);
      const dy = randomArray(type, sizeOf(shape), -5, 5, 2);
      const options = { shape, axis };
      const columns = shape[axis < 0 ? axis + shape.length : axis];

      /** The last array of the arena, with `length` elements, after another one of `before` bytes. */
      const create = (length: number) => (type === Float32Array ? arena.float32(length) : arena.float64(length));
      const space = (length: number) => Math.ceil((length * type.BYTES_PER_ELEMENT) / 16) * 16;
      const skipTo = (left: number) => {
        arena.reset();
        arena.uint8(2 ** 31);
        arena.uint8(arena.bytes - 2 ** 31 - left);
      };
      for (const [name, fn] of Object.entries(functions) as [string, Call][]) {
        const wanted = fn(values, options);
        skipTo(space(values.length));
        const x = create(values.length) as FloatArray;
        expect(arena.used).toBe(arena.bytes);
        x.set(values);
        expectSameBits(fn(x, { ...options, out: x }), wanted, `${name} in place`);
        const gradient = gradients[name as keyof typeof gradients] as typeof softmax.backward | undefined;
        if (gradient === undefined) continue;
        x.set(wanted);
        const result = gradient(x, inPlaceOf(arena, dy), { ...options, out: x });
        expectSameBits(result, gradient(wanted, dy, options), `${name}.backward`);
      }
      skipTo(space(values.length) + space(values.length));
      const [out, x] = [create(values.length) as FloatArray, create(values.length) as FloatArray];
      x.set(values);
      expectSameBits(
        logSumExp(x, { ...options, out: out.subarray(0, x.length / columns) }),
        logSumExp(values, options),
      );
      expectSameBits(sigmoid(x, { out }), sigmoid(values));
      const indices = new Int32Array(out.buffer, out.byteOffset, x.length / columns) as Int32Array<ArrayBuffer>;
      expectSameBits(argmax(x, { ...options, out: indices }), argmax(values, options));
    });
  });
});

/** The values in the memory of a full arena, at its beginning, where nothing else is looked at. */
function inPlaceOf(arena: ReturnType<typeof createArena>, values: FloatArray): FloatArray {
  arena.reset();
  const array = values instanceof Float32Array ? arena.float32(values.length) : arena.float64(values.length);
  array.set(values);
  return array;
}
