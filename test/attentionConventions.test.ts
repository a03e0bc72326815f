import { expect, it } from "vitest";
import { attentionSoftmax, softmax } from "../src/index.js";
import { describeArrays } from "./support/backends.js";

describeArrays("what attentionSoftmax gives where frameworks differ", (type) => {
  const rows = (values: ArrayLike<number>) => Array.from(values);

  it("a row that is all masked gives zeros, where PyTorch gives NaN, however it is masked and whatever is in it", () => {
    const x = type.of(1, NaN, Infinity, 1, 1, 1);
    const shape = [2, 3];
    const wanted = [0, 0, 0, ...softmax(new type(3))];
    for (const given of [{}, { scale: 0.5 }, { softcap: 2 }, { bias: type.of(1, NaN, 1), biasShape: [3] }]) {
      const mask = Uint8Array.of(0, 0, 0, 1, 1, 1);
      const bias = "bias" in given ? { bias: type.of(1, NaN, 1, 0, 0, 0) } : given;
      expect(rows(attentionSoftmax(x, { shape, mask, ...bias }))).toEqual(wanted);
      // The first of three queries sees none of two keys.
      const tall = attentionSoftmax(type.of(NaN, Infinity, 1, 1, 1, 1), {
        shape: [3, 2],
        causal: true,
        ...given,
        ...NO_BIAS,
      });
      expect(rows(tall)).toEqual([0, 0, 1, 0, 0.5, 0.5]);
    }
    const bias = type.of(-Infinity, -Infinity, -Infinity, 0, 0, 0);
    expect(rows(attentionSoftmax(type.of(1, 2, 3, 1, 1, 1), { shape, bias, scale: 0.5 }))).toEqual(wanted);
    expect(rows(attentionSoftmax(type.of(-Infinity, -Infinity), { scale: 0.5 }))).toEqual([0, 0]);
  });

  it("infinite scores share a row between them, and those of -Infinity get nothing", () => {
    const x = type.of(1, Infinity, -Infinity, Infinity);
    const bias = type.of(0, 5, 0, -5);
    for (const given of [{}, { scale: 0.5 }, { bias }, { scale: 3, bias }]) {
      expect(rows(attentionSoftmax(x, given))).toEqual([0, 0.5, 0, 0.5]);
    }
  });

  it("a score of Infinity and a bias of -Infinity are NaN together, unless a cap or a mask comes before", () => {
    const x = type.of(0, Infinity, 0);
    const bias = type.of(0, -Infinity, 0);
    expect(rows(attentionSoftmax(x, { bias }))).toEqual([NaN, NaN, NaN]);
    expect(rows(attentionSoftmax(x, { bias, softcap: 2 }))).toEqual([0.5, 0, 0.5]);
    expect(rows(attentionSoftmax(x, { bias, mask: Uint8Array.of(1, 0, 1) }))).toEqual([0.5, 0, 0.5]);
  });

  it("infinite scores become the cap, also where scale alone makes them so", () => {
    const capped = rows(softmax(type.of(3, -3, 0)));
    expect(rows(attentionSoftmax(type.of(Infinity, -Infinity, 0), { softcap: 3, scale: 0.5 }))).toEqual(capped);
    const largest = type === Float32Array ? 3e38 : 1e308;
    expect(rows(attentionSoftmax(type.of(largest, -largest, 0), { softcap: 3, scale: 1e30 }))).toEqual(capped);
    expect(rows(attentionSoftmax(type.of(NaN, 0), { softcap: 3 }))).toEqual([NaN, NaN]);
  });

  it("any byte of a mask other than 0 is valid", () => {
    const x = type.of(3, 1, 4, 1, 5);
    const bias = type.of(1, 0, 1, 0, 1);
    const given = { scale: 0.5, softcap: 4, bias };
    const wanted = rows(attentionSoftmax(x, { ...given, mask: Uint8Array.of(1, 0, 1, 1, 0) }));
    expect(wanted.map((value) => value > 0)).toEqual([true, false, true, true, false]);
    expect(rows(attentionSoftmax(x, { ...given, mask: Uint8Array.of(255, 0, 2, 128, 0) }))).toEqual(wanted);
  });
});

/** Of another shape than the scores of the second call. */
const NO_BIAS = { bias: undefined, biasShape: undefined };
