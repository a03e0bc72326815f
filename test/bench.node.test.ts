import { expect, it } from "vitest";
import { functions } from "../src/index.js";
import { ramps, smooth } from "../bench/groups.js";
import { calls } from "../bench/calls.js";
import { COPY } from "../bench/cases.js";
import { type Mark, marks, reached } from "../bench/marks.js";
import { callsTable, marksTable, readmeTable } from "../bench/readme.js";
import { type Measurement, merge, type Results, type Run, toJson } from "../bench/results.js";

const order = ["exp", "gelu", "relu", "squareplus", "softmax"];
const machine = { cpu: "a CPU", platform: "a platform" };

/** As it is stored: 1000 elements, one nanosecond each. */
function run(names: readonly string[], conditions: Partial<Run> = {}): Run {
  return {
    ...{ runtime: "Node 20.1.0", date: "2000-01-01" },
    measurements: (["copied", "arena"] as const).flatMap((memory) =>
      names.flatMap((name) =>
        [16, 1000].map((size): Measurement => ({
          ...{ function: name, size, type: "float32", memory },
          times: { "plain JS": [8, 9], simd: [1, 1] },
        })),
      ),
    ),
    ...conditions,
  };
}

const stored: Results = {
  ...machine,
  runs: [run(["exp", "relu", "softmax"]), run(["exp"], { runtime: "Node 26.1.0" })],
};

it("a function measured again takes the place of what is stored of it", () => {
  expect(toJson(merge(stored, machine, run(["relu", "exp"]), true, order))).toBe(toJson(stored));
  const [first, ...others] = run(["exp"]).measurements;
  const again = run([], { measurements: [{ ...first, times: { simd: [2, 2] } }, ...others] });
  const [changed, kept] = merge(stored, machine, again, true, order).runs;
  expect(changed.measurements[0].times).toEqual({ simd: [2, 2] });
  expect(changed.measurements.slice(1)).toEqual(stored.runs[0].measurements.slice(1));
  expect(kept).toEqual(stored.runs[1]);
});

it("a run of all functions takes the place of one of the same major version", () => {
  const merged = merge(stored, machine, run(["gelu"], { runtime: "Node 20.2.0" }), false, order);
  expect(merged.runs.map(({ runtime, measurements }) => [runtime, measurements.length])).toEqual([
    ["Node 20.2.0", 4],
    ["Node 26.1.0", 4],
  ]);
  expect(merge(undefined, machine, run(["exp"]), false, order)).toEqual({ ...machine, runs: [run(["exp"])] });
});

it("an engine with a flag is another one, which comes after it", () => {
  const flagged = (version: string) => run(["relu"], { runtime: `Node ${version} --flag` });
  const merged = merge(
    merge(stored, machine, flagged("20.1.0"), false, order),
    machine,
    flagged("20.2.0"),
    false,
    order,
  );
  expect(merged.runs).toEqual([stored.runs[0], flagged("20.2.0"), stored.runs[1]]);
  const again = merge(merged, machine, stored.runs[0], false, order);
  expect(again).toEqual(merged);
  expect(marksTable(merged)).toContain("| Node 20 simd | Node 20 --flag simd | Node 26 simd |");
});

it("a new function comes where the table has it, with its own date", () => {
  const merged = merge(stored, machine, run(["gelu"], { date: "2000-01-03" }), true, order);
  expect(merged.runs[0].measurements.map((one) => one.function)).toEqual(
    run(["exp", "gelu", "relu", "softmax"]).measurements.map((one) => one.function),
  );
  for (const one of merged.runs[0].measurements) {
    expect(one.date).toBe(one.function === "gelu" ? "2000-01-03" : undefined);
  }
  expect(readmeTable(stored)).toContain("a CPU, 2000-01-01.");
  expect(readmeTable(merged)).toContain("a CPU, 2000-01-01 to 2000-01-03.");
});

it("what another machine or runtime measured is not mixed in", () => {
  expect(() => merge(stored, machine, run(["relu"], { runtime: "Node 20.2.0" }), true, order)).toThrow(/Node 20.2.0/);
  const another = { ...machine, cpu: "another" };
  expect(() => merge(stored, another, run(["relu"]), true, order)).toThrow(/another/);
  expect(merge(stored, another, run(["relu"]), false, order)).toEqual({ ...another, runs: [run(["relu"])] });
});

it("the README shows a few functions, as far as they are stored", () => {
  const rows = (results: Results) =>
    Array.from(readmeTable(results).matchAll(/^\| (\w+) \| 8\.00×/gm), (row) => row[1]);
  expect(rows({ ...machine, runs: [run(order)] })).toEqual(["exp", "relu", "gelu", "softmax"]);
  expect(rows(stored)).toEqual(["exp", "relu", "softmax"]);
});

it("marks are reached by the slowest, or by the mean", () => {
  const times = (simd: number): Measurement["times"] => ({ "plain JS": [8, 9], peer: [4, 5], simd: [simd, 2 * simd] });
  const measurements = [
    { ...run(["exp"]).measurements[0], times: times(1) },
    { ...run(["gelu"]).measurements[0], times: times(4) },
  ];
  const mark: Mark = {
    ...{ work: "", against: "", sizes: [16], memory: "copied", ratio: 3 },
    rival: (name) => name === "plain JS",
  };
  const found = reached(mark, run([], { measurements }), "simd");
  expect(found).toMatchObject({ pair: [2, 9 / 8], least: [2, 9 / 8], wanted: 3 });
  expect(reached({ ...mark, mean: true }, run([], { measurements }), "simd")?.pair[0]).toBeCloseTo(4);
  const fastest = { ...mark, rival: (name: string) => name !== "simd" };
  expect(reached(fastest, run([], { measurements }), "simd")?.pair).toEqual([1, 5 / 8]);
  expect(reached(mark, run([], { measurements }), "relaxed-simd")).toBe(undefined);
  expect(reached({ ...mark, sizes: [17] }, run([], { measurements }), "simd")).toBe(undefined);
});

it("what is missed is told with the most that is possible", () => {
  const [measurement] = run(["exp"]).measurements;
  const copy: Measurement = { ...measurement, function: COPY, times: { "plain JS": [2, 3] } };
  const slow = { ...measurement, times: { "plain JS": [8, 9], simd: [16, 16] } } satisfies Measurement;
  const mark: Mark = {
    ...{ work: "", against: "", sizes: [16], memory: "copied", ratio: 3 },
    rival: (name) => name === "plain JS",
    functions: ["exp", "argmax"],
  };
  const all = run([], { measurements: [slow, copy] });
  expect(reached(mark, all, "simd")).toMatchObject({ pair: [0.5, 9 / 16], most: 4 });
  expect(reached({ ...mark, mean: true }, all, "simd")?.most).toBeCloseTo(4);
  expect(marksTable({ ...machine, runs: [all] })).toContain("| **0.50 (0.56)** of 4.00 |");
  // Of another size, and of a function that gives a number, there is none.
  for (const others of [
    [slow, { ...copy, size: 17 }],
    [{ ...slow, function: "argmax" }, copy],
  ]) {
    expect(reached(mark, run([], { measurements: others }), "simd")).not.toHaveProperty("most");
  }
});

it("the table of calls has a line for each, in nanoseconds a call", () => {
  const [{ name, size }] = calls;
  const measurements = [
    { ...run(["exp"]).measurements[0], function: name, size: size!, times: { "plain JS": [8, 9], simd: [1, 1] } },
  ];
  const lines = callsTable({
    ...machine,
    runs: [run([], { measurements } as never), run([], { runtime: "Node 26.1.0 --flag" })],
  }).split("\n");
  expect(lines[0]).toBe("| call | elements | Node 20 plain JS | Node 20 simd |");
  expect(lines[2]).toBe(`| \`${name}\` | ${size} | ${8 * size!} | ${size} |`);
  expect(lines).toHaveLength(calls.length + 2);
});

it.each(calls)("$name: the plain code gives the same", ({ call, plain, size }) => {
  const numbers = Float32Array.from({ length: size! }, (_, i) => Math.sin(3 * i));
  const others = numbers.map((x) => x * x);
  // What is written to an array that is there is overwritten by the next.
  const [got, wanted] = [call!, plain[0]].map((run) => {
    const result = (run as (x: Float32Array, dy: Float32Array) => ArrayLike<number> | number)(numbers, others);
    return typeof result === "number" ? [result] : Array.from(result);
  });
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 6));
});

it("the page has a line for each mark, what is missed in bold", () => {
  const lines = marksTable(stored).split("\n");
  expect(lines).toHaveLength(marks.length + 2);
  const line = lines.find((text) => text.includes("every function, 10 and 16 elements"));
  expect(line).toMatch(/\| 2 \| 8\.00 \(9\.00, exp 16\) \| 8\.00/);
  const slow = run(["exp"]).measurements.map((one) => ({ ...one, times: { ...one.times, simd: [8, 8] as const } }));
  const missed = marksTable({ ...machine, runs: [run([], { measurements: slow as never })] });
  expect(missed).toMatch(/every function, 10 and 16 elements .* \| \*\*1\.00 \(1\.13\)\*\* \|/);
});

it("every function is either a ramp, smooth, or a building block", () => {
  const names = functions.map(({ definition }) => definition.name);
  const blocks = ["exp", "expm1", "log", "log1p", "erf"];
  expect([...ramps, ...smooth, ...blocks].sort()).toEqual([...names, "softmax"].sort());
});
