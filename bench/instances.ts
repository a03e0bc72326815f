/**
 * Instances of lanewise that share nothing. V8 learns for each function what it is called with, also for those inside lanewise that
 * all calls go through: so each program that is measured has an instance of its own.
 */

import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { BackendName } from "lanewise";
import { pathOf } from "./paths.js";

export type Lanewise = typeof import("lanewise");

const require = createRequire(import.meta.url);
let folder: string | undefined;
let count = 0;

/** A new instance, which runs on a backend. Its module reads the files of kernels that lie beside it. */
export function createInstance(backend: BackendName): Lanewise {
  const dist = pathOf("dist");
  folder ??= mkdtempSync(join(tmpdir(), "lanewise-"));
  const copy = mkdtempSync(join(folder, `${count++}-`));
  for (const name of readdirSync(dist)) {
    if (name.endsWith(".cjs")) copyFileSync(join(dist, name), join(copy, name));
  }
  symlinkSync(join(dist, "module"), join(copy, "module"));
  const lanewise = require(join(copy, "node.cjs")) as Lanewise;
  lanewise.useBackend(backend);
  return lanewise;
}

let collect: (() => void) | undefined;

/**
 * Has the instances that nothing refers to any more collected, with their memory: V8 reserves gigabytes of addresses for
 * each, and takes slower checks instead where it gets no more of them.
 */
export function collectInstances(): void {
  for (const path of Object.keys(require.cache)) {
    if (folder !== undefined && path.startsWith(folder)) Reflect.deleteProperty(require.cache, path);
  }
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

/** Removes the files of all instances, none of which may be asked for a function that it hasn't called yet. */
export function removeInstances(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
}
