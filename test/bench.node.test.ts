import { expect, it } from "vitest";
import { readmeTable } from "../bench/readme.js";
import { merge, type Results, toJson } from "../bench/results.js";

const order = ["exp", "gelu", "relu", "squareplus", "softmax"];

/** As a run stores it: 1000 elements, one nanosecond each. */
function run(functions: readonly string[], conditions: Partial<Results> = {}): Results {
  return {
    ...{ cpu: "a CPU", platform: "a platform", runtime: "Node 20", date: "2000-01-01", type: "float32" },
    measurements: (["copied", "arena"] as const).flatMap((memory) =>
      functions.flatMap((name) =>
        [16, 1000].map((size) => ({ function: name, size, memory, times: { "plain JS": [8, 9], simd: [1, 1] } })),
      ),
    ),
    ...conditions,
  } as Results;
}

const stored = run(["exp", "relu", "softmax"]);

it("a function measured again takes the place of what is stored of it", () => {
  expect(toJson(merge(stored, run(["relu", "exp"]), order))).toBe(toJson(stored));
  const [first, ...others] = run(["exp"]).measurements;
  const again = merge(stored, { ...stored, measurements: [{ ...first, times: { simd: [2, 2] } }, ...others] }, order);
  expect(again.measurements[0].times).toEqual({ simd: [2, 2] });
  expect(again.measurements.slice(1)).toEqual(stored.measurements.slice(1));
});

it("a new function comes where the table has it, with its own date", () => {
  const merged = merge(stored, run(["gelu"], { date: "2000-01-03" }), order);
  expect(merged.measurements.map((one) => one.function)).toEqual(
    run(["exp", "gelu", "relu", "softmax"]).measurements.map((one) => one.function),
  );
  for (const one of merged.measurements) expect(one.date).toBe(one.function === "gelu" ? "2000-01-03" : undefined);
  expect(readmeTable(stored)).toContain("a CPU, 2000-01-01.");
  expect(readmeTable(merged)).toContain("a CPU, 2000-01-01 to 2000-01-03.");
});

it("what another machine or runtime measured is not mixed in", () => {
  expect(() => merge(stored, run(["relu"], { runtime: "Node 21" }), order)).toThrow(/Node 21/);
  expect(() => merge(stored, run(["relu"], { cpu: "another" }), order)).toThrow(/another/);
});

it("the README shows a few functions, as far as they are stored", () => {
  const rows = (results: Results) =>
    Array.from(readmeTable(results).matchAll(/^\| (\w+) \| 8\.00×/gm), (row) => row[1]);
  expect(rows(run(order))).toEqual(["exp", "relu", "gelu", "softmax"]);
  expect(rows(stored)).toEqual(["exp", "relu", "softmax"]);
});
