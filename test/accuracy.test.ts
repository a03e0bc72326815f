import { expect, it } from "vitest";
import { errorInUlp, leastSpacing } from "../bench/ulp.js";
import { type Elementwise, type FloatArray, functions } from "../src/index.js";
import { callsOf, describeArrays, describeBackends, type TestedCall } from "./support/backends.js";
import { type Golden, goldenNames, readGolden, settingsOf } from "./support/golden.js";
import { describeWorst, sweep, sweeps, type Worst } from "./support/sweep.js";

it("errors are counted in ulp", () => {
  expect(errorInUlp(1, 1 + 2 ** -23)).toBe(1);
  expect(errorInUlp(1, 1 - 2 ** -24)).toBe(1);
  expect(errorInUlp(2 ** -149, 0)).toBe(1);
  expect(errorInUlp(Infinity, 1e300)).toBe(0);
  expect(errorInUlp(Infinity, 2 ** 128 - 2 ** 104)).toBe(1);
  expect(errorInUlp(Infinity, 2 ** 127)).toBeGreaterThan(2);
  expect(errorInUlp(NaN, NaN)).toBe(0);
  expect(errorInUlp(NaN, 1)).toBe(Infinity);
  expect(errorInUlp(1, NaN)).toBe(Infinity);
});

it("errors of float64 results too", () => {
  const error = (got: number, exact: number) => errorInUlp(got, exact, 0, false);
  expect(error(1, 1 + 2 ** -52)).toBe(1);
  expect(error(1 - 2 ** -53, 1)).toBe(0.5);
  expect(error(5e-324, 0)).toBe(1);
  expect(error(Infinity, Number.MAX_VALUE)).toBe(1);
  expect(error(Number.MAX_VALUE, Infinity)).toBe(1);
  expect(error(Infinity, 1)).toBe(Infinity);
  expect(error(-Infinity, Infinity)).toBeGreaterThan(2 ** 52);
});

it("in a crossing, errors are counted so that the bound is a part of the largest result", () => {
  const crossing = { from: -2, to: -1, largest: 1.5 };
  expect(4 * leastSpacing(crossing, 4, -1)).toBe(1.5 * 2 ** -24);
  expect(2 * leastSpacing(crossing, 2, -2, false)).toBe(1.5 * 2 ** -53);
  expect(leastSpacing(crossing, 4, -0.9)).toBe(0);
  expect(leastSpacing(crossing, 4, NaN)).toBe(0);
  expect(leastSpacing(undefined, 4, -1)).toBe(0);
  expect(errorInUlp(2 ** -40, -(2 ** -40), 2 ** -39)).toBe(1);
  expect(errorInUlp(1, 1 + 2 ** -23, 2 ** -39)).toBe(1);
});

it("golden values tell the same errors", async () => {
  const [{ value: golden }] = await readGolden("exp", Float32Array);
  const got = new Float32Array(1);
  const bits = new Int32Array(got.buffer);
  golden.x.forEach((x, i) => {
    const exact = Math.exp(x);
    got[0] = exact;
    if (bits[0] < 8 || got[0] === Infinity) return;
    if (exact === 1 && x < 0) return; // It is less, where numbers are twice as close.
    bits[0] += (i % 14) - 7;
    const error = errorInUlp(got[0], exact);
    if (error >= 8) return; // Seven numbers further are 14 ulp if these are of a smaller power of two.
    const seen = golden.error(i, got[0], 0);
    if (!(seen <= error + 1e-6 && seen > error - 1 / 8)) expect.fail(`${seen}, not ${error} at ${x}`);
  });
});

/** For titles: Vitest's `$name` takes no functions. */
function byName(functions: readonly Elementwise[]): [string, Elementwise][] {
  return functions.map((fn) => [fn.name, fn]);
}

describeBackends("accuracy", () => {
  // On js the formula is compared with itself, rounded. More inputs of the kernels are tested in sweeps.test.ts.
  it.each(sweeps)("$title: float32 within $bound ulp, bit patterns in steps of 65,521", (tested) => {
    const worst = sweep(tested, 65_521);
    expect(worst.error, describeWorst(worst)).toBeLessThanOrEqual(tested.bound);
  });

  it.each(byName(functions))("%s: float64 at the ends and at 0", (_, fn) => {
    const x = Float64Array.of(0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1.7976931348623157e308, -1e308);
    for (const parameters of settingsOf(fn.name)) {
      for (const { call, formula } of Object.values(callsOf(fn, parameters, false))) {
        expect(Array.from(call(x))).toEqual(Array.from(x, formula));
      }
    }
  });
});

/**
 * The result that is furthest from the golden ones. These tell errors modulo 16 ulp only, so the result must be near the
 * formula, too. Where the formula is the backend its own error is seen to be within the bound; so that of a result within
 * two bounds of it is within three: with a bound up to 4 ulp, none is 16 ulp less than it seems.
 */
function worstOf({ call, formula, bound, crossing }: TestedCall, golden: Golden): Worst {
  const { x } = golden;
  const isFloat32 = x instanceof Float32Array;
  const y: FloatArray = call(x);
  let worst: Worst = { x: 0, got: 0, error: 0 };
  for (let i = 0; i < x.length; i++) {
    const least = leastSpacing(crossing, bound, x[i], isFloat32);
    const fromFormula = errorInUlp(y[i], formula(x[i]), least, isFloat32);
    const error = fromFormula > 2 * bound ? fromFormula : golden.error(i, y[i], least);
    if (error > worst.error) worst = { x: x[i], got: y[i], error };
  }
  return worst;
}

describeArrays("golden values", (type) => {
  const tested = functions.filter(({ name }) => goldenNames.includes(name));

  it.each(byName(tested))("%s: within its bounds at 20,000 inputs", async (_, fn) => {
    const golden = await readGolden(fn.name, type);
    for (const [setting, parameters] of settingsOf(fn.name).entries()) {
      const calls = callsOf(fn, parameters, type === Float32Array);
      for (const kind of ["value", "derivative"] as const) {
        const { title, bound, crossing } = calls[kind];
        const worst = worstOf(calls[kind], golden[setting][kind]);
        expect(worst.error, `${title}, ${describeWorst(worst)}`).toBeLessThanOrEqual(bound);
        expect(bound).toBeLessThanOrEqual(4);
        if (crossing === undefined) continue;
        const [from, to] = golden[setting][kind].crossing;
        const within = `${title} has its crossing within that of plan.json`;
        expect(crossing.from, within).toBeGreaterThanOrEqual(from);
        expect(crossing.to, within).toBeLessThanOrEqual(to);
      }
    }
  });
});
