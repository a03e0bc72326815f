import { describe, expect, it } from "vitest";
import { argmax, hardmax } from "../src/index.js";
import { float32 } from "../src/args/dtype.js";
import { checkInt32Indices, newIndices } from "../src/args/indices.js";
import { Candidates } from "../src/families/sampling/candidates.js";
import { Heap } from "../src/families/sampling/heap.js";
import { argmaxModule } from "../src/generated/modules/argmax.js";
import { activeScratch } from "../src/runtime/backends.js";
import { kernelPair } from "../src/runtime/kernels.js";
import { FIRST, SCRATCH } from "../src/runtime/memory.js";
import { describeBackends, describeKernels } from "./support/backends.js";

describe("indices from 2^31 on", () => {
  it("an Int32Array doesn't hold them: a RangeError that says what to do", () => {
    expect(() => checkInt32Indices("f", "x", 2 ** 31, "advice")).not.toThrow();
    expect(() => checkInt32Indices("f", "x", 2 ** 31 + 1, "cut it in two")).toThrow(
      new RangeError(
        "f: x must have at most 2147483648 elements, for an Int32Array to hold their indices, not 2147483649: cut it in two",
      ),
    );
  });

  it("an array for them is of float64", () => {
    expect(newIndices(3, 2 ** 31)).toEqual(new Int32Array(3));
    expect(newIndices(3, 2 ** 31 + 1)).toEqual(new Float64Array(3));
  });

  it("the candidates of sampling keep them, also where there are so many that their arrays grow", () => {
    for (const count of [3, 3000]) {
      const candidates = Candidates.none();
      for (let i = 0; i < count; i++) candidates.add(2 ** 31 + 5 + i, 1);
      expect(candidates.at(0)).toBe(2 ** 31 + 5);
      expect(candidates.at(1 - 2 ** -53)).toBe(2 ** 31 + 4 + count);
      candidates.keepHeaviest(1.5);
      expect(candidates.at(1 - 2 ** -53)).toBe(2 ** 31 + 6);
    }
  });

  it("the heap of topK keeps them, and their order", () => {
    const heap = new Heap(new Float32Array(3), newIndices(3, 2 ** 31 + 9));
    // The root is the last in rank.
    for (let i = 0; i < 3; i++) heap.place(i, 1, 2 ** 31 + 2 - i);
    expect(Array.from(heap.sort().indices)).toEqual([2 ** 31, 2 ** 31 + 1, 2 ** 31 + 2]);
  });
});

describeKernels("a row of more than 2^32 elements, in pieces", () => {
  const begin = kernelPair(argmaxModule, "argmax_beginMax");
  const findMax = kernelPair(argmaxModule, "argmax_findMax");
  const indexOfMax = kernelPair(argmaxModule, "argmax_indexOfMax");
  const writeOneHot = kernelPair(argmaxModule, "argmax_writeOneHot");

  it("argmax counts past it, and hardmax writes the 1 in the piece where it belongs", () => {
    const scratch = activeScratch()!;
    const view = scratch.first32;
    const perPiece = SCRATCH / 4;
    const pieces = 2 ** 32 / perPiece;
    const kernel = (pair: typeof begin) => pair.of(scratch, float32)!;
    view.fill(1);
    kernel(begin)();
    for (let i = 0; i < pieces; i++) kernel(findMax)(FIRST, perPiece);
    view[5] = 2;
    kernel(findMax)(FIRST, 16);
    expect(kernel(indexOfMax)()).toBe(2 ** 32 + 5);
    let ones = 0;
    for (let i = 0; i < pieces; i++) {
      kernel(writeOneHot)(FIRST, perPiece);
      ones += view[5];
    }
    expect(ones).toBe(0);
    kernel(writeOneHot)(FIRST, 16);
    expect(Array.from(view.subarray(0, 8))).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
  });
});

describeBackends("a row that is longer than the scratch memory", () => {
  it("has its index as a number, and in an Int32Array", () => {
    const x = new Float32Array(SCRATCH / 4 + 100).fill(1);
    x[x.length - 3] = 2;
    expect(argmax(x)).toBe(x.length - 3);
    expect(argmax(x, {})).toEqual(Int32Array.of(x.length - 3));
    expect(hardmax(x).indexOf(1)).toBe(x.length - 3);
  });
});
