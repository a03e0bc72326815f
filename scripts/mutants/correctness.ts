/** Which mutants of kernels are noticed by tests of what is right, without the hashes of what is the same as before. */

import { pathOf } from "../../bench/paths.js";
import { readFileSync } from "node:fs";
import { mutatedModule } from "./kernels.js";
import type { Mutant } from "./mutant.js";
import { modulesWith } from "./reach.js";
import type { TestProcess } from "./tests.js";

/** The test files of modules that are no elementwise function's. */
const filesOf: Readonly<Record<string, readonly string[]>> = {
  argmax: ["maxima", "rows"],
  compare: ["elementwise", "arena"],
  logSoftmax: ["rows", "rowGradients", "gradientMargins", "mask"],
  logSumExp: ["rows", "mask"],
  mask: ["mask"],
  multiply: ["elementwise"],
  sampling: ["tokens", "filters", "samplers"],
  sigmoidCrossEntropy: ["sigmoidCrossEntropy", "losses"],
  softmax: ["rows", "rowGradients", "gradientMargins", "mask"],
  softmaxCrossEntropy: ["softmaxCrossEntropy", "softmaxCrossEntropyEdges", "gradientMargins", "losses"],
  sparsemax: ["sparsemax", "entmax15", "entmax15Kernel"],
};

/** Milliseconds that tests may take. */
const LIMIT = 600_000;

/**
 * What notices a mutant in a module, by formulas, exact results and known cases; "" if nothing does.
 *
 * @param name the module
 */
export async function correctnessKiller(mutant: Mutant, name: string, tests: TestProcess): Promise<string> {
  const file = `src/generated/modules/${name}.ts`;
  const text = await mutatedModule(mutant, name);
  const literal = /^ {2}text:\n {4}.*,$/m;
  const texts = {
    [file]: readFileSync(pathOf(file), "utf8").replace(literal, () => `  text: ${JSON.stringify(text)},`),
  };
  const special = filesOf[name];
  // Those of elementwise functions bear the function's name.
  const files = (special ?? ["accuracy", "elementwise", "kinks"]).map((name) => `test/${name}.test.ts`);
  const pattern = special === undefined ? { pattern: `simd.*\\b${name}\\b` } : {};
  const { file: failed, test } = await tests.run({ texts, files, ...pattern }, LIMIT);
  return test === undefined ? "" : `${failed}: ${test}`;
}

/** What notices a mutant that no hash notices, in any module that it goes into; "" if nothing does. */
export async function killerOfSurvivor(mutant: Mutant, tests: TestProcess): Promise<string> {
  for (const name of modulesWith(mutant.file, mutant.declaration)) {
    const killer = await correctnessKiller(mutant, name, tests);
    if (killer !== "") return `${name}: ${killer}`;
  }
  return "";
}
