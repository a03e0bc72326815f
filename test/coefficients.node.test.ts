import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The arrays of numbers that a file calls by names in capitals. */
function arraysOf(path: string): Map<string, number[]> {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const arrays = text.matchAll(
    /^(?:(?:@lazy )?(?:export )?const| ) ([A-Z]\w*) = (?:memory\.data<f64>\()?\[([^\]]*)\]/gm,
  );
  return new Map(
    Array.from(arrays, ([, name, list]) => [
      name,
      list
        .split(",")
        .filter((s) => s.trim())
        .map(Number),
    ]),
  );
}

it("the fallback's coefficients of the normal distribution's tail are the kernels'", () => {
  const kernels = arraysOf("assembly/simd/normal.ts");
  const fallback = arraysOf("src/formulas/normal.ts");
  expect([...fallback.keys()].sort()).toEqual(["FAR_D", "FAR_N", "NEAR_P", "NEAR_Q", "NEAR_T"]);
  for (const [name, coefficients] of fallback) {
    expect(coefficients.length).toBeGreaterThan(5);
    // The kernels add the first coefficient of this one by itself.
    const first = name === "NEAR_Q" ? [1] : [];
    expect([...first, ...kernels.get(name)!]).toEqual(coefficients);
    // The two chains of `polynomial` take as many each.
    expect(coefficients.length % 2).toBe(0);
  }
});

it("the fallback's coefficients of erfcx are the kernels'", () => {
  const kernels = arraysOf("assembly/elementwise/kernels/erfcx.ts");
  const fallback = arraysOf("src/formulas/erfcx.ts");
  expect([...fallback.keys()].sort()).toEqual(["FAR_P", "FAR_Q", "NEAR_P", "NEAR_Q", "SLOPE_P"]);
  for (const [name, coefficients] of fallback) {
    expect(coefficients.length).toBeGreaterThan(5);
    expect(kernels.get(`${name}_F64`)).toEqual(coefficients);
    expect(coefficients.length % 2).toBe(0);
  }
});

it("the fallback's numbers of the exponential and the logarithm are the kernels'", () => {
  const text = readFileSync(new URL("../src/formulas/elementary.ts", import.meta.url), "utf8");
  const number = (name: string) => Number(new RegExp(`^const ${name} = ([\\d.e-]+);`, "m").exec(text)?.[1]);
  const kernels = readFileSync(new URL("../assembly/simd/log.ts", import.meta.url), "utf8");
  const [, list] = /R_F64 = memory\.data<f64>\(\[([^\]]*)\]/.exec(kernels)!;
  expect([0, 1, 2, 3, 4, 5, 6].map((i) => number(`R${i}`))).toEqual(
    list
      .split(",")
      .filter((s) => s.trim())
      .map(Number),
  );
  const exponential = readFileSync(new URL("../assembly/simd/exp.ts", import.meta.url), "utf8");
  for (const name of ["LN2_HIGH", "LN2_LOW"]) {
    const [, kernel] = new RegExp(`${name}_F64 = memory\\.data<f64>\\(\\[([\\d.e-]+)\\]`).exec(exponential)!;
    expect(number(name)).toBe(Number(kernel));
  }
});
