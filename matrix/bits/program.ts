/**
 * Hashes of what the kernels give for 4 million inputs a function: one hash a function and backend, whatever the engine. It is
 * bundled with the packed package to one file, and holds a piece of its inputs at a time.
 *
 * Inputs are spread evenly over all 2^32 bit patterns of float32: one at another place of every 1024. NaN is hashed as one pattern,
 * whatever its bits: WebAssembly leaves these to the engine.
 */

import * as lanewise from "lanewise";
import { Hash } from "../../test/support/bits/hash.js";

export type Hashes = Readonly<Record<string, string>>;
export type BackendHashes = Readonly<Record<string, Hashes>>;

/** How many inputs a function gets. */
export const COUNT = 2 ** 22;

/** Inputs of one call: as many rows of so many columns. */
const PIECE = 2 ** 16;
const COLUMNS = 64;
const ROWS = PIECE / COLUMNS;

/** The bit pattern of an input, in [1024·i, 1024·i + 1023]. */
const patternOf = (i: number) => (i << 10) | (Math.imul(i, 0x9e3779b1) >>> 22);

/** The same sign and mantissa with an exponent from 2^-19 to 2^4: logits as networks have them. */
const asLogit = (pattern: number) => (pattern & 0x807fffff) | ((108 + (((pattern >>> 23) & 255) % 24)) << 23);

/** The inputs, in the order in which a piece of rows has them. */
const layouts: Readonly<Record<string, (i: number) => number>> = {
  /** Rows of neighbours, all nearly the same. */
  near: patternOf,
  /** Rows across all patterns: huge differences, infinities, NaN. */
  far: (i) => patternOf((i % COLUMNS) * (COUNT / COLUMNS) + Math.floor(i / COLUMNS)),
  logits: (i) => asLogit(layouts.far(i)),
};

/** Calls `work` with each piece of the inputs, which is the same array every time. */
function forEachPiece(layout: (i: number) => number, work: (x: Float32Array) => void): void {
  const x = new Float32Array(PIECE);
  const words = new Uint32Array(x.buffer);
  for (let start = 0; start < COUNT; start += PIECE) {
    for (let i = 0; i < PIECE; i++) words[i] = layout(start + i);
    work(x);
  }
}

/** Numbers beside the inputs: from 0 to 1, from -2 to 2, and classes. */
const shares = new Float32Array(PIECE).map((_, i) => (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24);
const dy = shares.map((share) => 4 * share - 2);
const classes = new Int32Array(ROWS).map((_, i) => (i * 37) % COLUMNS);

/** What is called with a piece, by its name. */
type Calls = Readonly<Record<string, (x: Float32Array) => unknown>>;

const out = new Float32Array(PIECE);

function elementwiseCalls(): Calls {
  const calls = lanewise.functions.flatMap((fn) => [
    [fn.definition.name, (x: Float32Array) => fn(x, { out })],
    [`${fn.definition.name}.derivative`, (x: Float32Array) => fn.derivative(x, { out })],
  ]);
  const { sigmoidCrossEntropy, glu, geglu, reglu, swiglu } = lanewise;
  const shape = [ROWS, COLUMNS];
  return {
    ...Object.fromEntries(calls),
    sigmoidCrossEntropy: (x) => sigmoidCrossEntropy(x, shares, { reduction: "none" }),
    "sigmoidCrossEntropy.backward": (x) => sigmoidCrossEntropy.backward(x, shares, { out }),
    ...Object.fromEntries(
      Object.entries({ glu, geglu, reglu, swiglu }).map(([name, fn]) => [name, (x: Float32Array) => fn(x, { shape })]),
    ),
  };
}

function rowCalls(): Calls {
  const { logSoftmax, logSumExp, softmax, softmaxCrossEntropy, softmin, sparsemax } = lanewise;
  const shape = [ROWS, COLUMNS];
  return {
    softmax: (x) => softmax(x, { shape, out }),
    softmin: (x) => softmin(x, { shape, out }),
    logSoftmax: (x) => logSoftmax(x, { shape, out }),
    logSumExp: (x) => logSumExp(x, { shape }),
    sparsemax: (x) => sparsemax(x, { shape, out }),
    "softmax.backward": (x) => softmax.backward(softmax(x, { shape }), dy, { shape, out }),
    "logSoftmax.backward": (x) => logSoftmax.backward(logSoftmax(x, { shape }), dy, { shape, out }),
    softmaxCrossEntropy: (x) => softmaxCrossEntropy(x, classes, { shape, reduction: "none" }),
    "softmaxCrossEntropy.backward": (x) => softmaxCrossEntropy.backward(x, classes, { shape, out }),
  };
}

/** The hashes of the backend that runs now. */
function hashesOf(): Hashes {
  const hashes = new Map<string, Hash>();
  const add = (layout: string, calls: Calls, suffix = "") => {
    const keyed = Object.entries(calls).map(([name, call]) => {
      const hash = new Hash();
      hashes.set(name + suffix, hash);
      return { call, hash };
    });
    forEachPiece(layouts[layout], (x) => {
      for (const { call, hash } of keyed) hash.add(call(x));
    });
  };
  add("near", elementwiseCalls());
  for (const layout of Object.keys(layouts)) add(layout, rowCalls(), ` of ${layout} rows`);
  return Object.fromEntries(Array.from(hashes, ([key, hash]) => [key, hash.text()]));
}

/** The hashes of every backend of WebAssembly that runs here. */
export function bits(): BackendHashes {
  const names = lanewise.backends().flatMap(({ name, available }) => (available && name !== "js" ? [name] : []));
  const found: Record<string, Hashes> = {};
  for (const name of names) {
    lanewise.useBackend(name);
    found[name] = hashesOf();
    const { fallbacks } = lanewise.backends().find((info) => info.name === name)!;
    if (fallbacks) throw new Error(`${name} fell back: ${JSON.stringify(fallbacks)}`);
  }
  return found;
}
