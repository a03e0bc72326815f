import { expect, it } from "vitest";
import { createSampler } from "../src/sampling/index.js";
import { describeArrays } from "./support/backends.js";
import { type FilterCall, filterCalls, logitKinds, repetitive } from "./support/filterCalls.js";
import { defined, filterOf } from "./support/filterRuns.js";
import { probabilitiesOf } from "./support/filters.js";

// In every engine; filterOrders.test.ts compares all that filters leave, of more logits and in any order, in one.
describeArrays("samplers draw what the definitions of their filters say", (type) => {
  it.each(filterCalls.map((call) => [JSON.stringify(call), call] as const))("%s", (_, call) => {
    for (const length of [5, 33, 129, 1000]) {
      const logits = logitKinds.normal(type, length, length);
      const chance = 0.25;
      const { state, emptied } = defined(logits, [call], repetitive, [chance]);
      if (state.isInDoubt) continue;
      const numbers: number[] = [];
      const sampler = createSampler([filterOf(call)], { random: () => numbers.shift()! });
      if (emptied >= 0) {
        numbers.push(0.5);
        expect(() => sampler.next(logits, repetitive)).toThrow(`${call[0]} leaves no token`);
        continue;
      }
      const wanted = [...probabilitiesOf(state)];
      for (let number = 0.0207; number < 1; number += 1 / 12) {
        let end = 0;
        const found = wanted.find(([, p]) => (end += p) > number);
        const isNearEdge = found === undefined || end - number < 1e-6 || number - (end - found[1]) < 1e-6;
        numbers.splice(0, 9, ...(call[0] === "xtc" ? [chance] : []), number);
        // Limits of mirostat follow what is drawn.
        if (call[0] === "mirostat") sampler.reset();
        const token = sampler.next(logits, repetitive);
        expect(numbers.length).toBe(0);
        if (!isNearEdge) expect(token, `of ${length}, ${number}`).toBe(found[0]);
      }
    }
  });
});

it("of a chain, whose filters take their numbers in their order, and then the draw", () => {
  const chain: FilterCall[] = [
    ["xtc", { probability: 0.5, threshold: 0.2 }],
    ["temperature", 0.5],
    ["xtc", { probability: 0.5, threshold: 0.01 }],
  ];
  const logits = Float64Array.of(0, 1, 2, 1.5);
  for (const numbers of [
    [0.4, 0.6, 0.3],
    [0.6, 0.4, 0.3],
    [0.6, 0.6, 0.3],
    [0.4, 0.4, 0.3],
  ]) {
    const { state } = defined(logits, chain, [], numbers);
    let end = 0;
    const [token] = [...probabilitiesOf(state)].find(([, p]) => (end += p) > 0.3)!;
    const left = [...numbers];
    expect(createSampler(chain.map(filterOf), { random: () => left.shift()! }).next(logits)).toBe(token);
  }
});
