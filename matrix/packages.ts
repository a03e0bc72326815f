/** The packed package, and the packages that cells need, each set in a folder of its own with its lock file. */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "../scripts/npm.js";
import { pack as packInto } from "../scripts/packed.js";
import { run } from "./command.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Packs the package as it is built, and returns the path of the file. */
export function pack(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, packInto(folder).filename);
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
  await installPackages(name, folder);
  await unpack(packed, folder);
}

async function installPackages(name: string, folder: string): Promise<void> {
  cpSync(packagesFolder(name), folder, { recursive: true });
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const mark = join(folder, "node_modules/.installed-lock.json");
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== lock) {
    await run(folder, npmCommand("ci", "--ignore-scripts", "--no-audit", "--no-fund"), { limit: 15 * 60_000 });
    writeFileSync(mark, lock);
  }
}

const shared = new Map<string, Promise<string>>();

/** A folder that cells share, in which a set of packages is installed, without the packed one. */
export function installed(name: string): Promise<string> {
  let folder = shared.get(name);
  if (folder === undefined) {
    const path = join(root, "build/matrix/installed", name);
    folder = installPackages(name, path).then(() => path);
    shared.set(name, folder);
  }
  return folder;
}

/** Puts the packed package into the node_modules of a folder, in place of what may be there. */
export async function unpack(packed: string, folder: string): Promise<void> {
  // Without one, "lanewise" would be the package that the folder lies in, which has that name, and not the packed one.
  const description = join(folder, "package.json");
  if (!existsSync(description)) writeFileSync(description, '{ "private": true, "type": "module" }\n');
  const target = join(folder, "node_modules/lanewise");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await run(folder, ["tar", "-xzf", packed, "-C", target, "--strip-components=1"]);
}

/** The version of a package that is installed in a folder. */
export function versionOf(folder: string, name: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as {
    version: string;
  };
  return version.replace(/^v/, "");
}
