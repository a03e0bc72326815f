/** What a CommonJS module can require. */

/* eslint-disable @typescript-eslint/no-require-imports -- it is what such modules do */

import js = require("lanewise/js");
import lanewise = require("lanewise");

export const entries: (typeof lanewise)[] = [lanewise, js];
export const y: number = js.sigmoid(0.5) + lanewise.leakyRelu(1, { negativeSlope: 2 });
// The others are ES modules.
export const others = Promise.all([
  import("lanewise/bundle"),
  import("lanewise/float16"),
  import("lanewise/simd.wasm"),
]);
// @ts-expect-error: rows need an array
js.softmax(0.5);
