/**
 * What the packed package holds, file by file, so that nothing gets into it or falls out of it unseen. Compares what is built with
 * test/golden/packed.txt:
 *
 *   npm run packed
 *   npm run packed -- --update  stores it
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { npmCommand } from "./npm.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const stored = `${root}test/golden/packed.txt`;

/** What npm tells of a package that it packed. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs what is built.
 *
 * @param folder where the file goes to; default: nowhere, it is only told of
 */
export function pack(folder?: string): Packed {
  const to = folder === undefined ? ["--dry-run"] : ["--pack-destination", folder];
  const [file, ...args] = npmCommand("pack", "--json", "--ignore-scripts", ...to);
  const told = execFileSync(file, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return (JSON.parse(told) as [Packed])[0];
}

/** The names of the files, in their order. */
export const namesOf = ({ files }: Packed): string[] => files.map(({ path }) => path).sort();

/** The names that were stored. */
export const storedNames = (): string[] => readFileSync(stored, "utf8").trimEnd().split("\n");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({ options: { update: { type: "boolean", default: false } } });
  const names = namesOf(pack());
  const before = options.update ? [] : storedNames();
  if (options.update) writeFileSync(stored, `${names.join("\n")}\n`);
  else {
    for (const name of names.filter((name) => !before.includes(name))) console.log(`+ ${name}`);
    for (const name of before.filter((name) => !names.includes(name))) console.log(`- ${name}`);
    if (names.join() !== before.join()) process.exitCode = 1;
  }
  console.log(`${names.length} files`);
}
