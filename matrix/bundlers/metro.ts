/** Metro, the bundler of React Native, whose engine has no WebAssembly: with package exports, and without as it long was. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command.js";
import type { Cell } from "../cell.js";
import { versionOf } from "../packages.js";
import { tryParts } from "../parts.js";
import { judge, probedIn } from "../probe/check.js";
import { makeProject } from "./project.js";

const programs: Readonly<Record<string, string>> = {
  import: `import { fromFloat16 } from "lanewise/float16";
    import { relu } from "lanewise/js";
    import { probe } from "./probe.js";
    const others = [...fromFloat16(Uint16Array.of(0x3c00)), ...relu(Float32Array.of(-1, 2))];
    if (others.join() !== "1,0,2") throw new Error("the other entries give " + others.join());
    console.log(JSON.stringify(probe()));`,
  require: `require("lanewise").relu(Float32Array.of(1)); console.log(JSON.stringify(require("./probe.js").probe()));`,
};

const metro: Cell = {
  name: "metro",
  async run(context) {
    const { folder } = context;
    await makeProject(context, "metro");
    const part = (kind: string, hasExports: boolean) => async () => {
      const out = join(folder, "out");
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
      writeFileSync(join(folder, `${kind}.js`), programs[kind]);
      await run(folder, [process.execPath, "build.js", `${kind}.js`, join(out, "main.js")], {
        env: { EXPORTS: String(hasExports) },
      });
      return judge(probedIn(await run(folder, [process.execPath, "--jitless", "run.cjs", join(out, "main.js")])), "js");
    };
    return await tryParts(
      { version: versionOf(folder, "metro") },
      {
        "import, exports": part("import", true),
        "require, exports": part("require", true),
        "import, no exports": part("import", false),
        "require, no exports": part("require", false),
      },
    );
  },
};

export const metroCells: readonly Cell[] = [metro];
