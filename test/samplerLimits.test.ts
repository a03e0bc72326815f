import { expect, it } from "vitest";
import type { FloatArray } from "../src/index.js";
import {
  createSampler,
  epsilonCutoff,
  type Filter,
  minP,
  temperature,
  topA,
  topP,
  xtc,
} from "../src/sampling/index.js";
import { describeArrays, type FloatArrayType } from "./support/backends.js";

/** By this temperature a logit that is an integer below the largest has a power of two as its weight, without any error. */
const binary = temperature(Math.LOG2E);

/** Above a number so little that an approximate sum can't tell it. */
const ABOVE = 1 + 2 ** -45;

/** So many logits of 0, and after them so many of another number. */
function logitsOf(Type: FloatArrayType, heavy: number, light: number, logit: number): FloatArray {
  return new Type(heavy + light).fill(logit, heavy);
}

/** The last token that a filter leaves. */
function lastLeft(filter: Filter, logits: FloatArray): number {
  return createSampler([binary, filter], { random: () => 1 - 2 ** -53 }).next(logits);
}

describeArrays("where a token lies exactly at a filter's limit", (Type) => {
  it("epsilonCutoff leaves it, and none below", () => {
    const logits = logitsOf(Type, 256, 512, -1);
    expect(lastLeft(epsilonCutoff(2 ** -10), logits)).toBe(767);
    expect(lastLeft(epsilonCutoff(2 ** -10 * ABOVE), logits)).toBe(255);
  });

  it("minP leaves it, and all where none is below", () => {
    const logits = logitsOf(Type, 512, 512, -9);
    expect(lastLeft(minP(2 ** -9), logits)).toBe(1023);
    expect(lastLeft(minP(2 ** -9 * ABOVE), logits)).toBe(511);
    // Far enough below all that no kernel looks for those that are left.
    expect(lastLeft(minP(2 ** -10), logits)).toBe(1023);
    logits[700] = -11;
    logits[1023] = -11;
    expect(lastLeft(minP(2 ** -10), logits)).toBe(1022);
    expect(lastLeft(epsilonCutoff(2 ** -30), logits)).toBe(1023);
  });

  it("topA leaves it, and none below", () => {
    const logits = logitsOf(Type, 511, 1024, -10);
    expect(lastLeft(topA(0.5), logits)).toBe(1534);
    expect(lastLeft(topA(0.5 * ABOVE), logits)).toBe(510);
  });

  it("topP leaves no more than the mass needs, and no less", () => {
    const logits = logitsOf(Type, 256, 512, -1);
    expect(lastLeft(topP(0.5), logits)).toBe(255);
    expect(lastLeft(topP(0.5 * ABOVE), logits)).toBe(256);
    expect(lastLeft(topP(0.75), logits)).toBe(511);
    expect(lastLeft(topP(0.75 * ABOVE), logits)).toBe(512);
  });

  it("xtc counts it among the top choices, and none below", () => {
    const logits = logitsOf(Type, 4, 6144, -9);
    const drawnOf = (threshold: number) => {
      const sampler = createSampler([binary, xtc({ probability: 1, threshold })], { random: () => 0 });
      const { token, filteredLogProbability } = sampler.draw(logits);
      return [token, Math.exp(filteredLogProbability)];
    };
    expect(drawnOf(1 / 16)).toEqual([3, expect.closeTo(1 / 13, 12)]);
    // The most probable tokens are no top choices where none reaches the threshold.
    expect(drawnOf((1 / 16) * ABOVE)).toEqual([0, expect.closeTo(1 / 16, 12)]);
    expect(drawnOf(0.4)).toEqual([0, expect.closeTo(1 / 16, 12)]);
  });
});
