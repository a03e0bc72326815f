import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { compileProgram } from "../scripts/program.js";
import type { Left } from "./support/samplerMemory.js";

/** A token, of 4000 logits and 4000 tokens: a list of numbers takes more, and one box for each number four times as much. */
const MOST_BYTES = 4 * 4000;

it("samplers make no arrays for a token", async () => {
  // By itself, since numbers are boxed everywhere in modules as tests have them.
  const program = await compileProgram("test/support/samplerMemory.ts", "build/test");
  // By one thread, since V8 boxes the numbers that functions give each other until it has optimised them, which takes another thread any time.
  const flags = ["--expose-gc", "--single-threaded", "--min-semi-space-size=128", "--max-semi-space-size=256"];
  const found = JSON.parse(execFileSync(process.execPath, [...flags, program], { encoding: "utf8" })) as Left[];
  expect(found.length).toBeGreaterThan(50);
  expect(found.filter(({ buffers, heap }) => buffers > 0 || heap > MOST_BYTES)).toEqual([]);
});
