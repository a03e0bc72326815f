import { type OptionList, readOptions } from "../../args/options.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/** Options of `xtc`. */
export interface XtcOptions {
  /** How often tokens are excluded at all. */
  readonly probability: number;
  /** From which probability on a token is a top choice. Default: 0.1. */
  readonly threshold?: number | undefined;
}

const OPTIONS: OptionList = { names: ["probability", "threshold"] };

/**
 * Exclude top choices: with a probability, of the tokens whose own probability is at least the threshold, all but the least probable are
 * excluded; of equal ones the one of the highest index is left. As in llama.cpp,
 * no token is spared for what it means (text-generation-webui cuts nothing where a newline or an end would go).
 * It takes one number of the sampler's generator for each token.
 *
 * In llama.cpp: `--xtc-probability` and `--xtc-threshold`.
 *
 * @formula `E = \{\, i : p_i \ge \text{threshold} \,\}`
 * @formula `S = \{\, i \notin E \,\} \cup \{ \operatorname{argmin}_{i \in E} p_i \} \quad \text{with the given probability, else all}`
 * @param options `probability`, from 0, which excludes nothing, to 1; `threshold`, from 0 to 1, default 0.1: above 0.5 nothing is excluded,
 *   since no two tokens are so probable
 * @throws {TypeError} if `probability` is missing, one is no number, or there is no such option
 * @throws {RangeError} if one is out of range
 * @see https://github.com/oobabooga/text-generation-webui/pull/6335
 * @example
 * createSampler([xtc({ probability: 1, threshold: 0.25 }), topK(1)]).next(Float32Array.of(1, 3, 2.5)); // 2
 */
export function xtc(options: XtcOptions): Filter {
  const [probability, threshold = 0.1] = readOptions("xtc", OPTIONS, options);
  checkRange("xtc", "probability", probability, 0, 1);
  checkRange("xtc", "threshold", threshold, 0, 1);
  const apply: Parameters<typeof stateless>[1] = (distribution, step) => {
    if (step.chance() >= probability || threshold > 0.5 || distribution.isEmpty) return;
    distribution.excludeTop((total) => threshold * total);
  };
  return stateless("xtc", apply, 1);
}
