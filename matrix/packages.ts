/** The packed package, and the packages that cells need, each set in a folder of its own with its lock file. */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./command.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** npm as it was started, or as it is found. */
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];

/** Packs the package as it is built, and returns the path of the file. */
export async function pack(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const output = await run(root, [...npm, "pack", "--json", "--ignore-scripts", "--pack-destination", folder]);
  const [{ filename }] = JSON.parse(output) as { filename: string }[];
  return join(folder, filename);
}

/** The folder of a set of packages: package.json and package-lock.json, with all else that its cells start from. */
export function packagesFolder(name: string): string {
  return fileURLToPath(new URL(`packages/${name}/`, import.meta.url));
}

/**
 * Copies matrix/packages/NAME to a folder, installs its packages there unless those of the same lock file are there already, and
 * puts the packed package beside them. No script of a package runs.
 */
export async function install(name: string, folder: string, packed: string): Promise<void> {
  cpSync(packagesFolder(name), folder, { recursive: true });
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const installed = join(folder, "node_modules/.installed-lock.json");
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== lock) {
    await run(folder, [...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { limit: 15 * 60_000 });
    writeFileSync(installed, lock);
  }
  await unpack(packed, folder);
}

/** Puts the packed package into the node_modules of a folder, in place of what may be there. */
export async function unpack(packed: string, folder: string): Promise<void> {
  const target = join(folder, "node_modules/lanewise");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await run(folder, ["tar", "-xzf", packed, "-C", target, "--strip-components=1"]);
}

/** The version of a package that is installed in a folder. */
export function versionOf(folder: string, name: string): string {
  return (JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as { version: string })
    .version;
}
