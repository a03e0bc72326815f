/** Filters applied by lanewise, and by their definitions. */

import type { FloatArray } from "../../src/index.js";
import { Chain } from "../../src/sampling/chain.js";
import type { FilterDefinition } from "../../src/sampling/filter.js";
import { History } from "../../src/sampling/history.js";
import * as sampling from "../../src/sampling/index.js";
import { filterBy, type FilterCall } from "./filterCalls.js";
import { begin, filterDefinitions, type State } from "./filters.js";

export const filterOf = (call: FilterCall) => filterBy(sampling, call);

/** Applies filters in a row, which take these numbers; gives the place of the one that left no token, or -1, and the distribution. */
export function applied(
  filters: readonly sampling.Filter[],
  logits: FloatArray,
  tokens: readonly number[] = [],
  numbers: readonly number[] = [],
): { distribution: Chain["distribution"]; emptied: number } {
  const chain = new Chain(filters as readonly FilterDefinition[]);
  chain.numbers.set(numbers.slice(0, chain.chances));
  const history = new History();
  history.replace("test", tokens, logits.length);
  const emptied = chain.apply("test", logits, history, chain.create());
  return { distribution: chain.distribution, emptied };
}

/** Applies definitions in a row, as long as tokens are left; gives the state, and the place of the one that left none, or -1. */
export function defined(
  logits: FloatArray,
  chain: readonly FilterCall[],
  history: readonly number[],
  chances: readonly number[],
): { state: State; emptied: number } {
  const state = begin(logits, history, chances);
  for (const [i, [name, ...args]] of chain.entries()) {
    (filterDefinitions[name] as (state: State, ...args: unknown[]) => void)(state, ...args);
    if (state.left.length === 0) return { state, emptied: i };
  }
  return { state, emptied: -1 };
}
