/**
 * The oracle of exact results: the float64 kernels of the backend "simd". They are held to the golden values first, and
 * then, along the way, to the formulas of the definitions.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Crossing, Elementwise, Parameter } from "lanewise";
import type { Counter } from "./counter.js";
import type { Kind, Options } from "./slice.js";

/** The backend whose float64 kernels are the oracle. */
export const ORACLE = "simd";

/** How much kernel and formula may differ, relatively: 2^-16 ulp of float32. */
const TOLERANCE = 2 ** -40;

/** Of so many inputs one is also given to the formula. */
const EVERY = 256;

/** The smallest float32 number: a smaller result need not be known any better. */
const SMALLEST = 2 ** -149;

/** A function or its derivative at float64, with parameters as they are rounded for float32 arrays. */
export interface Oracle {
  readonly title: string;
  readonly call: (x: Float64Array, out: Float64Array) => unknown;
  readonly formula: (x: number) => number;
  readonly crossing: Crossing | undefined;
}

/** @param options parameters; default: the default ones */
export function oracleOf(fn: Elementwise, kind: Kind, options: Options = {}): Oracle {
  const { definition } = fn;
  const parameters = Object.entries(definition.parameters ?? {}) as [string, Parameter][];
  const values = Object.fromEntries(
    parameters.map(([name, parameter]) => {
      const value = options[name] ?? parameter.default;
      return [name, typeof value === "number" ? Math.fround(value) : value];
    }),
  );
  const call = kind === "value" ? fn : fn.derivative;
  return {
    title: kind === "value" ? definition.name : `${definition.name}'`,
    call: (x, out) => call(x, { ...values, out }),
    formula: (x) => definition[kind](x, values),
    crossing: kind === "derivative" ? definition.crossing?.(values) : undefined,
  };
}

/**
 * Holds every 256th of the first n exact results to the formula.
 *
 * @param first the first of those inputs, modulo 256
 * @throws {Error} if they differ
 */
export function checkOracle(
  { title, formula, crossing }: Oracle,
  { wide, exact }: Counter,
  n: number,
  first: number,
): void {
  for (let i = first % EVERY; i < n; i += EVERY) {
    const wanted = formula(wide[i]);
    if (Object.is(exact[i], wanted)) continue;
    const inside = crossing !== undefined && wide[i] >= crossing.from && wide[i] <= crossing.to;
    const size = Math.max(Math.abs(wanted), inside ? crossing.largest : SMALLEST);
    if (Math.abs(exact[i] - wanted) <= TOLERANCE * size) continue;
    throw new Error(`${title}(${wide[i]}): the float64 kernel gives ${exact[i]}, but the formula ${wanted}`);
  }
}

/** The tests that hold the oracle to the golden values, and that see that every function which rounds has them. */
const GOLDEN_TESTS = {
  files: ["test/accuracy.test.ts", "test/table.node.test.ts"],
  names: `^(golden values, ${ORACLE} Float64Array|golden values exist)`,
};

/** Vitest's report as JSON, as far as it is read here. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string }[] }[];
}

/**
 * Holds the oracle to the golden values by the tests that do so: they allow 4 ulp of float64 at most, relatively 2^-50.
 *
 * @throws {Error} if one fails, or none is found
 */
export function checkGolden(): void {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  const file = join(folder, "golden.json");
  const { files, names } = GOLDEN_TESTS;
  const options = ["--testNamePattern", names, "--reporter=default", "--reporter=json", `--outputFile=${file}`];
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...files, ...options];
  const { stdout, stderr } = spawnSync(process.execPath, vitest, { cwd: root, encoding: "utf8" });
  try {
    const { success, testResults } = JSON.parse(readFileSync(file, "utf8")) as Report;
    const passed = testResults.map(({ assertionResults }) =>
      assertionResults.some(({ status }) => status === "passed"),
    );
    if (success && passed.length === files.length && passed.every(Boolean)) return;
  } finally {
    rmSync(folder, { recursive: true });
  }
  throw new Error(`The oracle is not held to the golden values:\n${stdout}${stderr}`);
}
