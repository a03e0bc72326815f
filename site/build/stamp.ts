/** Whether what a step of the build makes is there, and of this state of the project. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}site/generated/`;

/**
 * Makes something, unless it has been made of the same files.
 *
 * @param name of what is made
 * @param output a file or folder of it, in the project
 * @param inputs files and folders of the project that it is made of
 * @param make makes it
 */
export function madeOnce(name: string, output: string, inputs: readonly string[], make: () => void): void {
  const stamp = `${folder}${name}.stamp`;
  const hash = hashOf(inputs);
  if (existsSync(root + output) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  make();
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, hash);
}

/** A hash of files and folders of the project. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesOf)) hash.update(path).update(readFileSync(root + path));
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (!existsSync(root + path)) return [];
  if (statSync(root + path).isFile()) return [path];
  const names = readdirSync(root + path, { withFileTypes: true }).map(({ name }) => name);
  return names.sort().flatMap((name) => filesOf(`${path}/${name}`));
}
