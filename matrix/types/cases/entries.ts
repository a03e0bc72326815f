/** The entries that both a page and Node have, imported by an ES module. */

import * as lanewise from "lanewise";
import * as bundle from "lanewise/bundle";
import * as js from "lanewise/js";
import relaxed from "lanewise/relaxed.wasm";
import simd from "lanewise/simd.wasm";

export const entries: (typeof lanewise)[] = [lanewise, bundle, js];
export const y: number = js.sigmoid(0.5) + bundle.leakyRelu(1, { negativeSlope: 2 });
export const names: Promise<lanewise.BackendName>[] = [lanewise.ready(simd), lanewise.ready(relaxed)];
// @ts-expect-error: rows need an array
js.softmax(0.5);
