import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Elementwise, functions } from "lanewise";
import { describe, expect, it } from "vitest";
import { Counter } from "../accuracy/counter.js";
import { checkOracle, oracleOf } from "../accuracy/oracle.js";
import { boundsTable, input, peersTable, share, ulps } from "../accuracy/page.js";
import { readResults, storeResults } from "../accuracy/results.js";
import { run, slicesOf, Store } from "../accuracy/run.js";
import runSlice from "../accuracy/slice.js";
import { newTally, sum } from "../accuracy/tally.js";
import { errorInUlp, leastSpacing, spacing } from "../bench/ulp.js";
import { randomBits } from "./support/backends.js";

const folder = () => pathToFileURL(mkdtempSync(join(tmpdir(), "lanewise-")) + "/");
const crossing = { from: -4, to: -0.5, largest: 1.1 };

/** The tally of a plain loop over the definition of errors. */
function plainTally(counter: Counter, n: number, bound: number, within?: typeof crossing) {
  const tally = { ...newTally(), inputs: n };
  for (let i = 0; i < n; i++) {
    const [x, exact, got] = [counter.x[i], counter.exact[i], counter.got[i]];
    const rounded = Math.fround(exact);
    const correct = Object.is(got, rounded);
    const error = correct ? 0 : errorInUlp(got, exact, leastSpacing(within, bound, x));
    tally.correct += Number(correct);
    tally.within1 += Number(error <= 1);
    tally.notFinite += Number(!Number.isFinite(got) && Number.isFinite(rounded));
    if (error > tally.error) Object.assign(tally, { error, at: counter.bits[i] });
  }
  return tally;
}

describe("counting errors", () => {
  it.each([
    ["results a few ulp off, of every size", (_: number, exact: number, random: number) => exact + random],
    ["zeros of the wrong sign", (i: number, exact: number) => (i % 1000 === 7 ? -0 : exact)],
    ["NaN", (i: number, exact: number) => (i % 1000 === 7 ? NaN : exact)],
    ["infinities", (i: number, exact: number) => (i % 1000 === 7 ? -Infinity : exact)],
    ["nothing wrong", (_: number, exact: number) => exact],
  ] as const)("counts as the definition does: %s", (_, resultOf) => {
    const counter = new Counter(4096);
    const random = randomBits();
    for (const first of [0, 0x7f7ff800, 0x7f800000, 0x80000000, 0xbf000000, 0xc0800000 - 1000]) {
      for (const stride of [1, 1_000_003]) {
        for (const within of [undefined, crossing]) {
          for (const n of [4096, 1000]) {
            counter.fill(first, stride);
            for (let i = 0; i < 4096; i++) {
              const sign = random() % 2 ? 1 : -1;
              // Among them results that overflow, that are subnormal, and that round to zero.
              counter.exact[i] =
                [counter.wide[i] * (1 + random() / 2 ** 33), sign * 1e-46, sign * 1e39][random() % 64] ??
                counter.wide[i];
              const off = (random() / 2 ** 30 - 2) * spacing(counter.exact[i]) * 0.7;
              counter.got[i] = resultOf(i, counter.exact[i], off);
            }
            const tally = newTally();
            counter.count(tally, n, within, 4);
            const wanted = plainTally(counter, n, 4, within);
            expect(tally.error === wanted.error || Math.abs(tally.error / wanted.error - 1) < 1e-12).toBe(true);
            expect({ ...tally, error: 0 }).toEqual({ ...wanted, error: 0 });
          }
        }
      }
    }
  });

  it("adds up tallies", () => {
    const a = { inputs: 5, correct: 3, within1: 4, notFinite: 0, error: 2, at: 7 };
    const b = { inputs: 5, correct: 2, within1: 3, notFinite: 1, error: Infinity, at: 9 };
    const both = { inputs: 10, correct: 5, within1: 7, notFinite: 1, error: Infinity, at: 9 };
    expect(sum(a, b)).toEqual(both);
    expect(sum(b, a)).toEqual(both);
  });
});

/** The identity, wrong by one ulp at 1.5 and by three at -2, and with the sign of zero lost. */
function wrongIdentity(): Elementwise {
  const call = (x: Float32Array | Float64Array, { out }: { out: typeof x }) => {
    for (let i = 0; i < x.length; i++) {
      const slip = x[i] === 1.5 ? 2 ** -23 : x[i] === -2 ? 3 * 2 ** -22 : 0;
      out[i] = x instanceof Float32Array ? x[i] + slip : x[i];
    }
    return out;
  };
  const definition = { name: "wrong", value: (x: number) => x, derivative: () => 1, ulp: { value: 2, derivative: 0 } };
  return Object.assign(call, { derivative: call, backward: call, definition }) as unknown as Elementwise;
}

const job = { name: "wrong", kind: "value", options: {}, backends: ["simd", "js"], stride: 1 } as const;

it("a slice finds the inputs at which a function is wrong", () => {
  const bitsOf = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0];
  const around = (x: number) => ({ ...job, from: bitsOf(x) - 10_000, to: bitsOf(x) + 10_000 });
  const table = [wrongIdentity()];
  const one = { inputs: 20_000, correct: 19_999, within1: 20_000, notFinite: 0, error: 1, at: bitsOf(1.5) };
  expect(runSlice(around(1.5), table)).toEqual([one, one]);
  const three = { ...one, within1: 19_999, error: 3, at: bitsOf(-2) };
  expect(runSlice(around(-2), table)).toEqual([three, three]);
});

it("the oracle is refused where kernel and formula differ", () => {
  const fn = wrongIdentity();
  const counter = new Counter(4096);
  counter.fill(0x3f800000, 1);
  const oracle = oracleOf(fn, "value");
  oracle.call(counter.wide, counter.exact);
  expect(() => checkOracle(oracle, counter, 4096, 0)).not.toThrow();
  counter.exact[256] *= 1 + 2 ** -39;
  expect(() => checkOracle(oracle, counter, 4096, 0)).toThrow("wrong(1.000030517578125): the float64 kernel gives");
});

it("every function and derivative keeps its bound, and agrees with its formula, on a few slices", () => {
  for (const { definition } of functions) {
    for (const kind of ["value", "derivative"] as const) {
      const slice = { name: definition.name, kind, options: {}, backends: ["simd"] as const, stride: 20_011 };
      const [tally] = runSlice({ ...slice, from: 0, to: Math.ceil(2 ** 32 / 20_011) });
      expect(tally.error).toBeLessThanOrEqual(definition.ulp[kind]);
    }
  }
});

describe("a run", () => {
  const sources = [new URL("../build/simd.wasm", import.meta.url)];
  const relu = { name: "relu", kind: "value", options: {}, backends: ["simd"], stride: 65_537 } as const;
  const size = 2 ** 13;

  async function finished(store: Store) {
    let kept = 0;
    for await (const { finish } of run([relu], { store, workers: 1, size })) {
      const [tally] = await finish((inputs, wasKept) => (kept += wasKept ? inputs : 0));
      return { tally, kept };
    }
  }

  it("that was broken off goes on, and starts anew when the kernels have changed", async () => {
    const at = folder();
    const all = 65_536;
    expect(slicesOf(relu, size).length).toBe(8);
    const first = await finished(new Store(at, sources));
    expect(first).toMatchObject({ kept: 0, tally: { inputs: all, correct: all, error: 0 } });
    const [name] = readdirSync(at);
    const lines = readFileSync(new URL(name, at), "utf8").split("\n");
    // Broken off while the fourth was written.
    writeFileSync(new URL(name, at), `${lines.slice(0, 3).join("\n")}\n${lines[3].slice(0, 20)}`);
    expect(await finished(new Store(at, sources))).toEqual({ kept: 3 * size, tally: first!.tally });
    expect(await finished(new Store(at, [...sources, ...sources]))).toEqual({ kept: 0, tally: first!.tally });
  });
});

describe("what is found", () => {
  const [relu, sigmoid] = ["relu", "sigmoid"].map((name) => functions.find((fn) => fn.name === name)!);
  const found = { runtime: "an engine", date: "2000-01-01" };
  const tally = {
    inputs: 2 ** 32,
    correct: 2 ** 31,
    within1: 2 ** 32 - 1,
    notFinite: 0,
    error: 1.5551,
    at: 0xbf800000,
  };
  const bound = { function: "sigmoid", kind: "value", backend: "simd", ...tally, ...found } as const;
  const peer = { peer: "a peer 1.2.3", function: "sigmoid", stride: 1009, ...tally, ...found };

  it("is merged with what was found before, and stays what it was", () => {
    const file = new URL("accuracy.json", folder());
    storeResults({ bounds: [bound], peers: [peer] }, ["relu", "sigmoid"], file);
    const worse = { ...bound, error: Infinity };
    const other = { ...bound, function: "relu" };
    storeResults({ bounds: [worse, other] }, ["relu", "sigmoid"], file);
    expect(readResults(file)).toEqual({ bounds: [other, worse], float64: [], peers: [peer] });
    storeResults({ peers: [{ ...peer, peer: "a peer 1.3.0" }] }, ["sigmoid"], file);
    expect(readResults(file)).toEqual({ bounds: [worse], float64: [], peers: [{ ...peer, peer: "a peer 1.3.0" }] });
  });

  it("becomes a page, unless it is over its bound", () => {
    const results = { bounds: [bound], float64: [], peers: [{ ...peer, error: 7.21e7, notFinite: 1234 }] };
    expect(boundsTable(results, [relu, sigmoid], "value")).toContain(
      "| `sigmoid` | 2 | 1.556 | -1 | 50.00 % | 99.99 % | ",
    );
    expect(boundsTable(results, [relu], "value")).toContain("| `relu` | 0 |  |  |");
    expect(peersTable(results)).toContain("| `sigmoid` | 1.556 (99.99 %) | 7.3e7 (99.99 %, 1,234 lost) |");
    const over = { bounds: [{ ...bound, error: 2.01 }], float64: [], peers: [] };
    expect(() => boundsTable(over, [sigmoid], "value")).toThrow("sigmoid, value, simd: 2.01 ulp is over its bound");
  });

  it("is shown in few digits, rounded to the worse side", () => {
    expect([0, 1, 1.0001, 999.5, 1000, 9.96e6, Infinity].map(ulps)).toEqual([
      "0",
      "1.000",
      "1.001",
      "999.500",
      "1.0e3",
      "1.0e7",
      "∞",
    ]);
    expect([share(3, 3), share(99_999_999, 100_000_000)]).toEqual(["100 %", "99.99 %"]);
    expect([0x80000000, 0x3dcccccd, 1, 0x7fc00000].map(input)).toEqual(["-0", "0.1", "1e-45", "NaN"]);
  });
});
