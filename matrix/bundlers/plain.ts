/** Pages without a bundler: an import map, and the single file by its address. */

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cell } from "../cell.js";
import { loadedBy, withServer } from "../pages.js";
import { tryParts } from "../parts.js";
import { anyWasm, judge } from "../probe/check.js";
import { makeProject } from "./project.js";

const bundle = "./lanewise/bundle.js";

const noBundler: Cell = {
  name: "no bundler",
  async run(context) {
    const { folder } = context;
    await makeProject(context);
    const out = join(folder, "out");
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    cpSync(join(folder, "node_modules/lanewise/dist"), join(out, "lanewise"), { recursive: true });
    for (const name of ["main.js", "probe.js"]) cpSync(join(folder, name), join(out, name));
    const map = (path: string) => `<script type="importmap">{ "imports": { "lanewise": "${path}" } }</script>`;
    const main = `<script type="module" src="./main.js"></script>`;
    const byAddress = `<script type="module">
      import * as lanewise from "${bundle}";
      const { sigmoid } = await import("${bundle}");
      if (sigmoid !== lanewise.sigmoid) throw new Error("the file is loaded twice");
    </script>`;
    const open = async (name: string, ...scripts: string[]) => {
      const head = `<!doctype html><link rel="icon" href="data:," />`;
      writeFileSync(join(out, name), [head, ...scripts].join("\n"));
      const { probed, size } = await withServer(out, (address) => loadedBy(address + name));
      return { size, ...judge(probed, anyWasm) };
    };
    return await tryParts(
      {},
      {
        "import map": () => open("map.html", map(bundle), main),
        "import map, a file a function": () => open("files.html", map("./lanewise/module/index.js"), main),
        "bundle.js by its address": () => open("address.html", map(bundle), byAddress, main),
      },
    );
  },
};

export const plainCells: readonly Cell[] = [noBundler];
