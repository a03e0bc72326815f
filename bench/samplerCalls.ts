/** Tokens chosen by samplers, for counted.ts: each filter alone, of so many logits, and the usual chain. */

import type * as sampling from "lanewise/sampling";
import type { SmallCall } from "./smallCalls.js";

/** As many as take kernels; and as few as loops choose from, for chains. */
const [MANY, FEW] = [1000, 32];

/** Before calls are counted, they are made of fewer logits than MANY, which takes less long. */
const WARM_UP_LENGTH = 144;

/** The tokens so far, for filters that look at them. */
const history = Int32Array.from({ length: 64 }, (_, i) => (i * i) % 29);

/** The filters, by what they are called here. */
function filtersOf(lanewise: typeof sampling): Readonly<Record<string, readonly sampling.Filter[]>> {
  const { temperature, topK, topP, minP } = lanewise;

  return {
    "no filter": [],
    "the usual chain": [temperature(0.7), topK(40), topP(0.95), minP(0.05)],
    "DRY and XTC": [lanewise.dry({ multiplier: 0.8 }), lanewise.xtc({ probability: 0.5, threshold: 0.01 })],
    temperature: [temperature(0.7)],
    dynamicTemperature: [lanewise.dynamicTemperature({ min: 0.5, max: 1.5 })],
    topK: [topK(40)],
    topP: [topP(0.95)],
    minP: [minP(0.05)],
    topA: [lanewise.topA(0.2)],
    topH: [lanewise.topH(0.4)],
    topNSigma: [lanewise.topNSigma(1)],
    typicalP: [lanewise.typicalP(0.95)],
    epsilonCutoff: [lanewise.epsilonCutoff(3e-3)],
    etaCutoff: [lanewise.etaCutoff(3e-3)],
    xtc: [lanewise.xtc({ probability: 0.5, threshold: 0.01 })],
    mirostat: [lanewise.mirostat({ tau: 3 })],
    repetitionPenalty: [lanewise.repetitionPenalty(1.3)],
    presencePenalty: [lanewise.presencePenalty(0.5)],
    frequencyPenalty: [lanewise.frequencyPenalty(0.5)],
    noRepeatNgramSize: [lanewise.noRepeatNgramSize(3)],
    dry: [lanewise.dry({ multiplier: 0.8 })],
    logitBias: [lanewise.logitBias({ 3: 1, 5: -1 })],
    bannedTokens: [lanewise.bannedTokens([1, 2])],
    allowedTokens: [lanewise.allowedTokens(Array.from({ length: 20 }, (_, i) => i))],
    minLength: [lanewise.minLength(100, 0)],
    badWords: [lanewise.badWords([[1], [2, 3]])],
  };
}

/** Logits that look like a model's: most far below the largest. */
function logitsOf(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 8 * Math.sin(i * 1.7) * Math.cos(i * i));
}

/** All cases. What they call is imported by them alone: it would change how V8 optimises what others count. */
export async function samplerCalls(): Promise<SmallCall[]> {
  const lanewise = await import("lanewise/sampling");
  return Object.entries(filtersOf(lanewise)).flatMap(([name, chain]) =>
    (name in lanewise ? [MANY] : [FEW, MANY]).map((length): SmallCall => {
      const logits = logitsOf(length);
      const short = logitsOf(Math.min(length, WARM_UP_LENGTH));
      const sampler = lanewise.createSampler(chain, { seed: 1 });
      const run = (times: number, x = logits) => {
        for (let i = 0; i < times; i++) sampler.next(x, history);
      };
      return { name: `sampler.next of ${length}, ${name}`, run, warmUp: (times) => run(times, short) };
    }),
  );
}
