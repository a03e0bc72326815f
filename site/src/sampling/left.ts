/** Which tokens the filters of a chain leave, one after the other, and how probable these are then: what samplers do, but don't tell. */

import { createSampler, type Filter, type TokenList } from "lanewise/sampling";
import type { FilterDefinition } from "../../../src/sampling/filter.js";

/** The tokens at a place in a chain of filters. */
export interface Left {
  /** Of each token; 0 for those that are cut. */
  readonly probabilities: Float64Array;
  /** Of each token, as filters have changed them, divided by the temperature; -Infinity for those that are cut. */
  readonly logits: Float64Array;
  /** How many are left. */
  readonly count: number;
  /** What the logits have been divided by. */
  readonly temperature: number;
}

/** What becomes of the tokens. */
export interface Followed {
  /** At first, and then after each filter; they end before the filter that leaves none. */
  readonly steps: readonly Left[];
  /** Why none is left; undefined where some are. */
  readonly problem: string | undefined;
}

/** How filters are followed. */
export interface FollowOptions {
  /** The tokens so far. Default: none. */
  readonly history?: TokenList;
  /** Gives the numbers that filters take, each from 0 to less than 1. Default: always 0. */
  readonly random?: () => number;
}

/** A filter that changes nothing, and tells what is left where it stands in a chain. */
function probe(tell: (left: Left) => void): Filter {
  const definition: FilterDefinition = {
    name: "probe",
    create: () => ({
      apply(distribution) {
        const { temperature, values } = distribution;
        const total = distribution.total();
        const probabilities = new Float64Array(values.length);
        const logits = new Float64Array(values.length).fill(-Infinity);
        let count = 0;
        distribution.each((index, weight) => {
          if (values[index] === -Infinity) return;
          probabilities[index] = weight / total;
          logits[index] = values[index] / temperature;
          count++;
        });
        tell({ probabilities, logits, count, temperature });
      },
    }),
  };
  return definition;
}

/** What filters leave of logits, step by step. */
export function follow(
  filters: readonly Filter[],
  logits: Float32Array | Float64Array,
  { history = [], random = () => 0 }: FollowOptions = {},
): Followed {
  const steps: Left[] = [];
  const tell = (left: Left) => steps.push(left);
  const probed = [probe(tell), ...filters.flatMap((filter) => [filter, probe(tell)])];
  try {
    createSampler(probed, { random }).next(logits, history);
    return { steps, problem: undefined };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { steps, problem: error.message };
  }
}
