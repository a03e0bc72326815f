/** Samplers with every filter and with chains of them, and what else `lanewise/sampling` has. */

import fc from "fast-check";
import * as sampling from "lanewise/sampling";
import { filterBy, type FilterCall, filterCalls, repetitive } from "../../test/support/filterCalls.js";
import type { AnyArray, Draw, FloatArray } from "../fills.js";
import { sizeOf } from "../lengths.js";
import { floats } from "./elements.js";
import type { Call, CallCase, Setting, Setup, Subject } from "./subject.js";

const ANY_CHAIN = "sampler of filters";

/** So many tokens are drawn of each distribution, and so many one after the other. */
const DRAWS = 8;

const filterOf = (call: FilterCall) => filterBy(sampling, call);

/** Tokens of one distribution, what is told of the first, and tokens one after the other, as one array. */
function drawAll(x: FloatArray, { calls, seed, input }: Setting): Float64Array {
  const filters = (calls as FilterCall[]).map(filterOf);
  const sampler = sampling.createSampler(filters, { seed: seed as number, input: input as "logits" });

  const drawn = sampler.draw(x, { count: DRAWS, top: Math.min(3, x.length), history: x.length < 4 ? [] : repetitive });
  const next = Array.from({ length: DRAWS }, () => sampler.next(x));
  const { tokens, rank, logProbability, filteredLogProbability, top } = drawn;
  return Float64Array.of(...tokens, ...next, rank, logProbability, filteredLogProbability, ...top.map((t) => t.token));
}

function samplerSubject(name: string, calls: fc.Arbitrary<readonly FilterCall[]>): Subject {
  return {
    name,
    kind: "tokens",
    named: "draw",
    example: { calls: [["temperature", 0.3]], seed: 5, input: "logits" },
    optionsElsewhere: name !== ANY_CHAIN,
    call: drawAll as Call,
    settings: fc.record({
      calls,
      seed: fc.nat(2 ** 32 - 1),
      input: fc.constantFrom("logits", "logits", "logits", "probabilities"),
    }),
    setup: ({ type, layout, fill, setting }) => ({
      arrays: [floats(type, sizeOf(layout.shape), fill)],
      options: setting,
      noOut: true,
    }),
  };
}

/** Fills rows with probabilities, a third of which are 0. */
function fillRows(array: AnyArray, rows: number, draw: Draw): void {
  const columns = array.length / rows;
  for (let start = 0; start < array.length; start += columns) {
    const row = Array.from({ length: columns }, (_, i) => (i % 3 === 1 ? 0 : 0.1 + draw()));
    const sum = row.reduce((a, b) => a + b, 0);
    array.set(
      row.map((value) => value / sum),
      start,
    );
  }
}

function setupOfDraft({ type, layout, fill, setting }: CallCase): Setup {
  const vocabulary = sizeOf(layout.shape);
  const { seed, calls } = setting as { seed: number; calls: FilterCall[] };
  const tokens = [0, vocabulary > 2 ? 2 : 0];
  return {
    arrays: [
      { type, length: 2 * vocabulary, fill: (array, draw) => fillRows(array, 2, draw) },
      floats(type, 3 * vocabulary, fill),
    ],
    scalars: [tokens],
    options: { seed, filters: calls.map(filterOf) },
    noOut: true,
  };
}

const chain = fc.array(fc.constantFrom(...filterCalls), { maxLength: 5 });
const names = [...new Set(filterCalls.map(([name]) => name))];

export const samplers: readonly Subject[] = [
  samplerSubject(ANY_CHAIN, chain),
  ...names.map((name) =>
    samplerSubject(
      `sampler of ${name}`,
      fc.constantFrom(...filterCalls.filter(([other]) => other === name)).map((call) => [call]),
    ),
  ),
  {
    name: "acceptDraft",
    kind: "tokens",
    call: ((...args: Parameters<typeof sampling.acceptDraft>) => {
      const { accepted, token = -1 } = sampling.acceptDraft(...args);
      return Float64Array.of(accepted, token);
    }) as Call,
    settings: fc.record({ calls: chain, seed: fc.nat(2 ** 32 - 1) }),
    // Arrays whose elements have been changed there are no probabilities.
    optionsElsewhere: true,
    setup: setupOfDraft,
  },
  {
    name: "beamTopK",
    kind: "tokens",
    call: ((...args: Parameters<typeof sampling.beamTopK>) => {
      const { scores, beams, tokens } = sampling.beamTopK(...args);
      return Float64Array.of(...scores, ...beams, ...tokens);
    }) as Call,
    example: { k: 3, beams: 2 },
    settings: fc.record({ k: fc.integer({ min: 1, max: 9 }), beams: fc.integer({ min: 1, max: 4 }) }),
    setup: ({ type, layout, fill, setting }) => {
      const { k, beams } = setting as { k: number; beams: number };
      const vocabulary = sizeOf(layout.shape);
      const scores = Array.from({ length: beams }, (_, i) => -i / 2);
      return {
        arrays: [floats(type, beams * vocabulary, fill)],
        scalars: [Math.max(1, Math.min(k, beams * vocabulary))],
        options: { shape: [beams, vocabulary], scores },
        noOut: true,
      };
    },
  },
  {
    // The one-hot form, which is the same on every backend.
    name: "gumbelSoftmax",
    kind: "tokens",
    call: sampling.gumbelSoftmax as Call,
    example: { hard: true, temperature: 1, seed: 5 },
    settings: fc.record({
      hard: fc.constant(true),
      temperature: fc.constantFrom(1, 0.1, 1e30),
      seed: fc.nat(2 ** 32 - 1),
    }),
    setup: ({ type, layout, fill, setting }) => ({
      arrays: [floats(type, sizeOf(layout.shape), fill)],
      options: setting,
    }),
  },
];
