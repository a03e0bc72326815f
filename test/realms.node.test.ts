import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { argmax, type FloatArray, greater, hardmax, softmax, softmaxCrossEntropy } from "../src/index.js";
import { calls, describeArrays, type FloatArrayType, randomArray } from "./support/backends.js";

describeArrays("arrays of another realm, such as an iframe's", (type) => {
  const Foreign = runInNewContext(type.name) as FloatArrayType;
  const lengths = [1, 4, 16, 17, 100];

  const numbers = (array: ArrayLike<number>) => Array.from(array);

  it.each(calls)("$title gives the same", ({ call }) => {
    for (const length of lengths) {
      const x = randomArray(type, length, -4, 4);
      const foreign = new Foreign(x);
      expect(foreign).not.toBeInstanceOf(type);
      expect(numbers(call(foreign))).toEqual(numbers(call(x)));
      const out = new Foreign(length);
      expect(call(foreign, { out })).toBe(out);
      expect(numbers(out)).toEqual(numbers(call(x)));
    }
  });

  it("rows, comparisons and losses give the same", () => {
    for (const length of lengths) {
      const x = randomArray(type, length, -4, 4);
      const foreign: FloatArray = new Foreign(x);
      for (const call of [softmax, hardmax, greater as unknown as typeof hardmax])
        expect(numbers(call(foreign))).toEqual(numbers(call(x)));
      expect(argmax(foreign)).toBe(argmax(x));
      expect(softmaxCrossEntropy(foreign, Int32Array.of(0))).toBe(softmaxCrossEntropy(x, Int32Array.of(0)));
    }
  });
});
