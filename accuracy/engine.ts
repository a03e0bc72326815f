/** Node 20 has relaxed SIMD, but keeps it behind a flag, which must be set before the first call of lanewise. */

import { setFlagsFromString } from "node:v8";

if (parseInt(process.versions.node) < 21) setFlagsFromString("--experimental-wasm-relaxed-simd");
