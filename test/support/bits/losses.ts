/** Hashes of the losses and their gradients. */

import { randomBits } from "../random.js";
import type { Hash } from "./hash.js";
import { even, LAYOUTS, LENGTHS, logitsOf, sizeOf, suffixOf, types } from "./inputs.js";
import { type Call, type FloatArray, moveTo, type Recorder } from "./recorder.js";

type Layout = (typeof LAYOUTS)[number];
type FloatArrayType = (typeof types)[number];

const layouts: readonly Layout[] = [
  ...LAYOUTS,
  ...[1, 9, 33, 100, 5000, 600_001, 1_100_003].map((length) => [[length], 0] as const),
];

/** All losses. */
export function recordLosses(recorder: Recorder): void {
  for (const type of types) {
    for (const kind of ["indices", "probabilities"]) {
      recorder.record(`softmaxCrossEntropy of ${kind} ${suffixOf(type)}`, (hash) => {
        for (const layout of layouts)
          if (layout[0].at(layout[1]) !== 0) addRowLosses(recorder, hash, type, kind, layout);
        if (kind !== "indices") return;
        const call = recorder.lib.softmaxCrossEntropy as unknown as Call;
        for (const length of LENGTHS.slice(1)) {
          const x = even(type, length, -9, 9, length);
          hash.add(call(x, Int32Array.of(length - 1)));
          hash.add(call(x, Int32Array.of(0), { reduction: "none" }));
        }
      });
    }
    recorder.record(`sigmoidCrossEntropy ${suffixOf(type)}`, (hash) => addElementLosses(recorder, hash, type));
    recorder.record(`sigmoidCrossEntropy with weights ${suffixOf(type)}`, (hash) => {
      addWeightedElements(recorder, hash, type);
    });
    recorder.record(`softmaxCrossEntropy with weights ${suffixOf(type)}`, (hash) => {
      addLabelLosses(recorder.lib.softmaxCrossEntropy, hash, type);
      addTargetGradients(recorder, hash, type);
    });
    for (const name of ["nllLoss", "sparsemaxLoss", "softmaxFocalLoss"] as const) {
      recorder.record(`${name} ${suffixOf(type)}`, (hash) => addLabelLosses(recorder.lib[name], hash, type));
    }
    for (const [name, options] of Object.entries(ofTargets)) {
      const fn = recorder.lib[name as "klDivergence"] as unknown as Loss;
      recorder.record(`${name} ${suffixOf(type)}`, (hash) => addTargetLosses(fn, hash, type, options));
    }
  }
}

function addRowLosses(recorder: Recorder, hash: Hash, type: FloatArrayType, kind: string, [shape, axis]: Layout): void {
  const call = recorder.lib.softmaxCrossEntropy as unknown as Call;
  const backward = recorder.lib.softmaxCrossEntropy.backward as Call;
  const size = sizeOf(shape);
  const columns = shape.at(axis)!;
  const rows = size / columns;
  const x = logitsOf(type, size, 12, size + 3);
  const bits = randomBits(rows);
  const indices = new Int32Array(rows).map(() => ((bits() >>> 8) % 9 === 0 ? -100 : (bits() >>> 8) % columns));
  const evenTargets = even(type, size, -0.5 / columns, 2 / columns, 3);
  const probabilities = evenTargets.map((p) => Math.max(p, 0)) as FloatArray;
  const targets = kind === "indices" ? indices : probabilities;
  const dy = even(type, rows, -2, 2, 5);
  for (const labelSmoothing of [0, 0.1]) {
    const options = { shape, axis, labelSmoothing };
    hash.add(call(x, targets, options));
    hash.add(call(x, targets, { ...options, reduction: "sum" }));
    hash.add(call(x, targets, { ...options, reduction: "none" }));
    hash.add(backward(x, targets, options));
    hash.add(backward(x, targets, { ...options, reduction: "sum", dy: 0.3 }));
    hash.add(backward(x, targets, { ...options, reduction: "none", dy, out: x.slice() }));
  }
  if (size === 0 || size > 100_000) return;
  const arena = recorder.lib.createArena(8 * 8 * size + 1024);
  const moved = kind === "indices" ? indices : moveTo(arena, probabilities);
  const there = moveTo(arena, x);
  hash.add(call(there, moved, { shape, axis, reduction: "sum" }));
  hash.add(backward(there, moved, { shape, axis, out: moveTo(arena, x) }));
  arena.free();
}

function addElementLosses(recorder: Recorder, hash: Hash, type: FloatArrayType): void {
  const call = recorder.lib.sigmoidCrossEntropy as unknown as Call;
  const backward = recorder.lib.sigmoidCrossEntropy.backward as Call;
  for (const length of LENGTHS) {
    const x = logitsOf(type, length, 30, length + 1);
    const targets = even(type, length, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
    const dy = even(type, length, -2, 2, 8);
    for (const options of [{}, { posWeight: 3 }, { posWeight: 0 }]) {
      hash.add(call(x, targets, options));
      hash.add(call(x, targets, { ...options, reduction: "sum" }));
      recorder.addEveryWay(hash, call, [x, targets], { ...options, reduction: "none" });
      recorder.addEveryWay(hash, backward, [x, targets], options);
      recorder.addEveryWay(hash, backward, [x, targets], { ...options, dy: 0.7, reduction: "sum" });
      recorder.addEveryWay(hash, backward, [x, targets], { ...options, dy, reduction: "none" });
    }
  }
}

/** Losses and gradients with weights that are arrays, and the gradient with respect to the targets. */
function addWeightedElements(recorder: Recorder, hash: Hash, type: FloatArrayType): void {
  const { sigmoidCrossEntropy } = recorder.lib;
  const call = sigmoidCrossEntropy as unknown as Call;
  for (const length of FEW_LENGTHS) {
    const x = logitsOf(type, length, 30, length + 1);
    const targets = even(type, length, 0, 1, 2);
    const dy = even(type, length, -2, 2, 8);
    const weight = even(type, length, 0, 3, 5);
    for (const options of [{ weight }, { posWeight: weight }, { weight, posWeight: 3 }]) {
      hash.add(call(x, targets, { ...options, reduction: "sum" }));
      hash.add(call(x, targets, { ...options, reduction: "none" }));
      hash.add(sigmoidCrossEntropy.backward(x, targets, { ...options, dy, reduction: "none" }));
    }
    for (const options of [{}, { posWeight: 3 }, { posWeight: 0 }, { posWeight: weight }, { weight }]) {
      hash.add(sigmoidCrossEntropy.backwardTargets(x, targets, options));
      hash.add(sigmoidCrossEntropy.backwardTargets(x, targets, { ...options, dy, reduction: "none" }));
    }
  }
}

function addTargetGradients(recorder: Recorder, hash: Hash, type: FloatArrayType): void {
  const { backwardTargets } = recorder.lib.softmaxCrossEntropy;
  for (const [shape, axis] of layouts) {
    const size = sizeOf(shape);
    const columns = shape.at(axis)!;
    if (columns === 0 || size > 10_000) continue;
    const x = logitsOf(type, size, 12, size + 3);
    const targets = even(type, size, 0, 1, 2);
    const options = { shape, axis, weight: even(type, columns, 0, 2, 4), labelSmoothing: 0.1 };
    hash.add(backwardTargets(x, targets, { shape, axis }));
    hash.add(backwardTargets(x, targets, { ...options, dy: even(type, size / columns, -2, 2, 5), reduction: "none" }));
  }
}

/** A loss, called with whatever it takes. */
type Loss = Call & { readonly backward: Call; readonly backwardTargets?: Call };

/** The settings of losses whose targets are as many as their inputs. */
const ofTargets = {
  klDivergence: [{}, { logTarget: true }],
  sigmoidFocalLoss: [{}, { alpha: -1, gamma: 3 }],
};

/** The lengths of arrays of losses that are computed in plain JavaScript: below and above a chunk. */
const FEW_LENGTHS = [1, 7, 64, 1000, 9000];

function addLabelLosses(given: unknown, hash: Hash, type: FloatArrayType): void {
  const loss = given as Loss;
  for (const [shape, axis] of layouts) {
    const size = sizeOf(shape);
    const columns = shape.at(axis)!;
    if (columns === 0 || size > 10_000) continue;
    const rows = size / columns;
    const x = logitsOf(type, size, 12, size + 3);
    const bits = randomBits(rows);
    const labels = new Int16Array(rows).map(() => ((bits() >>> 8) % 9 === 0 ? -100 : (bits() >>> 8) % columns));
    const weight = even(type, columns, 0, 2, 4);
    const dy = even(type, rows, -2, 2, 5);
    for (const options of [
      { shape, axis },
      { shape, axis, weight },
    ]) {
      hash.add(loss(x, labels, options));
      hash.add(loss(x, labels, { ...options, reduction: "none" }));
      hash.add(loss.backward(x, labels, options));
      hash.add(loss.backward(x, labels, { ...options, reduction: "none", dy }));
    }
  }
}

function addTargetLosses(loss: Loss, hash: Hash, type: FloatArrayType, settings: readonly object[]): void {
  for (const length of FEW_LENGTHS) {
    const x = even(type, length, -30, 9, length + 1);
    const targets = even(type, length, 0, 1, 2).map((t, i) => [0, 1, t][i % 3]) as FloatArray;
    const dy = even(type, length, -2, 2, 8);
    for (const options of settings) {
      hash.add(loss(x, targets, options));
      hash.add(loss(x, targets, { ...options, reduction: "none" }));
      for (const gradient of [loss.backward, loss.backwardTargets]) {
        if (gradient === undefined) continue;
        hash.add(gradient(x, targets, options));
        hash.add(gradient(x, targets, { ...options, reduction: "none", dy }));
      }
    }
  }
}
