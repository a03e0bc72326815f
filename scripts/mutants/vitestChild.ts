/**
 * A process that keeps Vitest ready, and runs test files with other texts in the place of some sources. Its workers are threads, so
 * that whoever kills it ends them too.
 */

import { appendFileSync } from "node:fs";
import { createVitest, type TestModule, type TestSpecification } from "vitest/node";
import { pathOf } from "../../bench/paths.js";
import { countFunctions } from "./functions.js";

export interface TestTask {
  /** Texts in the place of what files of the repository have, by their paths in it. */
  readonly texts: Readonly<Record<string, string>>;
  /** Paths of test files in the repository, in the order in which they are to run. */
  readonly files: readonly string[];
  /** Only tests whose names match. */
  readonly pattern?: string;
  /** Where to note the functions of src/ that run; with it, they are instrumented. */
  readonly functions?: string;
}

export interface TestAnswer {
  /** The file that failed, and what in it; undefined if nothing did. */
  readonly file?: string;
  readonly test?: string;
}

let task: TestTask = { texts: {}, files: [] };

const root = `${pathOf("")}/`;

/** The path of a file in the repository. */
function pathIn(id: string): string {
  return id.startsWith(root) ? id.slice(root.length) : id;
}

const vitest = await createVitest(
  "test",
  {
    config: false,
    root,
    watch: false,
    include: ["test/*.test.ts"],
    exclude: ["test/*.browser.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    bail: 1,
    reporters: [{}],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As in vitest.config.ts.
    alias: { "@tensorflow/tfjs-core": pathOf("test/support/tensorflow.ts") },
    provide: { engine: { name: "node", relaxedSimd: Number(process.versions.node.split(".")[0]) >= 21 } },
  },
  {
    logLevel: "silent",
    plugins: [
      {
        name: "mutants",
        enforce: "pre",
        transform(_, id) {
          const path = pathIn(id);
          if (Object.hasOwn(task.texts, path)) return { code: task.texts[path], map: null };
          return undefined;
        },
      },
      {
        name: "functions",
        enforce: "pre",
        transform(code, id) {
          const path = pathIn(id);
          if (task.functions === undefined || !path.startsWith("src/") || path.startsWith("src/generated/"))
            return undefined;
          return { code: countFunctions(path, code, task.functions), map: null };
        },
      },
    ],
  },
);
const specifications = new Map<string, TestSpecification>();
for (const specification of await vitest.globTestSpecifications()) {
  specifications.set(pathIn(specification.moduleId), specification);
}

async function run(next: TestTask): Promise<TestAnswer> {
  const changed = [...Object.keys(task.texts), ...Object.keys(next.texts)];
  task = next;
  for (const file of changed) vitest.invalidateFile(root + file);
  if (next.pattern === undefined) vitest.resetGlobalTestNamePattern();
  else vitest.setGlobalTestNamePattern(new RegExp(next.pattern));
  // One after the other, so that the first that fails is the last that runs.
  for (const file of next.files) {
    if (next.functions !== undefined) appendFileSync(next.functions, `@${file}\n`);
    // Failures of a run before would count as this one's.
    vitest.state.filesMap.clear();
    vitest.state.idMap.clear();
    vitest.state.errorsSet.clear();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specifications.get(file)!]);
    const failed = failureOf(testModules);
    if (failed !== undefined) return { file, test: failed };
    if (unhandledErrors.length > 0) return { file, test: String((unhandledErrors[0] as Error).message).slice(0, 100) };
  }
  return {};
}

/** The name of what failed; undefined if all passed. */
function failureOf(modules: readonly TestModule[]): string | undefined {
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      if (test.result().state === "failed") return test.fullName;
    }
    if (!module.ok()) return "the file as a whole";
  }
  return undefined;
}

process.on("message", (message: TestTask) => {
  run(message).then(
    (answer) => process.send!(answer),
    (error: unknown) => process.send!({ file: "", test: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
process.send!("ready");
