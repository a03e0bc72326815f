/** Makes the site, and serves it from a folder below the server's root, as a host of many pages does. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { preview } from "vite";
import type { TestProject } from "vitest/node";
import { makeSite } from "../../site/build/make.js";

const FOLDER = "some/where";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the site's root, with a slash at its end. */
    readonly site: string;
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await makeSite();
  const outDir = mkdtempSync(join(tmpdir(), "lanewise-site-"));
  cpSync(fileURLToPath(new URL("../../site/dist", import.meta.url)), join(outDir, FOLDER), { recursive: true });
  const server = await preview({ configFile: false, root: outDir, build: { outDir }, logLevel: "error" });
  provide("site", `${server.resolvedUrls!.local[0]}${FOLDER}/`);
  return async () => {
    await server.close();
    rmSync(outDir, { recursive: true });
  };
}
