/** Exact results by arbitrary precision: those of scripts/exact.py, which are kept, since they take minutes. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Kind, Options } from "./slice.js";

/** Points at which exact results are wanted. */
export interface ExactJob {
  readonly function: string;
  readonly kind: Kind;
  readonly parameters: Options;
  readonly points: Float64Array;
}

const scripts = new URL("../scripts/", import.meta.url);
const folder = new URL("../build/accuracy/", import.meta.url);

/** Points that one process computes at once. */
const PIECE = 1000;

/**
 * The exact results of jobs: for each point the nearest float64, then the exact result less that, in ulp.
 *
 * @param progress called with the number of points that have been computed since
 * @throws {Error} if python3 or mpmath is missing
 */
export async function exactResults(
  jobs: readonly ExactJob[],
  progress: (points: number) => void,
): Promise<Float64Array[]> {
  const hash = createHash("sha256");
  for (const file of ["golden.py", "exact.py"]) hash.update(readFileSync(new URL(file, scripts)));
  const formulas = hash.digest("hex");
  mkdirSync(folder, { recursive: true });
  const files = jobs.map(({ function: name, kind, parameters, points }) => {
    const key = createHash("sha256").update(formulas + name + kind + JSON.stringify(parameters));
    return new URL(`exact-${key.update(bytesOf(points)).digest("hex").slice(0, 24)}.bin`, folder);
  });
  const missing = jobs.map((_, i) => i).filter((i) => !existsSync(files[i]));
  jobs.forEach(({ points }, i) => missing.includes(i) || progress(points.length));
  const pieces = missing.flatMap((i) => {
    const { points, ...job } = jobs[i];
    const count = Math.ceil(points.length / PIECE);
    return Array.from({ length: count }, (_, piece) => {
      const hex = bytesOf(points.subarray(piece * PIECE, (piece + 1) * PIECE)).toString("hex");
      return { i, line: JSON.stringify({ ...job, points: hex }) };
    });
  });
  const found = new Map<number, string>();
  let next = 0;
  for await (const line of runPython(pieces.map(({ line }) => line))) {
    const { i } = pieces[next++];
    found.set(i, (found.get(i) ?? "") + line);
    progress(line.length / 32);
    if (next === pieces.length || pieces[next].i !== i) writeFileSync(files[i], Buffer.from(found.get(i)!, "hex"));
  }
  if (next < pieces.length) throw new Error("scripts/exact.py failed: is Debian's package python3-mpmath installed?");
  return files.map((file) => {
    const bytes = readFileSync(file);
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  });
}

async function* runPython(lines: readonly string[]): AsyncGenerator<string> {
  if (lines.length === 0) return;
  const child = spawn("python3", [fileURLToPath(new URL("exact.py", scripts))], { stdio: ["pipe", "pipe", "inherit"] });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  yield* createInterface({ input: child.stdout });
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
