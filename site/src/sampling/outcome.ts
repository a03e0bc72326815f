/** What a chain makes of a distribution: which filter cuts which token, and how probable each is in the end. */

import type { Filter } from "lanewise/sampling";
import { follow, type Left } from "./left.js";
import type { Source } from "./sources.js";
import type { Step } from "./state.js";
import { filterOf } from "./state.js";

/** What becomes of the tokens. */
export interface Outcome {
  readonly before: Float64Array;
  /** Over all that chance may do: xtc cuts at times. */
  readonly after: Float64Array;
  /** The place in the chain of the filter that cuts each token, where chance has xtc cut; undefined for those that are left. */
  readonly cuts: readonly (number | undefined)[];
  /** What each filter does where chance has xtc cut. */
  readonly steps: readonly StepOutcome[];
  /** Why no token is left; undefined where some are. */
  readonly problem: string | undefined;
}

/** What a filter does. */
export interface StepOutcome {
  /** How many are left. */
  readonly count: number;
  /** The part of the probability that those had before it. */
  readonly mass: number;
  /** What logits have been divided by up to here. */
  readonly temperature: number;
}

/** A way that chance may take: the numbers that filters are given, and how probable it is. */
interface Way {
  readonly numbers: readonly number[];
  readonly probability: number;
}

/** Just below 1, where xtc doesn't cut. */
const LATE = 1 - 2 ** -53;

/** All ways: each xtc of a chain cuts, or doesn't. The first is the one on which all that can cut do. */
function waysOf(chain: readonly Step[]): Way[] {
  let ways: Way[] = [{ numbers: [], probability: 1 }];
  for (const { kind, values } of chain) {
    if (kind.name !== "xtc") continue;
    const [cuts] = values;
    const both = [
      { number: 0, share: cuts },
      { number: LATE, share: 1 - cuts },
    ].filter(({ share }) => share > 0);
    ways = both.flatMap(({ number, share }) =>
      ways.map(({ numbers, probability }) => ({ numbers: [...numbers, number], probability: probability * share })),
    );
  }
  return ways;
}

/** The outcome of a chain. */
export function outcomeOf(chain: readonly Step[], { history, logits }: Source): Outcome {
  const filters: Filter[] = chain.map(filterOf);
  const followed = waysOf(chain).map(({ numbers, probability }) => {
    const left = [...numbers];
    return { probability, ...follow(filters, logits, { history, random: () => left.shift() ?? 0 }) };
  });
  const [{ problem, steps }] = followed;
  const after = new Float64Array(logits.length);
  for (const way of followed) {
    if (way.problem === undefined) way.steps.at(-1)!.probabilities.forEach((p, i) => (after[i] += way.probability * p));
  }
  const cuts = Array.from(logits, (_, token) => {
    const at = steps.findIndex((step) => step.logits[token] === -Infinity);
    return at > 0 ? at - 1 : undefined;
  });
  return {
    before: steps[0].probabilities,
    after,
    cuts,
    problem,
    steps: steps.slice(1).map((step, i) => stepOf(steps[i], step)),
  };
}

function stepOf(before: Left, after: Left): StepOutcome {
  const mass = before.probabilities.reduce((sum, p, i) => (after.logits[i] > -Infinity ? sum + p : sum), 0);
  return { count: after.count, mass, temperature: after.temperature };
}
