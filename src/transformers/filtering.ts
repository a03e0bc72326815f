/** Filters without the draw: what they leave of the logits of one sequence. */

import type { FloatArray } from "../args/dtype.js";
import { fillArray, setArray } from "../args/engine.js";
import type { Distribution } from "../sampling/distribution.js";
import type { FilterDefinition, FilterState } from "../sampling/filter.js";
import { createSampler, type Sampler, type SamplerOptions, type TokenList } from "../sampling/index.js";

/** The largest finite number of half precision. */
const LARGEST_HALF = 65504;

/**
 * Filters the logits of a sequence by a sampler whose last filter takes what the others leave. So it needs no more of
 * `lanewise/sampling` than the program has of it, whichever build that is.
 */
export class SequenceFilter {
  private readonly sampler: Sampler;
  /** What the filters keep: they are to be told what transformers.js draws, not what the sampler does. */
  private readonly states: FilterState[] = [];
  private out: FloatArray = new Float32Array(0);
  private isHalf = false;
  private isTaken = false;
  /** The largest of the results, and the sum of e^(result - max), where a filter asks for the probability of what is drawn. */
  private max = 0;
  private total = 0;

  constructor(filters: readonly FilterDefinition[], options: Pick<SamplerOptions, "whenEmpty">) {
    const last: FilterDefinition = {
      name: "transformers",
      create: () => ({ apply: (distribution) => this.take(distribution) }),
    };
    this.sampler = createSampler([...filters.map((filter) => this.withoutObserving(filter)), last], options);
  }

  /** Begins with another sequence. */
  begin(): void {
    this.states.length = 0;
    this.sampler.reset();
  }

  /** Tells the filters which token was drawn of what they left last. */
  observe(token: number): void {
    const probability = Math.exp(this.out[token] - this.max) / this.total;
    // A token that was excluded and forced nevertheless says nothing of the distribution.
    if (probability > 0) for (const state of this.states) state.observe?.(probability);
  }

  /**
   * Writes what the filters leave to `out`, which is kept until the next call.
   *
   * @param isHalf whether the results are to be rounded to half precision
   */
  apply(logits: FloatArray, history: TokenList, out: FloatArray, isHalf: boolean): void {
    this.out = out;
    this.isHalf = isHalf;
    this.isTaken = false;
    const token = this.sampler.next(logits, history);
    if (this.isTaken) return;
    // The filters left no token, and whenEmpty is "argmax".
    fillArray(out, -Infinity);
    out[token] = 0;
  }

  private withoutObserving(filter: FilterDefinition): FilterDefinition {
    const create = () => {
      const state = filter.create();
      this.states.push(state);
      return { apply: (...args: Parameters<FilterState["apply"]>) => state.apply(...args) };
    };
    return { ...filter, create };
  }

  /** Writes the logits that are left, divided by the temperature. */
  private take(distribution: Distribution): void {
    const { out } = this;
    const max = distribution.max();
    const { count, temperature, values } = distribution;
    out[0] = max / temperature;
    // What would overflow is written less the largest one, which changes no probability; so is what a temperature changes in half precision,
    // which has most digits near 0.
    const limit = !this.isHalf ? Number.MAX_VALUE : temperature === 1 ? LARGEST_HALF : 0;
    const shift = Math.abs(out[0]) <= limit ? 0 : max;
    // Where the largest logit is Infinity, no other is left.
    const resultOf = (value: number) => (value === Infinity ? 0 : (value - shift) / temperature);
    let left = 0;
    if (count === values.length) {
      setArray(out, values);
      if (shift !== 0 || temperature !== 1) for (let i = 0; i < count; i++) out[i] = resultOf(out[i]);
      while (left < count && out[left] === -Infinity) left++;
    } else {
      fillArray(out, -Infinity);
      distribution.each((index) => (out[(left = index)] = resultOf(values[index])));
    }
    if (this.states.some(({ observe }) => observe !== undefined)) {
      this.max = resultOf(max);
      this.total = distribution.total();
    }
    this.isTaken = true;
    // The sampler's own draw is not asked for: among one token it takes no time.
    distribution.keepIndices([left]);
  }
}
