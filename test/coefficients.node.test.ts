import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The arrays of numbers that a file calls by names in capitals. */
function arraysOf(path: string): Map<string, number[]> {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const arrays = text.matchAll(/^(?:@lazy )?const ([A-Z]\w*) = (?:memory\.data<f64>\()?\[([^\]]*)\]/gm);
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
  expect([...fallback.keys()].sort()).toEqual(["FAR_D", "FAR_N", "NEAR_P", "NEAR_Q"]);
  for (const [name, coefficients] of fallback) {
    expect(coefficients.length).toBeGreaterThan(5);
    expect(kernels.get(name)).toEqual(coefficients);
  }
});
