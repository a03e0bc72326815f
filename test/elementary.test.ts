import { expect, it } from "vitest";
import type { WorstPoint } from "../accuracy/worst.js";
import { errorFromParts, spacing } from "../bench/ulp.js";
import { exp, expm1, expRest, log, log1p, mulExp, mulExpm1, tanh } from "../src/formulas/elementary.js";
import { sumError } from "../src/formulas/twoProduct.js";
import worst from "./golden/worst.json" with { type: "json" };
import { readGolden } from "./support/golden.js";

// These compute without Math, so that one engine's results are those of all.
const functions = { exp, expm1, log, log1p, tanh };
const bounds = { exp: 0.7, expm1: 0.9, log: 0.8, log1p: 0.95, tanh: 1.2 };

it.each(Object.keys(functions) as (keyof typeof functions)[])("%s is within its bound", async (name) => {
  const [{ value: golden }] = await readGolden(name, Float64Array);
  let largest = 0;
  golden.x.forEach((x, i) => {
    const got = functions[name](x);
    // Golden values tell errors modulo 16 ulp.
    const fromMath = Math.abs(got - Math[name](x)) / spacing(got, false);
    if (fromMath > 3) expect.fail(`${name}(${x}) is ${got}, not ${Math[name](x)}`);
    largest = Math.max(largest, golden.error(i, got, 0));
  });
  expect(largest).toBeLessThanOrEqual(bounds[name]);
  expect(largest).toBeGreaterThan(0.4);
});

it.each(Object.keys(functions) as (keyof typeof functions)[])(
  "%s has its limits, and keeps the sign of zero",
  (name) => {
    for (const x of [0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1.7976931348623157e308, -1e308, -2]) {
      const wanted = Math[name](x);
      if (Number.isFinite(wanted) && wanted !== 0) expect(functions[name](x)).toBeCloseTo(wanted, 12);
      else expect(functions[name](x)).toBe(wanted);
    }
  },
);

it("expRest is what was rounded off", () => {
  const points = (worst as unknown as WorstPoint[]).filter(({ function: name }) => name === "exp" || name === "expm1");
  expect(points.length).toBeGreaterThan(20);
  for (const { function: name, x, nearest, rest } of points) {
    const got = functions[name as "exp" | "expm1"](x);
    const ulp = spacing(got, false);
    expect(errorFromParts(got, nearest, rest - expRest[0] / ulp, 0), `${name}(${x})`).toBeLessThan(0.45);
    expect(Math.abs(expRest[0])).toBeLessThanOrEqual(ulp * 0.6);
  }
});

it("low parts of arguments count", () => {
  for (const x of [-700, -3.3, -0.2, 0.3, 5.5, 700]) {
    const low = x * 2 ** -50;
    expect(exp(x, low) / exp(x) - 1).toBeCloseTo(low, 15);
    expect(mulExp(3, x, low) / exp(x) / 3 - 1).toBeCloseTo(low, 15);
    const e = expm1(x);
    const moved = ((e + 1) / e) * low;
    if (x < 36 && x > -36) expect(expm1(x, low) / e - 1).toBeCloseTo(moved, 15);
  }
  expect(log1p(0.5, 2 ** -46) - log1p(0.5)).toBeCloseTo(2 ** -46 / 1.5, 15);
});

it("only the result of mulExp may be subnormal, and a product of zero keeps its sign", () => {
  expect(mulExp(1e10, -750, 0) / 1.90168496e-316).toBeCloseTo(1, 5);
  expect(mulExp(1e300, -1400, 0) / 9.72132215475666e-309).toBeCloseTo(1, 12);
  expect(mulExp(-3, -2000, 0)).toBe(-0);
  expect(mulExp(Number.MAX_VALUE, -0.5, 0) / Number.MAX_VALUE).toBeCloseTo(Math.exp(-0.5), 14);
  expect(mulExpm1(-1, -0, 0)).toBe(0);
  expect(mulExpm1(0, -1, 0)).toBe(-0);
});

it("the error of a sum is exact", () => {
  expect(sumError(1, 2 ** -60, 1)).toBe(2 ** -60);
  expect(sumError(2 ** -60, -1, -1)).toBe(2 ** -60);
  expect(sumError(0.1, 0.2, 0.1 + 0.2)).toBe(-(2 ** -55));
});
