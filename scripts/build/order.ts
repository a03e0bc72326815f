/** The order of the modules in the files that hold them all: those that share code lie side by side, which compresses better. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assembly } from "./modules.js";

/**
 * The names of modules by how many files of assembly/ they are made of, then by which. The package is 11 kB smaller by it than in the order
 * of the names.
 *
 * @param entries the path of the program of each module
 */
export function orderedByCode(entries: ReadonlyMap<string, string>): string[] {
  const keys = new Map(
    Array.from(entries, ([name, entry]) => {
      const files = [...filesOf(entry)].filter((file) => file !== entry).sort();
      return [name, `${String(files.length).padStart(3, "0")} ${files.join(" ")}`];
    }),
  );
  return [...entries.keys()].sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}

const root = join(assembly, "..");

/** A file and all that it imports. */
function filesOf(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path] of readFileSync(join(root, file), "utf8").matchAll(/ from "(\.[^"]*)"/g)) {
    filesOf(join(dirname(file), `${path}.ts`), found);
  }
  return found;
}
