import { expect, it } from "vitest";
import { attentionSoftmax, type AttentionSoftmaxOptions, type FloatArray } from "../src/index.js";
import { describeArrays, randomArray } from "./support/backends.js";
import { sizeOf } from "./support/rows.js";

/**
 * ONNX's Attention (https://onnx.ai/onnx/operators/onnx__Attention.html), by its definition, whose node tests have these shapes and
 * attributes: softmax(softcap(scale·Q·Kᵀ) + mask)·V. Keys of a cache come before the others; queries of a group share keys.
 */
interface Case {
  readonly title: string;
  /** The heads of queries, and those of keys and values. */
  readonly heads?: readonly [number, number];
  /** The length of a value; a query and a key have 8. */
  readonly valueSize?: number;
  /** The keys of the cache. */
  readonly past?: number;
  /** Whether queries, keys and values are [batch, sequence, heads · size], not [batch, heads, sequence, size]. */
  readonly is3d?: boolean;
  /** How many keys of each batch there are (nonpad_kv_seqlen): the others are padding. */
  readonly valid?: readonly number[];
  /** Whether the numbers given are those of half precision. */
  readonly isHalf?: boolean;
  /** Whether every third element of the bias is -Infinity. */
  readonly masksByBias?: boolean;
  readonly scale?: number;
  readonly softcap?: number;
  readonly isCausal?: boolean;
  /** The shape of attn_mask, of numbers or of booleans. */
  readonly bias?: readonly number[];
  readonly mask?: readonly number[];
}

const [BATCH, QUERIES, KEYS, SIZE] = [2, 4, 6, 8];

const attributes: readonly Omit<Case, "title">[] = [
  {},
  { scale: 1e-2 },
  { isCausal: true },
  { softcap: 2 },
  { softcap: 3 },
  { bias: [QUERIES, KEYS] },
  { bias: [BATCH, 1, QUERIES, KEYS] },
  { bias: [BATCH, 1, QUERIES, KEYS], isCausal: true },
  { bias: [3, QUERIES, KEYS] },
  { bias: [BATCH, 3, QUERIES, KEYS] },
  { bias: [BATCH, 3, QUERIES, KEYS], isCausal: true },
  { bias: [1, QUERIES, KEYS] },
  { bias: [BATCH, 1, 1, KEYS], softcap: 3, scale: 0.25 },
  { bias: [QUERIES, KEYS], softcap: 0.5, masksByBias: true },
  { bias: [QUERIES, KEYS], masksByBias: true, isCausal: true },
  { mask: [QUERIES, KEYS] },
  { mask: [QUERIES, KEYS], isCausal: true },
  { mask: [BATCH, 1, 1, KEYS], softcap: 2 },
  { mask: [1, QUERIES, KEYS], bias: [BATCH, 1, QUERIES, KEYS] },
  { valid: [3, 6] },
  { valid: [5, 4], bias: [QUERIES, KEYS] },
  { valid: [5, 6], isCausal: true },
  { valid: [3, 6], isCausal: true, softcap: 2 },
  { isHalf: true },
  { isHalf: true, past: 12, bias: [QUERIES, KEYS + 12] },
  { mask: [BATCH, 3, QUERIES, KEYS] },
  { bias: [QUERIES, KEYS], softcap: 2 },
  { past: 12, bias: [QUERIES, KEYS + 12] },
  { past: 12, bias: [BATCH, 1, QUERIES, KEYS + 12] },
  { past: 12, bias: [BATCH, 3, QUERIES, KEYS + 12], isCausal: true },
  { past: 2, isCausal: true },
  { past: 2, isCausal: true, softcap: 2, scale: 0.5 },
];

const cases: readonly Case[] = attributes.flatMap((settings) => {
  const variants: Omit<Case, "title">[] = [settings, { ...settings, valueSize: 10 }];
  // A mask with an axis of heads has as many as there are queries' heads.
  const hasHeads = [settings.bias, settings.mask].some((shape) => shape?.at(-3) === 3);
  if (!hasHeads) variants.push({ ...settings, heads: [9, 3] });
  // A cache is of four axes also where the others are of three.
  if (settings.past === undefined) variants.push(...variants.map((variant) => ({ ...variant, is3d: true })));
  return variants.map((variant) => ({ title: JSON.stringify(variant), ...variant }));
});

/** The sum of products of two rows, in float64. */
function dot(a: FloatArray, at: number, b: FloatArray, from: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[at + i] * b[from + i];
  return sum;
}

/** The element of an array of `shape`, broadcast to [batch, heads, queries, keys]. */
function broadcast(values: ArrayLike<number>, shape: readonly number[], place: readonly number[]): number {
  let index = 0;
  shape.forEach((size, i) => (index = index * size + (size === 1 ? 0 : place[place.length - shape.length + i])));
  return values[index];
}

describeArrays("ONNX's Attention", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it.each(cases)("$title", ({ heads: [heads, keyHeads] = [3, 3], valueSize = SIZE, past = 0, ...attribute }) => {
    const { softcap, isCausal = false, is3d = false, isHalf = false, valid } = attribute;
    const scale = attribute.scale ?? 1 / Math.sqrt(SIZE);
    const keys = past + KEYS;
    const random = (length: number, seed: number) => {
      const values = randomArray(type, length, 0, 1, seed);
      // Half precision has 11 bits.
      return isHalf ? (values.map((value) => Math.round(value * 1024) / 1024) as FloatArray) : values;
    };
    const q = random(BATCH * heads * QUERIES * SIZE, 1);
    const k = random(BATCH * keyHeads * keys * SIZE, 2);
    const v = random(BATCH * keyHeads * keys * valueSize, 3);
    /** Where the numbers of a head of a batch and of an element of its sequence begin. */
    const startOf = (batch: number, head: number, element: number, count: number, length: number, size: number) =>
      size * (is3d ? (batch * length + element) * count + head : (batch * count + head) * length + element);
    const bias = attribute.bias && random(sizeOf(attribute.bias), 4);
    if (attribute.masksByBias) bias!.forEach((_, i) => i % 3 === 1 && (bias![i] = -Infinity));
    const mask =
      attribute.mask && Uint8Array.from(randomArray(type, sizeOf(attribute.mask), 0, 1, 5), (r) => (r < 0.5 ? 0 : 1));
    /** Up to which key a query sees them: those of a cache come before its own, of which the padding is none. */
    const lastKey = (batch: number, query: number) =>
      isCausal ? query + (valid === undefined ? past : valid[batch] - QUERIES) : keys - 1;

    const placeOfValue = (batch: number, keyHead: number) => (key: number) =>
      startOf(batch, keyHead, key, keyHeads, keys, valueSize);
    /** The sum of the values of all keys, by their weights. */
    const weighted = (
      weights: ArrayLike<number>,
      at: number,
      values: FloatArray,
      placeOf: (key: number) => number,
      i: number,
    ) => {
      let sum = 0;
      for (let key = 0; key < keys; key++) sum += weights[at + key] * values[placeOf(key) + i];
      return sum;
    };
    const shape = [BATCH, heads, QUERIES, keys];
    const scores = new type(sizeOf(shape));
    const wanted: number[] = [];
    for (let head = 0; head < BATCH * heads; head++) {
      const batch = Math.floor(head / heads);
      const keyHead = Math.floor((head % heads) / (heads / keyHeads));
      for (let query = 0; query < QUERIES; query++) {
        const row = head * QUERIES + query;
        const sums = Array.from({ length: keys }, (_, key) => {
          const from = startOf(batch, head % heads, query, heads, QUERIES, SIZE);
          const product = dot(q, from, k, startOf(batch, keyHead, key, keyHeads, keys, SIZE), SIZE);
          scores[row * keys + key] = product;
          const place = [batch, head % heads, query, key];
          if (key > lastKey(batch, query) || (valid !== undefined && key >= valid[batch])) return -Infinity;
          if (mask && broadcast(mask, attribute.mask!, place) === 0) return -Infinity;
          const capped = softcap === undefined ? product * scale : softcap * Math.tanh((product * scale) / softcap);
          return bias ? capped + broadcast(bias, attribute.bias!, place) : capped;
        });
        const max = Math.max(...sums);
        const terms = sums.map((sum) => (max === -Infinity ? 0 : Math.exp(sum - max)));
        const total = terms.reduce((a, b) => a + b, 0) || 1;
        for (let i = 0; i < valueSize; i++) wanted.push(weighted(terms, 0, v, placeOfValue(batch, keyHead), i) / total);
      }
    }

    const options: AttentionSoftmaxOptions = {
      ...{ shape, scale, softcap, bias, mask },
      ...(attribute.bias && { biasShape: attribute.bias }),
      ...(attribute.mask && { maskShape: attribute.mask }),
      // Without a cache ONNX counts the keys from the first, with one up to the last.
      causal: isCausal && (past > 0 ? true : "upper-left"),
    };
    // The others are said by a mask: with padding, and after a cache beside which there are other keys than those of the queries.
    if (valid !== undefined || (isCausal && past > 0 && past + QUERIES !== keys)) {
      if (mask !== undefined) throw new Error("this test knows of no mask beside the cache or padding");
      const bytes = Array.from({ length: BATCH * QUERIES * keys }, (_, i) => {
        const [batch, query, key] = [Math.floor(i / keys / QUERIES), Math.floor(i / keys) % QUERIES, i % keys];
        return key <= lastKey(batch, query) && (valid === undefined || key < valid[batch]) ? 1 : 0;
      });
      Object.assign(options, { causal: false, mask: Uint8Array.from(bytes), maskShape: [BATCH, 1, QUERIES, keys] });
    }
    const y = attentionSoftmax(scores, options);
    let worst = 0;
    for (let row = 0; row < BATCH * heads * QUERIES; row++) {
      const head = Math.floor(row / QUERIES);
      const keyHead = Math.floor((head % heads) / (heads / keyHeads));
      const placeOf = placeOfValue(Math.floor(head / heads), keyHead);
      for (let i = 0; i < valueSize; i++) {
        worst = Math.max(worst, Math.abs(weighted(y, row * keys, v, placeOf, i) - wanted[row * valueSize + i]));
      }
    }
    expect(worst).toBeLessThan(20 * epsilon);
  });
});
