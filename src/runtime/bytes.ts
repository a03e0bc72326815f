/** The bytes of the modules, and of the probes. */

import { relaxed, simd } from "../generated/probes.js";
import { type Build, decode } from "./decode.js";
import type { ModuleText } from "./modules.js";
import { textOf } from "./text.js";

/** The bytes of a build of a module. */
export function moduleBytes(module: ModuleText, build: Build): Uint8Array<ArrayBuffer> {
  return decode(textOf(module), build);
}

/** The bytes of the probe of a build. */
export function probeBytes(build: Build): Uint8Array<ArrayBuffer> {
  return decode(build === "simd" ? simd : relaxed, build);
}
