import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import { calls } from "../bench/calls.js";
import { callText, memberOf } from "../bench/candidates.js";
import { type Case, COPY, listCases } from "../bench/cases.js";
import { createInputs } from "../bench/inputs.js";
import { mixedCalls } from "../bench/mixed.js";
import { reached } from "../bench/reached.js";
import { callsTable, outTable, readmeTable, targetsTable } from "../bench/readme.js";
import { report } from "../bench/report.js";
import { type Measurement, merge, type Results, type Run, toJson, withBestPlain } from "../bench/results.js";
import { type Target, targets } from "../bench/targets.js";

const order = ["exp", "gelu", "relu", "squareplus", "softmax"];
const machine = { cpu: "a CPU", platform: "a platform" };

/** As it is stored: 1000 elements, one nanosecond each. */
function run(names: readonly string[], conditions: Partial<Run> = {}): Run {
  return {
    ...{ runtime: "Node 20.1.0", date: "2000-01-01" },
    measurements: (["new", "resident"] as const).flatMap((form) =>
      names.flatMap((name) =>
        [16, 1000].map((size): Measurement => ({
          ...{ function: name, size, type: "float32", form, program: "mixed" },
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
  expect(targetsTable(merged)).toContain("| Node 20 simd | Node 20 --flag simd | Node 26 simd |");
});

it("a new function comes where `functions` has it, with its own date", () => {
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

/** A target of f(x) at 16 elements. */
const ofNew: Target = {
  ...{ work: "", against: "", sizes: [16], form: "new", ratio: 3 },
  rival: (name) => name === "plain JS",
};

it("targets are reached by the slowest, or by the mean", () => {
  const times = (simd: number): Measurement["times"] => ({ "plain JS": [8, 9], peer: [4, 5], simd: [simd, 2 * simd] });
  const measurements = [
    { ...run(["exp"]).measurements[0], times: times(1) },
    { ...run(["gelu"]).measurements[0], times: times(4) },
  ];
  const found = reached(ofNew, { measurements }, "simd");
  expect(found).toMatchObject({ pair: [2, 9 / 8], worst: [2, 9 / 8], wanted: 3, where: "gelu", isReached: false });
  const mean = reached({ ...ofNew, isMean: true }, { measurements }, "simd");
  expect(mean?.pair[0]).toBeCloseTo(4);
  expect(mean?.isReached).toBe(true);
  const fastest: Target = { ...ofNew, rival: (name) => name !== "simd" };
  expect(reached(fastest, { measurements }, "simd")?.pair).toEqual([1, 5 / 8]);
  expect(reached(ofNew, { measurements }, "relaxed-simd")).toBe(undefined);
  expect(reached({ ...ofNew, sizes: [17] }, { measurements }, "simd")).toBe(undefined);
});

it("a target may be nanoseconds a call behind, of which the most count, in both programs", () => {
  const [measurement] = run(["relu"]).measurements;
  const out = { ...measurement, form: "out", times: { "plain JS": [2, 3], simd: [3, 5] } } satisfies Measurement;
  const tight = { ...out, program: "tight", times: { "plain JS": [2, 3], simd: [1, 1] } } satisfies Measurement;
  const target: Target = { ...ofNew, form: "out", behind: 10 };
  const both = { measurements: [measurement, out, tight] };
  expect(reached(target, both, "simd")).toMatchObject({
    pair: [16, 32],
    where: "relu mixed",
    wanted: 10,
    isReached: false,
  });
  expect(reached({ ...target, program: "tight" }, both, "simd")).toMatchObject({ pair: [-16, -32], isReached: true });
});

it("f(x, { out }) may be compared with f(x) in the same program", () => {
  const [measurement] = run(["relu"]).measurements;
  const out = { ...measurement, form: "out", times: { "plain JS": [1, 1], simd: [2, 4] } } satisfies Measurement;
  const tight = { ...out, program: "tight" } satisfies Measurement;
  const target: Target = { ...ofNew, form: "out", rival: "new", ratio: 1 };
  const found = reached(target, { measurements: [measurement, out, tight] }, "simd");
  expect(found).toMatchObject({ pair: [1 / 2, 1 / 4], isReached: false });
  expect(reached(target, { measurements: [tight, measurement] }, "simd")).toBe(undefined);
});

it("plain JavaScript counts by the best that it reached on as many elements", () => {
  const [fresh, , resident] = run(["relu"]).measurements;
  const quick = { ...fresh, program: "tight", times: { "plain JS": [7, 10], simd: [1, 1] } } satisfies Measurement;
  const slow = { ...resident, times: { "plain JS": [90, 99], simd: [1, 1] } } satisfies Measurement;
  const plain = withBestPlain([fresh, quick, slow]).map(({ times }) => times["plain JS"]);
  expect(plain).toEqual([
    [7, 9],
    [7, 9],
    [7, 9],
  ]);
  // A candidate that makes a new array isn't compared with one that writes into an array that is there.
  const reused = { ...resident, times: { "plain JS": [2, 2] } } satisfies Measurement;
  expect(withBestPlain([fresh, reused])[0].times["plain JS"]).toEqual([8, 9]);
});

it("a run prints calls on short arrays, ratios, targets, and if asked every figure", () => {
  const [fresh, large] = run(["relu"]).measurements;
  const out = { ...fresh, form: "out", times: { "plain JS": [2, 3], simd: [10, 11] } } satisfies Measurement;
  const form: Measurement = { ...fresh, function: calls[0].name, size: 4, times: { "plain JS": [3, 3], simd: [5, 6] } };
  const one = run([], { measurements: [fresh, large, out, form] });
  const lines = report(machine, one, false)
    .split("\n")
    .map((line) => line.trim().replaceAll(/ +/g, " "));
  expect(lines[0]).toBe("Node 20.1.0, a platform, a CPU, 2000-01-01");
  expect(lines).toContain("relu 32 16 160");
  expect(lines).toContain("relu 8.00 8.00");
  expect(lines).toContain("relu 0.20");
  expect(lines).toContain(`${calls[0].name} 4 12 20`);
  const target = "the ramps, 4 to 128 elements, { out } plain JS at most 40 ns behind";
  expect(lines).toContain(`${target} 128 ns (128 ns) missed`);
  const detailed = report(machine, one, true).split("\n").slice(lines.length).join("\n");
  expect(detailed).toMatch(/relu +16 +8\.00 9\.00 +1\.00 1\.00 8\.00 9\.00/);
});

it("what is missed is told with the limit that a copy sets", () => {
  const [measurement] = run(["exp"]).measurements;
  const copy: Measurement = { ...measurement, function: COPY, times: { "plain JS": [2, 3] } };
  const slow = { ...measurement, times: { "plain JS": [8, 9], simd: [16, 16] } } satisfies Measurement;
  const target: Target = { ...ofNew, functions: ["exp", "argmax"] };
  const all = { measurements: [slow, copy] };
  expect(reached(target, all, "simd")).toMatchObject({ pair: [0.5, 9 / 16], limit: 4 });
  expect(reached({ ...target, isMean: true }, all, "simd")?.limit).toBeCloseTo(4);
  expect(targetsTable({ ...machine, runs: [run([], all)] })).toContain("| **0.50 (0.56)** of 4.00 |");
  // Of another size, and of a function that gives a number, there is none.
  for (const others of [
    [slow, { ...copy, size: 17 }],
    [{ ...slow, function: "argmax" }, copy],
  ]) {
    expect(reached(target, { measurements: others }, "simd")).not.toHaveProperty("limit");
  }
});

it("f(x), f(x, { out }) and plain JavaScript stand side by side, in nanoseconds a call", () => {
  const [measurement] = run(["relu"]).measurements;
  const out = { ...measurement, form: "out", times: { "plain JS": [2, 3], simd: [0.5, 1] } } satisfies Measurement;
  const table = outTable({ ...machine, runs: [run([], { measurements: [measurement, out] })] });
  expect(table.split("\n")[2]).toBe("| relu |  |  | 32 / 16 / 8 |  |  |  |");
  expect(outTable(stored).split("\n")).toHaveLength(2);
});

it("the table of calls has a line for each, in nanoseconds a call", () => {
  const [{ name, size }] = calls;
  const measurements: Measurement[] = [
    { ...run(["exp"]).measurements[0], function: name, size: size!, times: { "plain JS": [8, 9], simd: [1, 1] } },
  ];
  const lines = callsTable({
    ...machine,
    runs: [run([], { measurements }), run([], { runtime: "Node 26.1.0 --flag" })],
  }).split("\n");
  expect(lines[0]).toBe("| call | elements | Node 20 plain JS | Node 20 simd |");
  expect(lines[2]).toBe(`| \`${name}\` | ${size} | ${8 * size!} | ${size} |`);
  expect(lines).toHaveLength(calls.length + 2);
});

/** A case with a call of lanewise, which is all but copying. */
const called = listCases(true).filter((subject): subject is Case & { call: NonNullable<Case["call"]> } => {
  return subject.call !== undefined && subject.family !== "sampling" && (subject.size ?? 0) < 10_000;
});

/** A case with each of the plain ways that it is compared with. */
const compared = called.flatMap((subject) =>
  subject.plain.map((way) => ({ title: `${subject.name}: ${way.name}`, subject, way })),
);

/** The largest error of plain JavaScript without an erf: formula 7.1.26 of Abramowitz and Stegun. */
const ERF_ERROR = 1.5e-7;

it.each(compared)("$title gives what lanewise gives", ({ subject, way }) => {
  const { call, size = 24 } = subject;
  const { x, dy, shape } = createInputs(subject, size, "float32");
  const names = { ...call.scope, ...way.scope };
  const evaluate = (fn: unknown, text: string): number[] => {
    const out = createInputs(subject, size, "float32").out.slice();
    const run = new Function("call", "x", "dy", "out", "shape", "j", ...Object.keys(names), `return ${text}`);
    const result = run(fn, x, dy, out, shape, 0, ...Object.values(names)) as ArrayLike<number> | number;
    return typeof result === "number" ? [result] : Array.from(result);
  };
  const got = evaluate(memberOf(lanewise, call), callText(call, "new"));
  const wanted = evaluate(way.create(way.name), `call(${way.args("out")})`);
  expect(got).toHaveLength(wanted.length);
  const scale = Math.max(1, ...x[0].map(Math.abs), ...dy[0].map(Math.abs)) ** 2;
  got.forEach((value, i) =>
    expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(ERF_ERROR * scale + 1e-6 * Math.abs(value)),
  );
});

it("inputs lie in the domain of the function", () => {
  const withDomain = called.filter(({ domain }) => domain !== undefined);
  expect(withDomain.map(({ name }) => name)).toContain("logit");
  for (const subject of withDomain) {
    const [from, to] = subject.domain!;
    for (const type of ["float32", "float64"] as const) {
      const numbers = createInputs(subject, 1000, type).x.flatMap((array) => Array.from(array));
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(from);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(to);
      // A jitter that would lie outside is mirrored, not heaped up at the ends.
      expect(new Set(numbers).size).toBeGreaterThan(0.99 * numbers.length);
    }
  }
});

it("the mixed program calls every function that is measured", () => {
  const names = new Set<string>();
  const watched = new Proxy(lanewise, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      return new Proxy(member, {
        apply(fn, self, args) {
          names.add(String(name));
          return Reflect.apply(fn, self, args) as unknown;
        },
      });
    },
  });
  for (const call of mixedCalls(watched)) expect(call()).toBeDefined();
  const measured = listCases(false).flatMap(({ call, of }) =>
    call === undefined || of === "calls" ? [] : [call.member],
  );
  const elementwise = lanewise.functions.map(({ definition }) => definition.name);
  expect([...names, ...elementwise]).toEqual(expect.arrayContaining(measured));
});

it("the page has a line for each target, what is missed in bold", () => {
  const lines = targetsTable(stored).split("\n");
  expect(lines).toHaveLength(targets.length + 2);
  const line = lines.find((text) => text.includes("every function, 10 and 16 elements"));
  expect(line).toMatch(/\| 2 \| 8\.00 \(9\.00, exp 16\) \| 8\.00/);
  const slow = run(["exp"]).measurements.map((one) => ({ ...one, times: { ...one.times, simd: [8, 8] as const } }));
  const missed = targetsTable({ ...machine, runs: [run([], { measurements: slow })] });
  expect(missed).toMatch(/every function, 10 and 16 elements .* \| \*\*1\.00 \(1\.13\)\*\* \|/);
});

it("runs functions of both parts of Node's build", { timeout: 60_000 }, () => {
  const args = ["--import", "tsx", "bench/main.ts", "relu", "softmax", "--sizes", "16"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  for (const name of ["relu", "softmax"]) expect(stdout).toMatch(new RegExp(`^${name} +16 +\\d`, "m"));
});
