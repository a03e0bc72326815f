/** Engines that run a program from a file, each as a command. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Skip } from "../cell.js";
import { installed, versionOf } from "../packages.js";

/** An engine that is there: the command that runs a program is `command` with the path of the program behind it. */
export interface Found {
  readonly command: readonly string[];
  readonly version: string;
}

/** Finds an engine, installing it where it is missing. */
export type Find = () => Promise<Found>;

/** The Node that runs the matrix. */
export const thisNode: Find = async () => ({ command: [process.execPath], version: process.versions.node });

/** An engine that npm carries for some platforms only. */
function ofPlatform(name: string, packageName: string, path: string, args: readonly string[] = []): Find {
  return async () => {
    requireLinux(packageName);
    const folder = await installed(name);
    const file = join(folder, "node_modules", packageName, path);
    return { command: [file, ...args], version: versionOf(folder, packageName) };
  };
}

export function requireLinux(what: string): void {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== "linux-x64") throw new Skip(`${what} is for linux-x64, and this is ${platform}`);
}

/** A Node that the tests run in as well. */
function testedNode(name: string): Find {
  return async () => {
    const folder = fileURLToPath(new URL("../../test/engines/", import.meta.url));
    const file = join(folder, "node_modules", name, "bin/node");
    if (!existsSync(file)) throw new Skip(`${name} isn't in test/engines/node_modules, where npm test installs it`);
    return { command: [file], version: versionOf(folder, name) };
  };
}

export const node14 = ofPlatform("node14", "node14", "bin/node");
export const node22 = ofPlatform("node22", "node22", "bin/node");
export const node24 = testedNode("node24");
export const node26 = testedNode("node26");
export const bun = ofPlatform("bun", "@oven/bun-linux-x64", "bin/bun");
export const deno = ofPlatform("deno", "@deno/linux-x64-glibc", "deno", ["run"]);
export const hermes = ofPlatform("hermes", "hermes-engine-cli", "linux64-bin/hermes");
