import { describe } from "../../args/arrays.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { exp, log } from "../../formulas/elementary.js";
import type { Distribution } from "../distribution.js";
import { checkRange, type Filter, type FilterDefinition, type FilterState } from "../filter.js";

/** Options of `mirostat`. */
export interface MirostatOptions {
  /** The version of the algorithm, 1 or 2. Default: 2. */
  readonly version?: 1 | 2 | undefined;
  /** The surprise that is aimed at, in bits. Default: 5. */
  readonly tau?: number | undefined;
  /** How fast the limit follows. Default: 0.1. */
  readonly eta?: number | undefined;
}

const OPTIONS: OptionList = { names: ["version", "tau", "eta"] };

/** Version 1 estimates how probabilities fall by so many of the most probable tokens. */
const ESTIMATED_BY = 100;

/**
 * Mirostat: the tokens whose surprise, -log2(p), is at most a limit, which follows what was drawn, so that the surprise is `tau` bits on
 * average: after each token, `limit -= eta·(surprise - tau)`. It begins at 2·tau. Version 1 leaves the k most probable instead, with k from
 * the limit and an estimate of how probabilities fall with their rank. The surprise of what was drawn is that among the tokens left, as in
 * llama.cpp; the paper's code takes the one before the cut. It is the last filter of a sampler, which keeps the limit: `reset`
 * sets it back.
 *
 * In llama.cpp: `--mirostat`, `--mirostat-ent` for tau, and `--mirostat-lr` for eta.
 *
 * @formula `S = \{\, i : -\log_2 p_i \le \mu \,\} \cup \{ \operatorname{argmax}_i p_i \} \quad \text{in version 2}`
 * @formula `S = \{\, i : \operatorname{rank}(i) \le k \,\}, \qquad k = \left( \frac{(s - 1)\, 2^{\mu}}{1 - N^{1 - s}} \right)^{1/s} \quad \text{in version 1, where } p \sim \operatorname{rank}^{-s}`
 * @formula `\mu \leftarrow \mu - \eta\,(-\log_2 p_{\text{drawn}} - \tau), \qquad \mu = 2\tau \text{ at first}`
 * @param options `version`, 1 or 2, default 2; `tau`, above 0, default 5; `eta`, from 0 on, default 0.1
 * @throws {TypeError} if one is no number, or there is no such option
 * @throws {RangeError} if one is out of range
 * @see https://arxiv.org/abs/2007.14966
 * @example
 * createSampler([temperature(0.8), mirostat({ tau: 0.5 })]).next(Float32Array.of(1, 4, 2)); // 1
 */
export function mirostat(options: MirostatOptions = {}): Filter {
  const [version = 2, tau = 5, eta = 0.1] = readOptions("mirostat", OPTIONS, options);
  if (version !== 1 && version !== 2)
    throw new RangeError(`mirostat: version must be 1 or 2, not ${describe(version)}`);
  checkRange("mirostat", "tau", tau, 0, Number.MAX_VALUE, true);
  checkRange("mirostat", "eta", eta, 0, Number.MAX_VALUE);
  const definition: FilterDefinition = { name: "mirostat", create: () => new Mirostat(version, tau, eta) };
  return definition;
}

class Mirostat implements FilterState {
  private limit: number;
  private readonly weights = new Float64Array(ESTIMATED_BY);
  private readonly logs = new Float64Array(ESTIMATED_BY);
  /** The logarithms of the ratios of each rank to the one before. */
  private readonly steps = Float64Array.from(this.logs, (_, i) => log((i + 2) / (i + 1)));

  constructor(
    private readonly version: 1 | 2,
    private readonly tau: number,
    private readonly eta: number,
  ) {
    this.limit = 2 * tau;
  }

  apply(distribution: Distribution): void {
    if (distribution.isEmpty) return;
    if (this.version === 1) distribution.keepLargest(this.countFor(distribution));
    else {
      const least = powerOfTwo(-this.limit);
      distribution.keepByTotal((total) => least * total);
    }
  }

  observe(probability: number): void {
    const surprise = -log(probability) / Math.LN2;
    this.limit -= this.eta * (surprise - this.tau);
  }

  /** How many tokens version 1 leaves. */
  private countFor(distribution: Distribution): number {
    const { weights, logs, steps } = this;
    const { indices, size } = distribution.largest(ESTIMATED_BY);
    distribution.weighEach(indices, size, weights, logs);
    let products = 0;
    let squares = 0;
    for (let i = 0; i + 1 < size && weights[i + 1] > 0; i++) {
      products += steps[i] * (logs[i] - logs[i + 1]);
      squares += steps[i] * steps[i];
    }
    // How probabilities fall, by Zipf's law: as a power of the rank.
    const s = products / squares;
    const epsilon = s - 1;
    const k = exp(log((epsilon * powerOfTwo(this.limit)) / (1 - exp(-epsilon * log(distribution.values.length)))) / s);
    return k >= 1 ? Math.floor(Math.min(k, distribution.values.length)) : k < 1 ? 1 : distribution.values.length;
  }
}

function powerOfTwo(exponent: number): number {
  return exp(exponent * Math.LN2);
}
