import { describe, expect, it } from "vitest";
import { attentionSoftmax, type AttentionSoftmaxOptions, type FloatArray } from "../src/index.js";
import { describeArrays, type FloatArrayType, randomArray } from "./support/backends.js";
import { type Attention, attentions, UNSAID } from "./support/onnxAttention.js";
import { sizeOf } from "./support/rows.js";

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

/** Whether a query of a batch sees a key, whatever attn_mask says: the cache comes before its own keys, of which padding is none. */
function isSeen(attention: Attention, batch: number, query: number, key: number): boolean {
  const { past, queries, valid, window } = attention;
  if (valid !== undefined && key >= valid[batch]) return false;
  if (!attention.isCausal && window === undefined) return true;
  const place = query + (past === 0 && valid !== undefined ? valid[batch] - queries : past);
  return key <= place && place - key < (window ?? Infinity);
}

/** Whether `causal` says which keys queries see, from the last or from the first: as the options of others, by a mask. */
function isSaidByCausal({ isCausal, keys, past, queries, valid, window }: Attention): boolean {
  return isCausal && valid === undefined && window === undefined && (past === 0 || keys === queries);
}

/** The inputs of a test, of our own generator, and what the operator's definition gives. */
function compute(attention: Attention, type: FloatArrayType) {
  const { batch: batches, heads, isHalf, is3d, queries, size, softcap, valueSize } = attention;
  const [queryHeads, keyHeads] = heads;
  const keys = attention.past + attention.keys;
  const scale = attention.scale ?? 1 / Math.sqrt(size);
  const random = (length: number, seed: number) => {
    const values = randomArray(type, length, 0, 1, seed);
    // Half precision has 11 bits.
    return isHalf ? (values.map((value) => Math.round(value * 1024) / 1024) as FloatArray) : values;
  };
  const q = random(batches * queryHeads * queries * size, 1);
  const k = random(batches * keyHeads * keys * size, 2);
  const v = random(batches * keyHeads * keys * valueSize, 3);
  /** Where the numbers of a head of a batch and of an element of its sequence begin; a cache is of four axes in any case. */
  const startOf = (batch: number, head: number, element: number, count: number, length: number, width: number) =>
    width * (is3d ? (batch * length + element) * count + head : (batch * count + head) * length + element);
  let bias: FloatArray | undefined;
  const biasShape = attention.bias && [...attention.bias.slice(0, -1), keys];
  if (attention.bias !== undefined) {
    const columns = Math.min(attention.bias.at(-1)!, attention.biasMasksFrom);
    bias = random(sizeOf(biasShape!), 4);
    bias.forEach((_, i) => i % keys >= columns && (bias![i] = -Infinity));
  }
  const mask =
    attention.mask &&
    Uint8Array.from(attention.bytes ?? randomArray(type, sizeOf(attention.mask), -1, 1, 5).map(Math.ceil));
  const shape = [batches, queryHeads, queries, keys];
  const scores = new type(sizeOf(shape));
  const probabilities: number[] = [];
  for (let row = 0; row < batches * queryHeads * queries; row++) {
    const [head, query] = [Math.floor(row / queries), row % queries];
    const [batch, place] = [Math.floor(head / queryHeads), head % queryHeads];
    const keyHead = Math.floor(place / (queryHeads / keyHeads));
    const sums = Array.from({ length: keys }, (_, key) => {
      const from = startOf(batch, place, query, queryHeads, queries, size);
      const product = dot(q, from, k, startOf(batch, keyHead, key, keyHeads, keys, size), size);
      scores[row * keys + key] = product;
      const at = [batch, place, query, key];
      if (!isSeen(attention, batch, query, key)) return -Infinity;
      if (mask && broadcast(mask, attention.mask!, at) === 0) return -Infinity;
      const capped = softcap === undefined ? product * scale : softcap * Math.tanh((product * scale) / softcap);
      return bias ? capped + broadcast(bias, biasShape!, at) : capped;
    });
    const max = Math.max(...sums);
    const terms = sums.map((sum) => (max === -Infinity ? 0 : Math.exp(sum - max)));
    const total = terms.reduce((a, b) => a + b, 0) || 1;
    probabilities.push(...terms.map((term) => term / total));
  }
  /** The operator's Y for these probabilities. */
  const product = (weights: ArrayLike<number>) => {
    const result = new Float64Array((weights.length / keys) * valueSize);
    for (let i = 0; i < result.length; i++) {
      const row = Math.floor(i / valueSize);
      const head = Math.floor(row / queries);
      const keyHead = Math.floor((head % queryHeads) / (queryHeads / keyHeads));
      for (let key = 0; key < keys; key++) {
        const from = startOf(Math.floor(head / queryHeads), keyHead, key, keyHeads, keys, valueSize);
        result[i] += weights[row * keys + key] * v[from + (i % valueSize)];
      }
    }
    return result;
  };
  return { scores, shape, scale, bias, biasShape, mask, probabilities, product };
}

/** How lanewise says a test: the options, and their names as the table below has them. */
function optionsOf(attention: Attention, inputs: ReturnType<typeof compute>): AttentionSoftmaxOptions {
  const { scale, shape, bias, biasShape, mask } = inputs;
  const [batches, , queries, keys] = shape;
  const options: Record<string, unknown> = { shape, scale };
  if (attention.softcap !== undefined) options.softcap = attention.softcap;
  if (bias !== undefined) Object.assign(options, { bias, biasShape });
  if (mask !== undefined) Object.assign(options, { mask, maskShape: attention.mask });
  // Without a cache ONNX counts the keys from the first, with one up to the last.
  if (isSaidByCausal(attention)) options.causal = attention.past > 0 ? true : "upper-left";
  else if (attention.isCausal || attention.window !== undefined || attention.valid !== undefined) {
    const bytes = Uint8Array.from({ length: batches * queries * keys }, (_, i) => {
      const place = [Math.floor(i / keys / queries), 0, Math.floor(i / keys) % queries, i % keys];
      const isValid = mask === undefined || broadcast(mask, attention.mask!, place) > 0;
      return isValid && isSeen(attention, place[0], place[2], place[3]) ? 1 : 0;
    });
    if ((attention.mask?.at(-3) ?? 1) > 1) throw new Error("this test knows of no such mask of heads");
    Object.assign(options, { mask: bytes, maskShape: [batches, 1, queries, keys] });
  }
  return options;
}

describeArrays("ONNX's Attention", (type) => {
  const epsilon = type === Float32Array ? 2 ** -23 : 2 ** -52;

  it.each(attentions)("%s", (name, attention) => {
    const inputs = compute(attention, type);
    const y = attentionSoftmax(inputs.scores, optionsOf(attention, inputs));
    // The output of qk_matmul_output_mode 3, of which Y is the product with V.
    const worst = Math.max(...inputs.probabilities.map((value, i) => Math.abs(y[i] - value)));
    expect(worst, name).toBeLessThan(20 * epsilon);
    // What is masked weighs nothing at all, whatever its value is.
    expect(Array.from(y, (value) => value === 0)).toEqual(inputs.probabilities.map((value) => value === 0));
    const wanted = inputs.product(inputs.probabilities);
    const worstProduct = Math.max(...inputs.product(y).map((value, i) => Math.abs(value - wanted[i])));
    expect(worstProduct, name).toBeLessThan(20 * epsilon);
  });
});

describe("The tests of ONNX's Attention", () => {
  const named = (matches: (attention: Attention, name: string) => unknown) =>
    attentions.filter(([name, attention]) => matches(attention, name)).map(([name]) => name);
  const saidBy = (option: string) =>
    named((attention) => option in optionsOf(attention, compute(attention, Float32Array)));

  it("are all here by different names", () => {
    expect(new Set(attentions.map(([name]) => name)).size).toBe(attentions.length);
    // By their names alone, against mistakes in the table.
    const kinds: [RegExp, (attention: Attention) => unknown][] = [
      [/^test_attention_3d/, ({ is3d }) => is3d],
      [/gqa/, ({ heads: [queries, keys] }) => queries > keys],
      [/diff_heads/, ({ valueSize, size }) => valueSize !== size],
      [/scaled/, ({ scale }) => scale !== undefined],
      [/softcap/, ({ softcap }) => softcap !== undefined],
      [/causal/, ({ isCausal }) => isCausal],
      [/with_past/, ({ past }) => past > 0],
      [/qk_matmul/, ({ mode }) => mode !== undefined],
      [/fp16|softmax_precision/, ({ isHalf }) => isHalf],
      [/nonpad|padded|ext_cache/, ({ valid }) => valid !== undefined],
      [/local_window(?!_default)/, ({ window }) => window !== undefined],
    ];
    for (const [pattern, holds] of kinds) {
      expect(named(holds), String(pattern)).toEqual(named((_, name) => pattern.test(name)));
    }
  });

  it("are said by these options, each of as many", () => {
    const options = ["scale", "softcap", "bias", "mask", "causal"];
    expect(Object.fromEntries(options.map((option) => [option, saidBy(option).length]))).toEqual({
      ...{ scale: attentions.length, softcap: 10, bias: 36, mask: 21, causal: 10 },
    });
    // What softmax itself has no option for, less what a mask says.
    const beyond = new Set([...saidBy("bias"), ...saidBy("softcap")]);
    const offset = named(({ isCausal, past, valid }) => isCausal && (past > 0 || valid !== undefined));
    expect({
      all: attentions.length,
      of3d: named(({ is3d }) => is3d).length,
      windows: named(({ window }) => window !== undefined).length,
      biasOrSoftcap: beyond.size,
      orOffset: new Set([...beyond, ...offset]).size,
    }).toEqual({ all: 82, of3d: 24, windows: 5, biasOrSoftcap: 42, orOffset: 49 });
  });

  it("ask for outputs that it doesn't give, for these reasons", () => {
    const asked = ([0, 1, 2, 3] as const).map((mode) => named((attention) => attention.mode === mode).length);
    expect(asked).toEqual([3, 2, 7, 5]);
    expect(Object.keys(UNSAID)).toEqual(["0", "1", "2"]);
  });
});
