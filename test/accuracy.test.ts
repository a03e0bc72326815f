import { expect, it } from "vitest";
import { errorInUlp } from "../bench/ulp.js";
import { functions } from "../src/index.js";
import { calls, formulasOf, describeBackends } from "./support/backends.js";
import { Golden, goldenInputs, goldenNames, readGolden } from "./support/golden.js";

/** Every 251st bit pattern: 17.1 million float32 numbers, among them subnormals, NaNs and both infinities. */
const STRIDE = 251;
const BATCH = 1 << 16;

it("errors are counted in ulp", () => {
  expect(errorInUlp(1, 1 + 2 ** -23)).toBe(1);
  expect(errorInUlp(1, 1 - 2 ** -24)).toBe(1);
  expect(errorInUlp(2 ** -149, 0)).toBe(1);
  expect(errorInUlp(Infinity, 1e300)).toBe(0);
  expect(errorInUlp(Infinity, 2 ** 127)).toBeGreaterThan(2);
  expect(errorInUlp(NaN, NaN)).toBe(0);
  expect(errorInUlp(NaN, 1)).toBe(Infinity);
  expect(errorInUlp(1, NaN)).toBe(Infinity);
});

/** A float32 input, and how wrong its result is. */
interface Worst {
  x: number;
  got: number;
  error: number;
}

describeBackends("accuracy", () => {
  it.each(calls)("$title: float32 within $bound ulp over all bit patterns", ({ call, formula, bound }) => {
    const x = new Float32Array(BATCH);
    const bits = new Uint32Array(x.buffer);
    const y = new Float32Array(BATCH);
    let worst: Worst = { x: 0, got: 0, error: 0 };
    const wrongZeros: number[] = [];
    for (let next = 0; next < 2 ** 32;) {
      let count = 0;
      for (; count < BATCH && next < 2 ** 32; count++, next += STRIDE) bits[count] = next;
      call(x, { out: y });
      for (let i = 0; i < count; i++) {
        const exact = formula(x[i]);
        const rounded = Math.fround(exact);
        // Correctly rounded: most are, and comparing is quick.
        if (y[i] === rounded && (rounded !== 0 || Object.is(y[i], rounded))) continue;
        const error = errorInUlp(y[i], exact);
        if (error > worst.error) worst = { x: x[i], got: y[i], error };
        if (y[i] === 0 && rounded === 0) wrongZeros.push(x[i]);
      }
    }
    expect(worst).toSatisfy(({ error }: Worst) => error <= bound);
    expect(wrongZeros.slice(0, 5)).toEqual([]);
  });

  const golden = functions.filter(({ name }) => goldenNames.includes(name));
  it.each(golden)("$name: float64 within 2 ulp at 20,000 golden values", async (fn) => {
    const { value, derivative } = await readGolden(fn.name);
    const x = goldenInputs(fn.name);
    const largest = (results: Float64Array, wanted: Golden) =>
      results.reduce((worst, got, i) => Math.max(worst, wanted.error(i, got)), 0);
    expect(largest(fn(x), value)).toBeLessThanOrEqual(2);
    expect(largest(fn.derivative(x), derivative)).toBeLessThanOrEqual(2);
  });

  it.each(functions)("$name: float64 at the ends and at 0", (fn) => {
    const { value, derivative } = formulasOf(fn, {}, false);
    const x = Float64Array.of(0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1.7976931348623157e308, -1e308);
    expect(Array.from(fn(x))).toEqual(Array.from(x, value));
    expect(Array.from(fn.derivative(x))).toEqual(Array.from(x, derivative));
  });
});
