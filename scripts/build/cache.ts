/** The cache of the build: files by a hash of all that they are made of. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}build/cache/`;
const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  devDependencies: Record<string, string>;
};

/** Takes a file from the cache, or makes it. */
export async function cached(from: readonly string[], make: () => Promise<Uint8Array>): Promise<Buffer> {
  const file = folder + createHash("sha256").update(JSON.stringify(from)).digest("hex").slice(0, 32);
  if (existsSync(file)) return readFileSync(file);
  const bytes = await make();
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
  return Buffer.from(bytes);
}

/** The name and version of a package that makes files. */
export function packageVersion(name: string): string {
  return `${name} ${devDependencies[name]}`;
}
