/** `lanewise/sampling` */

import {
  acceptDraft,
  createSampler,
  dry,
  type Filter,
  logitBias,
  minP,
  type Sampler,
  temperature,
  topK,
  topP,
  xtc,
} from "lanewise/sampling";

declare const logits: Float32Array, mask: Uint8Array;

const filters: readonly Filter[] = [temperature(0.7), topK(40), topP(0.95), minP(0.05)];
export const sampler: Sampler = createSampler(filters, { seed: 42, whenEmpty: "argmax" });
export const token: number = sampler.next(logits, [1, 2, 3]);
export const ofBigInts: number = sampler.next(logits, [1n, 2n]);
export const { tokens, logProbability }: { tokens: Int32Array; logProbability: number } = sampler.draw(logits, {
  count: 2,
});
export const batch: Int32Array = sampler.nextBatch(logits, { shape: [2, 4], histories: [[1], [2n]] });
export const penalties = [dry({ multiplier: 0.8 }), xtc({ probability: 0.5 }), logitBias(new Map([[1, 2]]))];
export const drafted: number = acceptDraft(logits, logits, [1]).accepted;
sampler.accept(3n);
// @ts-expect-error: a mask holds no logits
sampler.next(mask);
// @ts-expect-error: there is no such option
createSampler(filters, { sead: 1 });
// @ts-expect-error: its probability is wanted
xtc({ threshold: 0.1 });
