/** Makes, of the package as it is built, all that the site's pages need and that is not in git: the digits' weights, the documentation's pages. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { madeOnce } from "./stamp.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs one of the project's scripts to its end. */
export function run(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} failed`);
}

/** Each step does nothing where what it makes is there and of this state of the project. */
export async function prepare(): Promise<void> {
  run("site/build/digits.ts");
  madeOnce("docs", "site/docs/index.html", docsInputs(), () => run("site/build/docs.ts"));
}

/** What the documentation is made of. */
function docsInputs(): string[] {
  const pages = readdirSync(`${root}site`).filter((file) => file.endsWith(".html"));
  return [
    ...["package-lock.json", "tsconfig.build.json", "CHANGELOG.md", "docs", "src", "scripts", "accuracy"],
    ...["bench/results.json", "bench/results.ts", "bench/format.ts"],
    ...["dist/index.d.cts", "dist/sampling.d.cts", "dist/plot-node.js", "site/build"],
    ...["site/src/docs/searchOptions.ts", "site/src/sampling"],
    ...pages.map((file) => `site/${file}`),
  ];
}
