import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { compileProgram } from "../scripts/program.js";
import type { Left } from "./support/samplerMemory.js";

/**
 * Of 4000 logits and tokens: V8 boxes numbers where one function that it hasn't inlined hands them to another, in 16 bytes each. Lists of objects take
 * more.
 */
const MOST_BYTES = 16 * 4000;

it("samplers make no arrays for a token", async () => {
  // By itself, since numbers are boxed everywhere in modules as tests have them.
  const program = await compileProgram("test/support/samplerMemory.ts", "build/test");
  const flags = ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=256"];
  const found = JSON.parse(execFileSync(process.execPath, [...flags, program], { encoding: "utf8" })) as Left[];
  expect(found.length).toBeGreaterThan(50);
  expect(found.filter(({ buffers, heap }) => buffers > 0 || heap > MOST_BYTES)).toEqual([]);
});
