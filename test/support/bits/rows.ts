/** Hashes of the functions over rows. */

import { randomBits } from "../random.js";
import type { Hash } from "./hash.js";
import { even, LAYOUTS, logitsOf, type Options, ROW_LENGTHS, sizeOf, suffixOf, types } from "./inputs.js";
import type { Call, FloatArray, Recorder } from "./recorder.js";

type FloatArrayType = (typeof types)[number];

/** A function over rows, and what it is called with. */
interface RowCase {
  readonly name: string;
  readonly call: Call;
  readonly type: FloatArrayType;
  readonly settings: readonly Options[];
}

/** The functions over rows and their gradients. */
export function recordRows(recorder: Recorder): void {
  const { argmax, argmin, entmax15, hardmax, logCumSumExp, logSoftmax, logSumExp, softmax, softmin, sparsemax } =
    recorder.lib;
  const withTemperature = { softmax, softmin, logSoftmax, logSumExp, sparsemax, entmax15 };
  for (const [name, fn] of Object.entries({ ...withTemperature, argmax, argmin, hardmax })) {
    const settings: Options[] = [{}, ...(name in withTemperature ? [{ temperature: 0.7 }, { temperature: 30 }] : [])];
    for (const type of types) {
      const rowCase = { name, call: fn as Call, type, settings };
      const suffix = suffixOf(type);
      recorder.record(`${name} of one row ${suffix}`, (hash) => addOneRow(recorder, hash, rowCase));
      recorder.record(`${name} of many rows ${suffix}`, (hash) => addManyRows(recorder, hash, rowCase));
      recorder.record(`${name} masked ${suffix}`, (hash) => addMasked(recorder, hash, rowCase));
    }
  }
  for (const [name, fn] of Object.entries({ softmax, softmin, logSoftmax, hardmax, sparsemax, entmax15 })) {
    for (const type of types) {
      recorder.record(`${name}.backward ${suffixOf(type)}`, (hash) => {
        const layouts = [...LAYOUTS, ...ROW_LENGTHS.map((length) => [[length], 0] as const)];
        for (const [shape, axis] of layouts) {
          const x = logitsOf(type, sizeOf(shape), 9, sizeOf(shape) + 2);
          const dy = even(type, x.length, -3, 3, 11);
          const temperature = sizeOf(shape) % 2 && name in withTemperature ? { temperature: 0.7 } : {};
          const options = { shape, axis, ...temperature };
          const y = (fn as Call)(x, options) as FloatArray;
          recorder.addEveryWay(hash, fn.backward as Call, [y, dy], options);
        }
      });
    }
  }
  for (const type of types) {
    recorder.record(`logCumSumExp ${suffixOf(type)}`, (hash) => {
      for (const [shape, axis] of [...LAYOUTS, ...ROW_LENGTHS.map((length) => [[length], 0] as const)]) {
        const x = logitsOf(type, sizeOf(shape), 9, sizeOf(shape) + 2);
        hash.add((logCumSumExp as Call)(x, { shape, axis }));
        hash.add((logCumSumExp.backward as Call)(x, even(type, x.length, -3, 3, 11), { shape, axis }));
      }
    });
    recorder.record(`logSumExp.backward ${suffixOf(type)}`, (hash) => {
      const backward = logSumExp.backward as Call;
      for (const [shape, axis] of LAYOUTS) {
        const x = logitsOf(type, sizeOf(shape), 9, sizeOf(shape) + 2);
        const rows = x.length === 0 ? (shape[1 - axis] ?? 0) : x.length / shape.at(axis)!;
        const dy = even(type, rows, -3, 3, 11);
        hash.add(backward(x, dy, { shape, axis }));
        hash.add(backward(x, dy, { shape, axis, temperature: 1.5 }));
      }
      hash.add(backward(logitsOf(type, 33, 9, 1), 0.7));
    });
  }
}

function givesIndex(name: string): boolean {
  return name === "argmax" || name === "argmin";
}

function addOneRow(recorder: Recorder, hash: Hash, { name, call, type, settings }: RowCase): void {
  for (const length of ROW_LENGTHS) {
    const x = logitsOf(type, length, length % 2 ? 9 : 60, length);
    if (givesIndex(name) || name === "logSumExp") hash.add(call(x));
    for (const options of length > 4100 ? settings.slice(0, 1) : settings) {
      recorder.addEveryWay(hash, call, [x], { ...options, shape: [length] });
    }
    hash.add(call(even(type, length, -5, 5, length), { axis: 0 }));
  }
}

function addManyRows(recorder: Recorder, hash: Hash, { name, call, type, settings }: RowCase): void {
  for (const [shape, axis] of LAYOUTS) {
    if (givesIndex(name) && sizeOf(shape) === 0) continue;
    const x = logitsOf(type, sizeOf(shape), 20, sizeOf(shape));
    for (const options of settings) {
      recorder.addEveryWay(hash, call, [x], { shape, axis, ...options });
      hash.add(call(even(type, x.length, -5, 5, 3), { shape, axis, ...options }));
    }
  }
}

function addMasked(recorder: Recorder, hash: Hash, { name, call, type, settings }: RowCase): void {
  for (const [shape, axis] of LAYOUTS) {
    if (givesIndex(name) && sizeOf(shape) === 0) continue;
    const x = logitsOf(type, sizeOf(shape), 20, sizeOf(shape) + 1);
    const bits = randomBits(7);
    const lengths = [x.length, shape[shape.length - 1]].filter((n, i, all) => n > 0 && all.indexOf(n) === i);
    for (const length of lengths) {
      const mask = new Uint8Array(length).map(() => (bits() >>> 16) % 3);
      for (const options of settings.slice(0, 2)) {
        recorder.addEveryWay(hash, call, [x], { shape, axis, mask, ...options });
      }
    }
  }
  for (const n of [1, 2, 3, 4, 7, 16, 17, 40, 130]) {
    const shape = [3, n, n];
    const x = logitsOf(type, sizeOf(shape), 20, n);
    const mask = new Uint8Array(n).fill(1).fill(0, n >> 1, (n >> 1) + 2);
    recorder.addEveryWay(hash, call, [x], { shape, causal: true });
    recorder.addEveryWay(hash, call, [x], { shape, causal: true, mask });
  }
  const n = 1100;
  hash.add(call(logitsOf(type, n * n, 20, n), { shape: [n, n], causal: true }));
}
