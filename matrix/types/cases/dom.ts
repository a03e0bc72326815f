/** What is typed by the DOM's types, which have WebAssembly's. */

import { ready } from "lanewise";

// @ts-expect-error: a path is no module
ready("simd.wasm");
