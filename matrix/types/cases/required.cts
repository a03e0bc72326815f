/** What a CommonJS module can require. */

/* eslint-disable @typescript-eslint/no-require-imports -- it is what such modules do */

import js = require("lanewise/js");
import lanewise = require("lanewise");
import sampling = require("lanewise/sampling");

export const entries: (typeof lanewise)[] = [lanewise, js];
export const y: number = js.sigmoid(0.5) + lanewise.leakyRelu(1, { negativeSlope: 2 });
export const token: number = sampling
  .createSampler([sampling.topK(40)], { seed: 1 })
  .next(lanewise.tanh(new Float32Array(4)));
// The others are ES modules.
export const others = Promise.all([
  import("lanewise/bundle"),
  import("lanewise/float16"),
  import("lanewise/transformers"),
  import("lanewise/simd.wasm"),
]);
// Filters of the CommonJS module are those of the other.
export const processor = import("lanewise/transformers").then(({ logitsProcessor }) =>
  logitsProcessor([sampling.topP(0.9)]),
);
// @ts-expect-error: rows need an array
js.softmax(0.5);
