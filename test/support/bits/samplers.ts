/** Hashes of what `lanewise/sampling` chooses: one for each filter, the same on every backend and in every engine. */

import type * as Sampling from "../../../src/sampling/index.js";
import { filterBy, type FilterCall, filterCalls, logitKinds } from "../filterCalls.js";
import { Hash } from "./hash.js";
import { suffixOf, types } from "./inputs.js";
import type { Hashes } from "./recorder.js";

/** Chains as people use them. */
const chains: Readonly<Record<string, readonly FilterCall[]>> = {
  none: [],
  usual: [
    ["repetitionPenalty", 1.3],
    ["temperature", 0.3],
    ["topK", 40],
    ["topP", 0.95],
    ["minP", 0.05],
  ],
  "DRY and XTC": [
    ["dry", { multiplier: 0.8 }],
    ["minP", 0.05],
    ["xtc", { probability: 0.5, threshold: 0.01 }],
  ],
};

/** How many tokens are chosen one after the other, of so many logits. */
const RUNS: readonly (readonly [tokens: number, length: number])[] = [
  [120, 17],
  [60, 129],
  [12, 4099],
];

/** Of a whole vocabulary, by the chains alone. */
const WHOLE: (typeof RUNS)[number] = [4, 151_936];

/** Tokens that a sampler gives, one after the other, of logits that change, with what it tells of the last. */
function addRun(
  hash: Hash,
  sampling: typeof Sampling,
  chain: readonly FilterCall[],
  type: (typeof types)[number],
  [count, length]: (typeof RUNS)[number],
): void {
  const sampler = sampling.createSampler(
    chain.map((call) => filterBy(sampling, call)),
    { seed: length, whenEmpty: "argmax" },
  );
  const rows = [1, 2, 3].map((i) => logitKinds.normal(type, length, length + i));
  for (let i = 0; i < count; i++) hash.add(sampler.next(rows[i % rows.length]));
  const { tokens, rank, logProbability, filteredLogProbability } = sampler.draw(rows[0], { count: 9 });
  hash.add(tokens);
  for (const number of [rank, logProbability, filteredLogProbability]) hash.add(number);
}

/** The hashes, by the name of the filter or of what else there is, and the type. */
export function samplerHashes(sampling: typeof Sampling): Hashes {
  const hashes: Hashes = {};
  const record = (key: string, body: (hash: Hash) => void) => {
    const hash = new Hash();
    body(hash);
    hashes[key] = hash.text();
  };
  for (const type of types) {
    const suffix = suffixOf(type);
    for (const name of new Set(filterCalls.map(([name]) => name))) {
      record(`${name} ${suffix}`, (hash) => {
        const calls = filterCalls.filter(([other]) => other === name);
        for (const call of calls) for (const run of RUNS) addRun(hash, sampling, [call], type, run);
      });
    }
    for (const [name, chain] of Object.entries(chains)) {
      record(`chain: ${name} ${suffix}`, (hash) => {
        for (const run of [...RUNS, WHOLE]) addRun(hash, sampling, chain, type, run);
      });
    }
    record(`acceptDraft, beamTopK, gumbelSoftmax ${suffix}`, (hash) => {
      const target = logitKinds.normal(type, 4 * 300, 5);
      // Sums of 1, without functions of Math, which differ.
      const draft = new type(3 * 300).fill(1 / 300);
      for (let seed = 0; seed < 40; seed++) {
        const { accepted, token = -1 } = sampling.acceptDraft(draft, target, [seed, 2 * seed, 7], { seed });
        hash.add(accepted);
        hash.add(token);
      }
      const { scores, beams, tokens } = sampling.beamTopK(target, 20, { shape: [4, 300] });
      for (const array of [scores, beams, tokens]) hash.add(array);
      hash.add(sampling.gumbelSoftmax(target, { shape: [40, 30], hard: true, seed: 6 }));
    });
  }
  return hashes;
}
