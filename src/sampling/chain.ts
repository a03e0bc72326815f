/** Filters in a row, applied to one vector of logits. */

import { mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { Distribution } from "./distribution.js";
import type { FilterDefinition, FilterState, Step } from "./filter.js";
import { History } from "./history.js";

/** Throws unless these are filters. */
export function checkFilters(caller: string, filters: unknown): asserts filters is readonly FilterDefinition[] {
  if (!Array.isArray(filters)) {
    const hint = isFilter(filters) ? ": write it in brackets, as in [topK(40)]" : "";
    throw mustBe(caller, "filters", "an array of filters", filters, hint);
  }
  for (const [i, filter] of (filters as unknown[]).entries()) {
    if (isFilter(filter)) continue;
    const hint = typeof filter === "function" ? ": call it, as in topK(40)" : "";
    throw mustBe(caller, `filters[${i}]`, "a filter, as topK(40) makes one", filter, hint);
  }
}

function isFilter(filter: unknown): filter is FilterDefinition {
  return typeof (filter as Partial<FilterDefinition> | null | undefined)?.create === "function";
}

/** Filters, and the distribution that they change, which is used for one call after the other. */
export class Chain {
  readonly distribution = new Distribution();
  /** How many numbers the filters take for a token. */
  readonly chances: number;
  /** These numbers, and then one for the draw. */
  readonly numbers: Float64Array;
  private readonly step: MutableStep;

  constructor(private readonly filters: readonly FilterDefinition[]) {
    this.chances = filters.reduce((sum, { chances = 0 }) => sum + chances, 0);
    this.numbers = new Float64Array(this.chances + 1);
    this.step = new MutableStep(this.numbers);
  }

  /** What a sampler keeps of the filters. */
  create(): FilterState[] {
    return this.filters.map((filter) => filter.create());
  }

  /** Applies the filters. Returns the place of the one that left no token, where the others are not applied, or -1. */
  apply(caller: string, logits: FloatArray, history: History, states: readonly FilterState[]): number {
    const { distribution, step } = this;
    distribution.begin(caller, logits);
    step.begin(caller, history, logits.length);
    for (let i = 0; i < states.length; i++) {
      states[i].apply(distribution, step);
      // Of all logits the largest isn't looked for here: the next filter may find it on its way.
      if (distribution.isWhole || !distribution.isEmpty) continue;
      if (!logits.some((logit) => logit > -Infinity)) break;
      return i;
    }
    if (distribution.isEmpty) throw new RangeError(`${caller}: there is no logit above -Infinity to choose`);
    return -1;
  }

  /** The error of a filter that left no token. */
  emptied(caller: string, place: number, hint = ""): RangeError {
    return new RangeError(`${caller}: ${this.filters[place].name} leaves no token${hint}`);
  }
}

/** A step that is used for one token after the other. */
class MutableStep implements Step {
  caller = "";
  vocabulary = 0;
  private tokens = new History();
  private taken = 0;

  constructor(private readonly numbers: Float64Array) {}

  begin(caller: string, history: History, vocabulary: number): void {
    this.caller = caller;
    this.tokens = history;
    this.vocabulary = vocabulary;
    this.taken = 0;
  }

  get history(): History {
    this.tokens.check(this.caller, this.vocabulary);
    return this.tokens;
  }

  chance(): number {
    return this.numbers[this.taken++];
  }
}
