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

/** Both losses. */
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
