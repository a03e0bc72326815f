/** The bytes of the embedded modules. In Node they are read from a file instead (scripts/build/dist.ts). */

import { relaxed, simd } from "../generated/probes.js";
import { type Build, decode } from "./decode.js";
import type { ModuleText } from "./modules.js";

/** The bytes of a build of a module. */
export function moduleBytes(module: ModuleText, build: Build): Uint8Array<ArrayBuffer> {
  return decode(module.text, build);
}

/** The bytes of the probe of a build. */
export function probeBytes(build: Build): Uint8Array<ArrayBuffer> {
  return decode(build === "simd" ? simd : relaxed, build);
}
