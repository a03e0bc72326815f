/** Bundlers: a page of matrix/probe is built by each, in production and by its development server, and opened in Chromium. */

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, version } from "esbuild";
import type { Cell } from "../cell.js";
import { unpack } from "../packages.js";
import { probedBy, withServer } from "../pages.js";
import { anyWasm, judge } from "../probe/check.js";

const probe = fileURLToPath(new URL("../probe/probe.js", import.meta.url));

const esbuildCell: Cell = {
  name: "esbuild",
  isQuick: true,
  async run({ folder, packed }) {
    await unpack(packed, folder);
    const out = join(folder, "out");
    mkdirSync(out, { recursive: true });
    cpSync(probe, join(folder, "probe.js"));
    writeFileSync(join(folder, "main.js"), `import { probe } from "./probe.js"; globalThis.probed = probe();`);
    writeFileSync(
      join(out, "index.html"),
      `<!doctype html><link rel="icon" href="data:," /><script type="module" src="main.js"></script>`,
    );
    await build({
      absWorkingDir: folder,
      entryPoints: ["main.js"],
      bundle: true,
      minify: true,
      format: "esm",
      outdir: out,
    });
    const probed = await withServer(out, probedBy);
    return { version, ...judge(probed, anyWasm) };
  },
};

export const bundlers: readonly Cell[] = [esbuildCell];
