/** A program that tells what each filter of samplers leaves in memory for a token. */

import { useBackend } from "../../src/index.js";
import * as sampling from "../../src/sampling/index.js";
import { MersenneTwister } from "../../src/sampling/random.js";

/** Bytes a token. */
export interface Left {
  readonly backend: string;
  readonly name: string;
  readonly heap: number;
  /** Of typed arrays. */
  readonly buffers: number;
}

const VOCABULARY = 4000;
const CALLS = 100;
const WARM_UPS = 8;

const generator = new MersenneTwister(1);
const logits = Float32Array.from({ length: VOCABULARY }, () => 16 * generator.next() - 8);
const history = Int32Array.from({ length: 4000 }, (_, i) => (i * i) % 997);

const chains: Readonly<Record<string, sampling.Filter>> = {
  "temperature(0)": sampling.temperature(0),
  temperature: sampling.temperature(0.7),
  dynamicTemperature: sampling.dynamicTemperature({ min: 0.5, max: 1.5 }),
  topK: sampling.topK(1000),
  topP: sampling.topP(0.95),
  minP: sampling.minP(0.05),
  typicalP: sampling.typicalP(0.95),
  epsilonCutoff: sampling.epsilonCutoff(3e-4),
  etaCutoff: sampling.etaCutoff(3e-4),
  topNSigma: sampling.topNSigma(1),
  topA: sampling.topA(0.2),
  topH: sampling.topH(0.4),
  xtc: sampling.xtc({ probability: 1, threshold: 1e-4 }),
  // Of an eta of 0, since version 1 leaves more tokens than ever before now and then, and makes room for them.
  "mirostat 1": sampling.mirostat({ version: 1, eta: 0 }),
  "mirostat 2": sampling.mirostat(),
  repetitionPenalty: sampling.repetitionPenalty(1.1),
  presencePenalty: sampling.presencePenalty(0.1),
  frequencyPenalty: sampling.frequencyPenalty(0.1),
  noRepeatNgramSize: sampling.noRepeatNgramSize(3),
  dry: sampling.dry({ multiplier: 0.8 }),
  logitBias: sampling.logitBias({ 3: 1, 5: -1 }),
  bannedTokens: sampling.bannedTokens([3, 4]),
  allowedTokens: sampling.allowedTokens([1, 2, 3]),
  minLength: sampling.minLength(5000, 2),
  badWords: sampling.badWords([[1, 2], [3]]),
};

const collect = (globalThis as unknown as { gc(): void }).gc;
const found: Left[] = [];
for (const backend of ["js", "simd"] as const) {
  useBackend(backend);
  for (const [name, filter] of Object.entries({ ...chains, none: undefined })) {
    const sampler = sampling.createSampler(filter === undefined ? [] : [filter], { seed: 1 });
    const run = () => {
      for (let i = 0; i < CALLS; i++) sampler.next(logits, history);
    };
    // Until V8 has optimised what takes part.
    for (let i = 0; i < WARM_UPS; i++) run();
    collect();
    const before = process.memoryUsage();
    run();
    const after = process.memoryUsage();
    const heap = Math.round((after.heapUsed - before.heapUsed) / CALLS);
    found.push({ backend, name, heap, buffers: Math.round((after.arrayBuffers - before.arrayBuffers) / CALLS) });
  }
}
console.log(JSON.stringify(found));
