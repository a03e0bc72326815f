import { expect, it } from "vitest";
import {
  klDivergence,
  nllLoss,
  sigmoidCrossEntropy,
  sigmoidFocalLoss,
  softmaxCrossEntropy,
  softmaxFocalLoss,
  sparsemaxLoss,
} from "../src/index.js";
import type { ElementLoss } from "../src/families/losses/elementLoss.js";
import { describeArrays } from "./support/backends.js";

/** Losses of rows, as they are called. */
type RowLoss = typeof nllLoss;

const rowLosses: Readonly<Record<string, RowLoss>> = { nllLoss, softmaxCrossEntropy, softmaxFocalLoss, sparsemaxLoss };
const elementLosses: Readonly<Record<string, ElementLoss>> = {
  klDivergence: klDivergence as unknown as ElementLoss,
  sigmoidCrossEntropy,
  sigmoidFocalLoss,
};

// As PyTorch's losses do.
describeArrays("the mean of nothing is NaN, and the sum 0:", (type) => {
  it.each(Object.entries(rowLosses))("%s", (_, loss) => {
    const x = type.of(-1, -2, -0.5, -1);
    const labels = Int32Array.of(1, 0);
    const ignored = Int32Array.of(-100, -100);
    const shape = [2, 2];
    const none = { reduction: "none" } as const;
    expect(loss(x, ignored, { shape })).toBe(NaN);
    expect(loss(x, ignored, { shape, reduction: "sum" })).toBe(0);
    expect(loss(x, ignored, { shape, ...none })).toEqual(new type(2));
    expect(loss.backward(x, ignored, { shape })).toEqual(new type(4));
    const weight = new type(2);
    expect(loss(x, labels, { shape, weight, reduction: "sum" })).toBe(0);
    expect(loss(x, labels, { shape, weight, ...none })).toEqual(new type(2));
    expect(loss.backward(x, labels, { shape, weight, reduction: "sum" }).map((g) => g + 0)).toEqual(new type(4));
    // Where all that count are of weight 0, and another class isn't.
    const some = type.of(0, 1);
    const zeros = Int32Array.of(0, -100);
    for (const [given, weights] of [
      [labels, weight],
      [zeros, some],
    ] as const) {
      // The focal loss divides by the number of the rows, whatever their weights are.
      expect(loss(x, given, { shape, weight: weights })).toBe(loss === softmaxFocalLoss ? 0 : NaN);
      expect(loss(x, given, { shape, weight: weights, reduction: "sum" })).toBe(0);
    }
    const empty = new type(0);
    const nothing = new Int32Array(0);
    expect(loss(empty, nothing, { shape: [0, 2] })).toBe(NaN);
    expect(loss(empty, nothing, { shape: [0, 2], reduction: "sum" })).toBe(0);
    expect(loss(empty, nothing, { shape: [0, 2], ...none })).toEqual(empty);
    expect(loss.backward(empty, nothing, { shape: [0, 2] })).toEqual(empty);
  });

  it.each(Object.entries(elementLosses))("%s", (_, loss) => {
    const empty = new type(0);
    expect(loss(empty, empty)).toBe(NaN);
    expect(loss(empty, empty, { reduction: "sum" })).toBe(0);
    expect(loss(empty, empty, { reduction: "none" })).toEqual(empty);
    expect(loss.backward(empty, empty)).toEqual(empty);
  });

  it("but sigmoidCrossEntropy's mean divides by the number of elements, whatever their weights are", () => {
    expect(sigmoidCrossEntropy(type.of(1, 2), type.of(0, 1), { weight: new type(2) })).toBe(0);
  });
});
