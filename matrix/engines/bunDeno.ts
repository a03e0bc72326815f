/** Bun, and Deno without any permission, also at a terminal, where it must not stop to ask for one. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cell, Skip } from "../cell.js";
import { run } from "../command.js";
import { unpack } from "../packages.js";
import { judge, probedIn, relaxed } from "../probe/check.js";
import { bun, deno } from "./engines.js";
import { commandCell } from "./node.js";
import { everyWay, writeProgram } from "./programs.js";

/** The message by which Deno asks. */
const question = /requests .* access/;

const atTerminal: Cell = {
  name: "Deno at a terminal",
  async run({ folder, packed }) {
    const { command, version } = await deno();
    await unpack(packed, folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { lanewise: "*" } }));
    const file = await writeProgram(folder, "import");
    await run(folder, ["script", "--version"]).catch(() => {
      throw new Skip("the command script of util-linux, which gives a terminal, is missing");
    });
    const line = [...command, file].map((word) => `'${word}'`).join(" ");
    // Nobody answers: it would wait until the limit.
    const output = await run(folder, ["script", "-qec", line, "/dev/null"], { limit: 30_000 });
    if (question.test(output)) throw new Error(`it asks: ${output}`);
    return { version, ...judge(probedIn(output), relaxed) };
  },
};

export const bunDenoCells: readonly Cell[] = [
  // On x64, its multiply-add of relaxed SIMD rounds twice.
  commandCell("Bun", bun, process.arch === "x64" ? { backend: "simd", why: /not fused/ } : { backend: relaxed }),
  commandCell(
    "Deno without permissions",
    deno,
    { backend: relaxed },
    { ways: everyWay.filter((way) => way !== "require") },
  ),
  // There it gets what Node does, which reads the texts of kernels from files: plain JavaScript would answer without this permission.
  commandCell("Deno --allow-read", deno, { backend: relaxed }, { flags: ["--allow-read"], ways: ["require"] }),
  atTerminal,
];
