/** The command line of dist/, run in a folder of the test file's own. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";

/** The project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
/** The program. */
export const cli = join(root, "dist/cli.js");
/** Where it runs; it is removed in the end. */
export const folder = mkdtempSync(join(tmpdir(), "lanewise-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment of a command that shows no colours. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !["FORCE_COLOR", "NO_COLOR", "LANEWISE_BACKEND"].includes(name)),
);

/** Runs the command line in the folder. */
export function run(
  args: readonly string[],
  { input, env = {} }: { input?: Uint8Array; env?: Record<string, string> } = {},
) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    input: input ?? new Uint8Array(0),
    env: { ...environment, COLUMNS: "80", ...env },
    maxBuffer: 2 ** 28,
  });
  return { bytes: stdout, out: stdout.toString(), err: stderr.toString(), status };
}

/** The path of a file in the folder. */
export const fileOf = (name: string) => join(folder, name);
/** The bytes of a file in the folder. */
export const read = (name: string) => readFileSync(fileOf(name));

/** Runs a command that must succeed and say nothing on standard error. */
export function succeed(args: readonly string[], options?: Parameters<typeof run>[1]) {
  const result = run(args, options);
  expect(result.err).toBe("");
  expect(result.status).toBe(0);
  return result;
}

/** A .npy file. */
export function npy(
  descr: string,
  shape: readonly number[],
  data: ArrayBufferView,
  { version = 1, fortran = false } = {},
): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }\n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]);
  return Buffer.concat([start, length, Buffer.from(text), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** The shape of `x`. */
export const shape = [3, 4, 6];
/** What is in x.npy, once `writeInput` has run. */
export const x = Float32Array.from({ length: 72 }, (_, i) => 5 * Math.sin(i * i));

/** Writes x.npy. */
export function writeInput(): void {
  writeFileSync(fileOf("x.npy"), npy("<f4", shape, x));
}
