/**
 * Where the constants and the working memory of each module lie: in a slot of their own, so that all modules can share one
 * memory. A slot has slack, so that a module that grows a little moves no other. The table is assembly/slots.json.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { compile, CompileError } from "./compile.js";
import { assembly } from "./modules.js";

/** The first byte of a slot, and the first behind it. */
export type Slot = readonly [start: number, end: number];

const file = `${assembly}slots.json`;

/** Slots begin at multiples of this, so that no constant crosses a cache line that need not. */
const ALIGNMENT = 64;

/** The first byte that a slot may have: before it lie the parameters (assembly/layout.ts). */
const FIRST = 128;

/** How much larger a slot is made than its module needs. */
const SLACK = 1.5;

/** A limit that every module passes, so that asc tells how much memory it needs. */
const NO_MEMORY = 1;

/**
 * The slots of all modules. A module that has none, or is named in `reassigned`, gets one behind all others.
 *
 * @param entries the path of the program of each module
 */
export async function slotsOf(
  entries: ReadonlyMap<string, string>,
  reassigned: readonly string[],
): Promise<ReadonlyMap<string, Slot>> {
  const stored: Record<string, Slot> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const slots = new Map(Object.entries(stored).filter(([name]) => entries.has(name) && !reassigned.includes(name)));
  for (const [name, entry] of entries) {
    if (slots.has(name)) continue;
    const start = Math.max(FIRST, ...Array.from(slots.values(), ([, end]) => end));
    const bytes = await bytesOf(entry);
    slots.set(name, [start, start + Math.ceil((bytes * SLACK) / ALIGNMENT) * ALIGNMENT]);
  }
  checkApart(slots);
  const byName = [...slots].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = byName.map(([name, slot]) => `  ${JSON.stringify(name)}: ${JSON.stringify(slot).replace(",", ", ")}`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
  return new Map(byName);
}

/** asc's options that put a module into its slot, and refuse one that doesn't fit. */
export function slotOptions([start, end]: Slot): string[] {
  return ["--memoryBase", String(start), "--lowMemoryLimit", String(end)];
}

/** The advice for a module that asc refused because it is larger than its slot; undefined of another error. */
export function slotAdvice(name: string, error: unknown): string | undefined {
  if (!(error instanceof CompileError) || !error.output.includes("AS104")) return undefined;
  return `assembly/slots.json: ${name} has outgrown its slot; npm run build -- --reassign ${name} gives it another`;
}

function checkApart(slots: ReadonlyMap<string, Slot>): void {
  const ordered = [...slots].sort(([, [a]], [, [b]]) => a - b);
  let free = FIRST;
  let before = "the parameters";
  for (const [name, [start, end]] of ordered) {
    if (start < free) throw new Error(`assembly/slots.json: ${name} overlaps ${before}`);
    if (start % ALIGNMENT !== 0) throw new Error(`assembly/slots.json: ${name} is not aligned to ${ALIGNMENT}`);
    [free, before] = [end, name];
  }
}

/** Bytes of memory that a module needs for itself. */
async function bytesOf(entry: string): Promise<number> {
  try {
    await compile(entry, "kernels", ["--memoryBase", String(FIRST), "--lowMemoryLimit", String(NO_MEMORY)]);
  } catch (error) {
    const bytes = error instanceof CompileError ? /AS104: .*: (\d+) > /.exec(error.output)?.[1] : undefined;
    if (bytes !== undefined) return Number(bytes) - FIRST;
    throw error;
  }
  return 0;
}
