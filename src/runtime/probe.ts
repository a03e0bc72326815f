/** Finds out what the engine can run, by modules of a few hundred bytes before any kernel is decoded. */

import { probeBytes } from "./bytes.js";
import type { Build } from "./decode.js";
import { message } from "./kernels.js";

/** The instance of a probe, or of a whole module. */
interface Probe {
  readonly exports: { readonly isFused: () => number };
}

/** Why a build can't run here; undefined if it can. One `try` for all, since engines refuse at any of these steps. */
export function probe(build: Build): string | undefined {
  try {
    for (const bytes of probesOf(build)) {
      const reason = judge(new WebAssembly.Instance(new WebAssembly.Module(bytes)) as Probe);
      if (reason !== undefined) return reason;
    }
    return undefined;
  } catch (error) {
    return missing(build) ?? message(error);
  }
}

/** Finds out the same asynchronously, as some pages and engines demand. */
export async function probeAsync(build: Build): Promise<string | undefined> {
  try {
    for (const bytes of probesOf(build)) {
      const reason = judge((await WebAssembly.instantiate(bytes)).instance as Probe);
      if (reason !== undefined) return reason;
    }
    return undefined;
  } catch (error) {
    return missing(build) ?? message(error);
  }
}

/** Throws where there is no WebAssembly. */
export function requireWasm(): void {
  if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
}

/** The probes of what a build needs; where the engine lacks relaxed SIMD, nothing else need be tried. */
function probesOf(build: Build): Uint8Array<ArrayBuffer>[] {
  // Before anything is decoded, or read from a file.
  requireWasm();
  const builds: readonly Build[] = build === "relaxed" ? [build, "simd"] : [build];
  return builds.map(probeBytes);
}

/** Says that the engine lacks the features of a build; undefined if it refuses for another reason, as under a page's policy. */
function missing(build: Build): string | undefined {
  try {
    requireWasm();
    const feature = build === "relaxed" ? "relaxed-simd" : "SIMD";
    return WebAssembly.validate(probeBytes(build)) ? undefined : `this engine's WebAssembly has no ${feature}`;
  } catch {
    return undefined;
  }
}

/** Why an instance must not run. On processors without a fused multiply-add, engines round it twice. */
export function judge({ exports }: Probe): string | undefined {
  return exports.isFused() ? undefined : "the multiply-add is not fused";
}
