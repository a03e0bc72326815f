/** Hashes of attentionSoftmax and its gradients. */

import { even, LAYOUTS, logitsOf, type Options, sizeOf, suffixOf, types } from "./inputs.js";
import type { Call, FloatArray, Recorder } from "./recorder.js";

/** How scores are changed, each with and without a bias. */
const CHANGES: readonly Options[] = [{ scale: 0.3 }, { softcap: 7 }, { scale: 3, softcap: 2.5 }];

/** The function with its options and shapes of a bias, and both gradients. */
export function recordAttention(recorder: Recorder): void {
  const { attentionSoftmax } = recorder.lib;
  const call = attentionSoftmax as unknown as Call;
  const backward = attentionSoftmax.backward as unknown as Call;
  const biasGradient = attentionSoftmax.biasGradient as unknown as Call;
  for (const type of types) {
    const suffix = suffixOf(type);
    recorder.record(`attentionSoftmax ${suffix}`, (hash) => {
      for (const [shape, axis] of LAYOUTS) {
        const x = logitsOf(type, sizeOf(shape), 20, sizeOf(shape));
        for (const biasShape of [shape, shape.slice(-1), [...shape.slice(0, -1), 1]]) {
          const bias = even(type, sizeOf(biasShape), -6, 6, 5);
          for (const options of CHANGES) {
            recorder.addEveryWay(hash, call, [x], { shape, axis, bias, biasShape, ...options });
          }
        }
        recorder.addEveryWay(hash, call, [x], { shape, axis, ...CHANGES[0] });
      }
      for (const [queries, keys] of [
        [5, 17],
        [17, 5],
        [40, 40],
        [3, 130],
      ]) {
        const shape = [2, queries, keys];
        const x = logitsOf(type, sizeOf(shape), 20, keys);
        const bias = even(type, keys, -6, 6, 5);
        for (const causal of [true, "upper-left"]) {
          recorder.addEveryWay(hash, call, [x], { shape, bias, causal, ...CHANGES[2] });
        }
      }
    });
    recorder.record(`attentionSoftmax.backward ${suffix}`, (hash) => {
      for (const [shape, axis] of LAYOUTS) {
        const scores = logitsOf(type, sizeOf(shape), 20, sizeOf(shape));
        const dy = even(type, scores.length, -3, 3, 11);
        for (const options of CHANGES) {
          const y = call(scores, { shape, axis, ...options }) as FloatArray;
          recorder.addEveryWay(hash, backward, [y, dy], { shape, axis, scores, ...options });
          hash.add(biasGradient(y, dy, { shape, axis, biasShape: shape.slice(-1) }));
        }
      }
    });
  }
}
