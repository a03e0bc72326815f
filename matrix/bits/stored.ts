/** The stored hashes, and what is another. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Outcome } from "../cell.js";
import type { Backend } from "../probe/check.js";
import { type BackendHashes, COUNT, type Hashes } from "./program.js";

const file = new URL("bits.json", import.meta.url);
const stored: Record<string, Hashes> = existsSync(file)
  ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Hashes>)
  : {};

/** The backends whose hashes have been stored by this run: what the first engine gives is held against all others. */
const updated = new Set<string>();

/** At most so many functions are named. */
const MOST_NAMED = 8;

/**
 * The outcomes of an engine's hashes, one a backend.
 *
 * @param expected the backends that it must have
 */
export function compare(
  found: BackendHashes,
  expected: readonly Backend[],
  version: string,
  update: boolean,
): readonly Outcome[] {
  return [...new Set([...expected, ...Object.keys(found)])].map((name) => {
    const outcome = { part: name, version, backend: name };
    const hashes = found[name];
    if (hashes === undefined) return { ...outcome, failed: "this backend doesn't run here" };
    if (update && !updated.has(name)) {
      stored[name] = hashes;
      updated.add(name);
      writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`);
    }
    const wanted = stored[name] ?? {};
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(hashes)])];
    const others = keys.filter((key) => wanted[key] !== hashes[key]);
    if (others.length > 0) {
      const names = others.slice(0, MOST_NAMED).join(", ");
      return { ...outcome, failed: `${others.length} of ${keys.length} hashes are others than those stored: ${names}` };
    }
    return { ...outcome, note: `${keys.length} hashes, each of ${COUNT.toLocaleString("en")} inputs` };
  });
}
