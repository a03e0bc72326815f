/**
 * A hash of everything that a backend gives for a fixed set of inputs: whoever moves code compares it before and after.
 *
 * It calls the public functions alone, so that it outlives any change of what is behind them.
 */

import type * as lanewise from "../../src/index.js";
import plan from "../golden/plan.json" with { type: "json" };

type Lanewise = typeof lanewise;
type FloatArray = lanewise.FloatArray;
type FloatArrayType = Float32ArrayConstructor | Float64ArrayConstructor;
type Options = Record<string, unknown>;
/** A function or a member of one, called with whatever it takes. */
type Call = (...args: unknown[]) => unknown;

/** By the name of a function, of what is called of it, and of the type: "sigmoid.derivative f32". */
export type Hashes = Record<string, string>;

/** Lengths around every block, copying loop and cut-off for few elements, and two beyond a chunk. */
const LENGTHS = [...Array.from({ length: 71 }, (_, i) => i), 256, 257, 4097, 100_003];

/** Floats that end a domain, or are rounded, flushed or compared in an unusual way. */
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  3,
  -3,
  6,
  NaN,
  Infinity,
  -Infinity,
  1e-45,
  -1e-45,
  1.1754943508222875e-38,
  -1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  5e-324,
  1.7976931348623157e308,
  88.7228394,
  -87.3365479,
  -103.972084,
  709.782712893384,
  -745.1332191019411,
];

/** Two sums of 32 bits over words, mixed at every step (the finalizer's steps of MurmurHash3, whose constants these are). */
class Hash {
  #first = 0x9e3779b9;
  #second = 0x85ebca6b;

  word(word: number): void {
    this.#first = Math.imul(this.#first ^ word, 0x85ebca6b);
    this.#first ^= this.#first >>> 13;
    this.#second = Math.imul(this.#second ^ (word + 0x7f4a7c15), 0xc2b2ae35);
    this.#second ^= this.#second >>> 16;
  }

  /** The length, the type and the bits of a result, in which every NaN is the same: engines choose the bits of some. */
  add(result: unknown): void {
    if (typeof result === "number") return this.add(Float64Array.of(result));
    if (!ArrayBuffer.isView(result)) throw new TypeError(`no result: ${String(result)}`);
    const array = result as Float32Array;
    this.word(array.length);
    this.word(array.BYTES_PER_ELEMENT);
    if (array instanceof Float32Array || (array as unknown) instanceof Float64Array) {
      const same = array.map((x) => (Number.isNaN(x) ? NaN : x));
      const nan = new Uint32Array(
        array instanceof Float32Array ? Float32Array.of(NaN).buffer : Float64Array.of(NaN).buffer,
      );
      const words = new Uint32Array(same.buffer, same.byteOffset, same.byteLength / 4);
      const perElement = nan.length;
      for (let i = 0; i < same.length; i++) {
        const isNaN = Number.isNaN(same[i]);
        for (let j = 0; j < perElement; j++) this.word(isNaN ? nan[j] & 0x7fffffff : words[i * perElement + j]);
      }
    } else {
      for (let i = 0; i < array.length; i++) this.word(array[i]);
    }
  }

  text(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.#first) + hex(this.#second);
  }
}

/** 32 random bits at each call (a linear congruential generator). */
function randomBits(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

/** Even over [low, high). */
function even(type: FloatArrayType, length: number, low: number, high: number, seed: number): FloatArray {
  const bits = randomBits(seed);
  return new type(length).map(() => low + ((high - low) * bits()) / 2 ** 32);
}

/** A third of all bit patterns at a fixed stride, a third even over an interval, a third special or near 0. */
function everyKind(type: FloatArrayType, length: number): FloatArray {
  const bits = randomBits(length + 1);
  const view = new DataView(new ArrayBuffer(8));
  const stride = 0x9e3779b1;
  return new type(length).map((_, i) => {
    if (i % 3 === 0) {
      view.setUint32(0, Math.imul(i, stride));
      view.setUint32(4, bits());
      return type === Float32Array ? view.getFloat32(0) : view.getFloat64(0);
    }
    if (i % 3 === 1) return -30 + (60 * bits()) / 2 ** 32;
    const special = SPECIAL[bits() % SPECIAL.length];
    return i % 2 === 0 ? special : ((bits() - 2 ** 31) / 2 ** 31) * 4;
  });
}

/** Logits of every kind that rows meet: ordinary, far apart, infinite, equal, NaN. */
function logits(type: FloatArrayType, length: number, spread: number, seed: number): FloatArray {
  const x = even(type, length, -spread, spread, seed);
  const bits = randomBits(seed + 77);
  for (let i = 0; i + 50 < length; i += 40 + (bits() % 50)) {
    const kind = bits() % 12;
    if (kind < 6) x[i] = [-Infinity, Infinity, NaN, 1e4, -1e4, spread][kind];
    else if (kind === 6) x.fill(2.5, i, i + 12);
    else if (kind === 7) x.fill(-Infinity, i, i + 40);
  }
  return x;
}

/** The parameters that golden values are made for; the defaults first, which are left out. */
function settingsOf(name: string): Options[] {
  const settings = (plan as unknown as Record<string, { parameters?: Options }[]>)[name] ?? [{}];
  return settings.map(({ parameters = {} }, i) => (i === 0 ? {} : parameters));
}

/** Parameters beyond what kernels are made for. */
const EXTREME: Record<string, Options[]> = {
  swish: [{ beta: 0 }, { beta: 1e-20 }, { beta: -1e20 }],
  softplus: [{ beta: 1e-20 }, { beta: 1e20 }],
  elu: [{ alpha: 0 }, { alpha: 1e-20 }],
  celu: [{ alpha: 1e20 }],
  squareplus: [{ b: 1e-20 }],
  leakyRelu: [{ negativeSlope: 0 }],
  hardtanh: [{ minVal: -Infinity, maxVal: 2 }],
  threshold: [{ threshold: 1, value: -7 }],
  thresholdedRelu: [{ alpha: -0.5 }],
  hardshrink: [{ lambd: 1 }],
};

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const typesOf = [Float32Array, Float64Array] as const;
const suffixOf = (type: FloatArrayType) => (type === Float32Array ? "f32" : "f64");

/** Shapes and axes: contiguous rows of few and many columns, and rows that lie apart by few and many elements. */
const LAYOUTS: readonly (readonly [shape: readonly number[], axis: number])[] = [
  ...Array.from({ length: 70 }, (_, i) => [[5, i + 1], 1] as const),
  [[37, 10], 1],
  [[2000, 10], 1],
  [[3, 257], -1],
  [[2, 40_001], 1],
  [[4, 5, 6], 1],
  [[6, 15], 0],
  [[70, 16], 0],
  [[33, 17], 0],
  [[3, 40, 20], 1],
  [[2, 300, 17], 1],
  [[1000, 64], 0],
  [[5, 4001], 0],
  [[0, 5], 1],
  [[3, 0], 0],
];

/** Rows of one axis, the last two longer than the scratch memory. */
const ROW_LENGTHS = [...LENGTHS.slice(1), 33_000, 600_001, 1_100_003];

class Guard {
  readonly hashes: Hashes = {};

  constructor(private readonly lib: Lanewise) {}

  /** Files the hash of what `body` adds. */
  record(key: string, body: (hash: Hash) => void): void {
    const hash = new Hash();
    body(hash);
    this.hashes[key] = hash.text();
  }

  /** f(x) with a new array, and with `out` that is new, x itself, overlapping, and in an arena: which all must be the same. */
  everyWay(hash: Hash, call: Call, inputs: readonly FloatArray[], options: Options, resultLength?: number): void {
    const [x] = inputs;
    const plain = Object.keys(options).length === 0 ? call(...inputs) : call(...inputs, options);
    hash.add(plain);
    if (typeof plain === "number") return;
    const wanted = new Hash();
    wanted.add(plain);
    const check = (got: unknown, way: string) => {
      const other = new Hash();
      other.add(got);
      if (other.text() !== wanted.text()) throw new Error(`another result ${way}, of ${x.length} elements`);
    };
    const made = plain as FloatArray;
    const type = made.constructor as Float32ArrayConstructor;
    const length = resultLength ?? made.length;
    check(call(...inputs, { ...options, out: new type(length) }), "with out");
    if (length > 4100) return;
    const arena = this.lib.createArena((inputs.length + 2) * (8 * Math.max(length, x.length) + 64));
    const move = (array: FloatArray): FloatArray => {
      const moved = array instanceof Float32Array ? arena.float32(array.length) : arena.float64(array.length);
      moved.set(array);
      return moved;
    };
    const moved = inputs.map(move);
    const out =
      (type as unknown) === Int32Array
        ? arena.int32(length)
        : (type as unknown) === Uint8Array
          ? arena.uint8(length)
          : type === Float32Array
            ? arena.float32(length)
            : arena.float64(length);
    check(call(...moved, { ...options, out }), "in an arena");
    arena.free();
    if (type !== x.constructor || length !== x.length) return;
    for (const [from, to] of [
      [0, 0],
      [1, 0],
      [0, 1],
    ]) {
      const around = new type(length + 1);
      const moving = around.subarray(from, from + length);
      moving.set(x);
      check(call(moving, ...inputs.slice(1), { ...options, out: around.subarray(to, to + length) }), "overlapping");
    }
  }

  elementwise(): void {
    for (const fn of this.lib.functions) {
      const { name } = fn;
      const settings = [...settingsOf(name), ...(EXTREME[name] ?? [])];
      for (const type of typesOf) {
        for (const [kind, call] of [
          [name, fn],
          [`${name}.derivative`, fn.derivative],
        ] as const) {
          this.record(`${kind} ${suffixOf(type)}`, (hash) => {
            for (const options of settings) {
              for (const length of LENGTHS) this.everyWay(hash, call as Call, [everyKind(type, length)], options);
              if (type === Float64Array) for (const x of SPECIAL) hash.add((call as Call)(x, options));
            }
          });
        }
        this.record(`${name}.backward ${suffixOf(type)}`, (hash) => {
          for (const options of settings) {
            for (const length of LENGTHS) {
              const dy = even(type, length, -3, 3, length + 9);
              this.everyWay(hash, fn.backward as Call, [everyKind(type, length), dy], options);
            }
            if (type === Float64Array) for (const x of SPECIAL) hash.add((fn.backward as Call)(x, 1.7, options));
          }
        });
      }
    }
  }

  channels(): void {
    const { prelu } = this.lib;
    const layouts: [shape: number[], axis: number | undefined, weights: number][] = [
      [[5, 7], undefined, 7],
      [[5, 7], 1, 1],
      [[3, 4, 5], undefined, 4],
      [[3, 4, 500], 1, 4],
      [[2, 3, 20_000], 1, 3],
      [[70_000], 0, 70_000],
      [[9], undefined, 9],
      [[11, 10, 13], -1, 13],
    ];
    for (const type of typesOf) {
      this.record(`prelu of channels ${suffixOf(type)}`, (hash) => {
        for (const [shape, axis, count] of layouts) {
          const x = everyKind(type, sizeOf(shape));
          const dy = even(type, x.length, -3, 3, 5);
          const weight = even(type, count, -1, 2, count);
          const options = { shape, axis, weight };
          this.everyWay(hash, prelu as Call, [x], options);
          this.everyWay(hash, prelu.derivative as Call, [x], options);
          this.everyWay(hash, prelu.backward as Call, [x, dy], options);
          hash.add((prelu.weightGradient as Call)(x, dy, options));
          hash.add((prelu.weightGradient as Call)(x, dy, { shape, axis }));
        }
      });
    }
  }

  gated(): void {
    const { glu, reglu, geglu, swiglu } = this.lib;
    const layouts: [shape: number[], axis: number][] = [
      ...[1, 2, 4, 5, 8, 16, 30, 64, 300].map((half) => [[3, 2 * half], 1] as [number[], number]),
      [[2, 6, 5], 1],
      [[4, 2, 700], 1],
      [[60_000], 0],
      [[100, 700], -1],
    ];
    for (const [name, fn] of Object.entries({ glu, reglu, geglu, swiglu })) {
      for (const type of typesOf) {
        this.record(`${name} ${suffixOf(type)}`, (hash) => {
          const settings: Options[] = [{}, { gate: "first" }, ...(name === "geglu" ? [{ approximate: "tanh" }] : [])];
          for (const [shape, axis] of layouts) {
            const x = everyKind(type, sizeOf(shape));
            const dy = even(type, x.length / 2, -3, 3, 5);
            for (const options of settings) {
              this.everyWay(hash, fn as Call, [x], { shape, axis, ...options }, x.length / 2);
              hash.add((fn.backward as Call)(x, dy, { shape, axis, ...options }));
              const out = x.slice();
              hash.add((fn.backward as Call)(out, dy, { shape, axis, ...options, out }));
            }
          }
        });
      }
    }
  }

  comparisons(): void {
    const { greater, step } = this.lib;
    for (const type of typesOf) {
      this.record(`greater, step of integers ${suffixOf(type)}`, (hash) => {
        for (const length of LENGTHS) {
          const x = everyKind(type, length);
          this.everyWay(hash, greater as Call, [x], {});
          this.everyWay(hash, greater as Call, [x], { threshold: 0.3 });
          this.everyWay(hash, step as unknown as Call, [x], { dtype: "int32" });
        }
      });
    }
  }

  rows(): void {
    const { argmax, hardmax, logSoftmax, logSumExp, softmax, softmin, sparsemax } = this.lib;
    const withTemperature = { softmax, softmin, logSoftmax, logSumExp, sparsemax };
    const all = { ...withTemperature, argmax, hardmax };
    for (const [name, fn] of Object.entries(all)) {
      const settings: Options[] = [{}, ...(name in withTemperature ? [{ temperature: 0.7 }, { temperature: 30 }] : [])];
      for (const type of typesOf) {
        this.record(`${name} of one row ${suffixOf(type)}`, (hash) => {
          for (const length of ROW_LENGTHS) {
            const x = logits(type, length, length % 2 ? 9 : 60, length);
            if (name === "argmax" || name === "logSumExp") hash.add((fn as Call)(x));
            for (const options of length > 4100 ? settings.slice(0, 1) : settings) {
              this.everyWay(hash, fn as Call, [x], { ...options, shape: [length] });
            }
            hash.add((fn as Call)(even(type, length, -5, 5, length), { axis: 0 }));
          }
        });
        this.record(`${name} of many rows ${suffixOf(type)}`, (hash) => {
          for (const [shape, axis] of LAYOUTS) {
            if (name === "argmax" && sizeOf(shape) === 0) continue;
            const x = logits(type, sizeOf(shape), 20, sizeOf(shape));
            for (const options of settings) {
              this.everyWay(hash, fn as Call, [x], { shape, axis, ...options });
              hash.add((fn as Call)(even(type, x.length, -5, 5, 3), { shape, axis, ...options }));
            }
          }
        });
        this.record(`${name} masked ${suffixOf(type)}`, (hash) => {
          for (const [shape, axis] of LAYOUTS) {
            if (name === "argmax" && sizeOf(shape) === 0) continue;
            const x = logits(type, sizeOf(shape), 20, sizeOf(shape) + 1);
            const bits = randomBits(7);
            const lengths = [x.length, shape[shape.length - 1]].filter((n, i, all) => n > 0 && all.indexOf(n) === i);
            for (const length of lengths) {
              const mask = new Uint8Array(length).map(() => (bits() >>> 16) % 3);
              for (const options of settings.slice(0, 2)) {
                this.everyWay(hash, fn as Call, [x], { shape, axis, mask, ...options });
              }
            }
          }
          for (const n of [1, 2, 3, 4, 7, 16, 17, 40, 130]) {
            const shape = [3, n, n];
            const x = logits(type, sizeOf(shape), 20, n);
            const mask = new Uint8Array(n).fill(1).fill(0, n >> 1, (n >> 1) + 2);
            this.everyWay(hash, fn as Call, [x], { shape, causal: true });
            this.everyWay(hash, fn as Call, [x], { shape, causal: true, mask });
          }
          const n = 1100;
          hash.add((fn as Call)(logits(type, n * n, 20, n), { shape: [n, n], causal: true }));
        });
      }
    }
    for (const [name, fn] of Object.entries({ softmax, softmin, logSoftmax, hardmax, sparsemax })) {
      for (const type of typesOf) {
        this.record(`${name}.backward ${suffixOf(type)}`, (hash) => {
          const layouts = [...LAYOUTS, ...ROW_LENGTHS.map((length) => [[length], 0] as const)];
          for (const [shape, axis] of layouts) {
            const x = logits(type, sizeOf(shape), 9, sizeOf(shape) + 2);
            const dy = even(type, x.length, -3, 3, 11);
            const options = {
              shape,
              axis,
              ...(sizeOf(shape) % 2 && name in withTemperature ? { temperature: 0.7 } : {}),
            };
            const y = (fn as Call)(x, options) as FloatArray;
            this.everyWay(hash, fn.backward as Call, [y, dy], options);
          }
        });
      }
    }
    for (const type of typesOf) {
      this.record(`logSumExp.backward ${suffixOf(type)}`, (hash) => {
        for (const [shape, axis] of LAYOUTS) {
          const x = logits(type, sizeOf(shape), 9, sizeOf(shape) + 2);
          const rows = x.length === 0 ? (shape[1 - axis] ?? 0) : x.length / shape.at(axis)!;
          const dy = even(type, rows, -3, 3, 11);
          hash.add((logSumExp.backward as Call)(x, dy, { shape, axis }));
          hash.add((logSumExp.backward as Call)(x, dy, { shape, axis, temperature: 1.5 }));
        }
        hash.add((logSumExp.backward as Call)(logits(type, 33, 9, 1), 0.7));
      });
    }
  }

  losses(): void {
    const { sigmoidCrossEntropy, softmaxCrossEntropy } = this.lib;
    const layouts = [...LAYOUTS, ...[1, 9, 33, 100, 5000, 600_001, 1_100_003].map((length) => [[length], 0] as const)];
    for (const type of typesOf) {
      for (const kind of ["indices", "probabilities"]) {
        this.record(`softmaxCrossEntropy of ${kind} ${suffixOf(type)}`, (hash) => {
          for (const [shape, axis] of layouts) {
            const size = sizeOf(shape);
            const columns = shape.at(axis)!;
            const rows = size === 0 ? (columns === 0 ? sizeOf(shape.filter((_, i) => i !== axis)) : 0) : size / columns;
            if (columns === 0) continue;
            const x = logits(type, size, 12, size + 3);
            const bits = randomBits(rows);
            const indices = new Int32Array(rows).map(() =>
              (bits() >>> 8) % 9 === 0 ? -100 : (bits() >>> 8) % columns,
            );
            const probabilities = even(type, size, -0.5 / columns, 2 / columns, 3).map((p) =>
              Math.max(p, 0),
            ) as FloatArray;
            const targets = kind === "indices" ? indices : probabilities;
            const dy = even(type, rows, -2, 2, 5);
            for (const labelSmoothing of [0, 0.1]) {
              const options = { shape, axis, labelSmoothing };
              const call = softmaxCrossEntropy as unknown as Call;
              hash.add(call(x, targets, options));
              hash.add(call(x, targets, { ...options, reduction: "sum" }));
              hash.add(call(x, targets, { ...options, reduction: "none" }));
              hash.add((softmaxCrossEntropy.backward as Call)(x, targets, options));
              hash.add((softmaxCrossEntropy.backward as Call)(x, targets, { ...options, reduction: "sum", dy: 0.3 }));
              hash.add(
                (softmaxCrossEntropy.backward as Call)(x, targets, {
                  ...options,
                  reduction: "none",
                  dy,
                  out: x.slice(),
                }),
              );
            }
            if (size === 0 || size > 100_000) continue;
            const arena = this.lib.createArena(8 * 8 * size + 1024);
            const move = (array: FloatArray) => {
              const moved = array instanceof Float32Array ? arena.float32(array.length) : arena.float64(array.length);
              moved.set(array);
              return moved;
            };
            const there = move(x);
            const target = kind === "indices" ? indices : move(probabilities);
            hash.add((softmaxCrossEntropy as unknown as Call)(there, target, { shape, axis, reduction: "sum" }));
            hash.add((softmaxCrossEntropy.backward as Call)(there, target, { shape, axis, out: move(x) }));
            arena.free();
          }
          if (kind === "indices") {
            for (const length of LENGTHS.slice(1)) {
              const x = even(type, length, -9, 9, length);
              hash.add((softmaxCrossEntropy as unknown as Call)(x, Int32Array.of(length - 1)));
              hash.add((softmaxCrossEntropy as unknown as Call)(x, Int32Array.of(0), { reduction: "none" }));
            }
          }
        });
      }
      this.record(`sigmoidCrossEntropy ${suffixOf(type)}`, (hash) => {
        for (const length of LENGTHS) {
          const x = logits(type, length, 30, length + 1);
          const targets = even(type, length, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
          const dy = even(type, length, -2, 2, 8);
          for (const options of [{}, { posWeight: 3 }, { posWeight: 0 }]) {
            const call = sigmoidCrossEntropy as unknown as Call;
            hash.add(call(x, targets, options));
            hash.add(call(x, targets, { ...options, reduction: "sum" }));
            this.everyWay(hash, call, [x, targets], { ...options, reduction: "none" });
            this.everyWay(hash, sigmoidCrossEntropy.backward as Call, [x, targets], options);
            this.everyWay(hash, sigmoidCrossEntropy.backward as Call, [x, targets], {
              ...options,
              dy: 0.7,
              reduction: "sum",
            });
            this.everyWay(hash, sigmoidCrossEntropy.backward as Call, [x, targets], {
              ...options,
              dy,
              reduction: "none",
            });
          }
        }
      });
    }
  }

  tokens(): void {
    const { sample, topK } = this.lib;
    const filters: Options[] = [
      {},
      { temperature: 0.4 },
      { topK: 5 },
      { topK: 700 },
      { topP: 0.5 },
      { topP: 0.97, temperature: 2 },
      { minP: 0.03 },
      { topK: 40, topP: 0.9, minP: 0.02 },
    ];
    for (const type of typesOf) {
      this.record(`topK, sample ${suffixOf(type)}`, (hash) => {
        for (const length of [1, 2, 16, 128, 129, 255, 257, 1000, 20_001, 151_936]) {
          const x = even(type, length, -7, 7, length).map((value) => value * Math.abs(value)) as FloatArray;
          for (const k of [1, 3, 50, 1000].filter((k) => k <= length)) {
            const { values, indices } = topK(x, k);
            hash.add(values);
            hash.add(indices);
          }
          const bits = randomBits(length);
          for (const options of filters) {
            for (let i = 0; i < (length > 20_001 ? 12 : 60); i++) {
              const number = bits() / 2 ** 32;
              hash.add(sample(x, { ...options, random: () => number }));
            }
          }
        }
      });
    }
  }
}

/** The hashes of all that the backend which runs now gives. */
export function hashesOf(lib: Lanewise): Hashes {
  const guard = new Guard(lib);
  guard.elementwise();
  guard.channels();
  guard.gated();
  guard.comparisons();
  guard.rows();
  guard.losses();
  guard.tokens();
  return guard.hashes;
}
