/** TensorFlow.js: its own specs and checks of ours, with the kernels of lanewise in its backends. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell, Outcome } from "../cell.js";
import { run } from "../command.js";
import { install, versionOf } from "../packages.js";
import type { ChecksFound, SpecsFound } from "./found.js";
import { bundle, reportOf } from "./programs.js";

const backends = ["cpu", "wasm"] as const;

/** The files of specs of what lanewise computes, and of what tfjs makes of that. `tests` has all of tfjs-core. */
const ownSpecs = [
  ...[
    "sigmoid",
    "tanh",
    "relu",
    "relu6",
    "leaky_relu",
    "binary_ops",
    "elu",
    "selu",
    "softplus",
    "exp",
    "expm1",
    "log",
    "log1p",
  ],
  ...["erf", "softmax", "log_softmax", "step", "arg_max", "clip_by_value", "log_sigmoid", "log_sum_exp"],
  ...["losses/sigmoid_cross_entropy", "losses/softmax_cross_entropy"],
].map((name) => `ops/${name}_test`);

/** Specs are to fail with lanewise's kernels only where they fail without. */
async function specs(folder: string, name: string, files: readonly string[]): Promise<Outcome[]> {
  const imports = files.map((file) => `import "@tensorflow/tfjs-core/dist/${file}";`).join("\n");
  const file = await bundle(folder, name, `import { run } from "./specs.js";\n${imports}\nawait run();`);
  const outcomes: Outcome[] = [];
  for (const backend of backends) {
    const before = await reportOf<SpecsFound>(folder, file, backend, "tfjs");
    const after = await reportOf<SpecsFound>(folder, file, backend, "lanewise");
    const counts = [before, after].map(({ passed, failed }) => {
      return `${passed} of ${passed + Object.keys(failed).length}`;
    });
    const broken = Object.entries(after.failed).filter(([spec]) => !Object.hasOwn(before.failed, spec));
    const isWhole = after.passed >= Math.max(before.passed, files.length);
    const note = `${counts[1]} pass, ${counts[0]} with tfjs's own kernels`;
    const failed = [note, ...broken.map(([spec, message]) => `${spec}: ${message}`)].join("\n");
    outcomes.push({ part: `${name}, ${backend}`, ...(broken.length === 0 && isWhole ? { note } : { failed }) });
  }
  return outcomes;
}

async function checks(folder: string): Promise<Outcome[]> {
  const file = await bundle(folder, "checks", 'import "./checks.js";');
  const outcomes: Outcome[] = [];
  for (const backend of backends) {
    const found = Object.entries(await reportOf<ChecksFound>(folder, file, backend));
    const failures = found.filter(([, failure]) => failure !== null).map((failed) => failed.join(": "));
    const part = `checks, ${backend}`;
    outcomes.push(
      failures.length === 0 ? { part, note: `${found.length} checks` } : { part, failed: failures.join("\n") },
    );
  }
  return outcomes;
}

/** As Node loads all without a bundler. */
async function plain(folder: string): Promise<Outcome> {
  const program = "plain.mjs";
  cpSync(fileURLToPath(new URL(`programs/${program}`, import.meta.url)), join(folder, program));
  const part = "without a bundler";
  try {
    await run(folder, [process.execPath, program]);
    return { part };
  } catch (error) {
    return { part, failed: (error as Error).message };
  }
}

/** A cell whose parts run in a folder with tfjs. */
function cell(name: string, parts: (folder: string) => Promise<readonly Outcome[]>): Cell {
  return {
    name,
    async run({ folder, packed }) {
      await install("tfjs", folder, packed);
      const version = versionOf(folder, "@tensorflow/tfjs-core");
      return (await parts(folder)).map((outcome) => ({ version, ...outcome }));
    },
  };
}

export const tfjs: readonly Cell[] = [
  cell("kernels", async (folder) => [
    ...(await specs(folder, "specs", ownSpecs)),
    ...(await checks(folder)),
    await plain(folder),
  ]),
  cell("all specs of tfjs-core", (folder) => specs(folder, "all-specs", ["tests"])),
];
