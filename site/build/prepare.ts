/** Makes all that the site's pages need and that is not in git: the package, the digits' weights, the documentation's pages. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs one of the project's scripts to its end. */
export function run(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} failed`);
}

/** Each step does nothing where what it makes is there and of this state of the project. */
export async function prepare(): Promise<void> {
  run("scripts/build.ts");
}
