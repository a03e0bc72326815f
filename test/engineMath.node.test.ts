import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type FloatArray, useBackend } from "../src/index.js";
import { calls } from "./support/publicCalls.js";

/** Those whose results the language states to the last bit; of all others engines give any approximation. */
const exact = "abs ceil clz32 f16round floor fround imul max min round sign sqrt trunc".split(" ");

const inexact = Object.getOwnPropertyNames(Math).filter(
  (name) => typeof Math[name as "exp"] === "function" && !exact.includes(name),
);

beforeAll(() => void useBackend("js"));

afterAll(() => void vi.restoreAllMocks());

/** What the first input of a call is multiplied by: some functions have a domain from 0 to 1, others care for large numbers. */
const scales = [1, 1 / 8, 1e160];

/** The results of all functions and their members for both types, by the names of the functions. */
function results(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { title, call, inputs, options } of calls) {
    const [name] = title.split(".");
    for (const type of [Float32Array, Float64Array]) {
      const ofType = (value: unknown) => (value instanceof Float32Array ? type.from(value) : value);
      const given = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, ofType(value)]));
      for (const scale of scales) {
        const args = inputs.map(ofType);
        const first = args.findIndex(ArrayBuffer.isView);
        args[first] = (args[first] as FloatArray).map((x) => x * scale);
        const result = call(...args, given);
        found.set(name, `${found.get(name) ?? ""} ${JSON.stringify(result)}`);
      }
    }
  }
  return found;
}

it("the guide names the functions whose formulas call the engine's Math, so that the bits of js may differ", () => {
  const before = results();
  for (const name of inexact) {
    const original = Math[name as "exp"];
    vi.spyOn(Math, name as "exp").mockImplementation((...args) => original(...args) * (1 + 1e-6));
  }
  const after = results();
  const differ = [...before.keys()].filter((name) => before.get(name) !== after.get(name));

  const guide = readFileSync(new URL("../docs/guides/backends.md", import.meta.url), "utf8");
  const [, named] = /formulas give the same bits in every engine, but for\s+([^:]*),\s+which call/.exec(guide)!;
  expect(Array.from(named.matchAll(/`(\w+)`/g), ([, name]) => name)).toEqual(differ.sort());
});
