import { type OptionList, readOptions } from "../../args/options.js";
import { exp, log } from "../../formulas/elementary.js";
import { checkRange, type Filter, stateless } from "../filter.js";

/** Options of `dynamicTemperature`. */
export interface DynamicTemperatureOptions {
  /** The temperature where one token has all the probability. */
  readonly min: number;
  /** The temperature where all tokens are equally probable. */
  readonly max: number;
  /** The power of the part of the largest entropy. Default: 1. */
  readonly exponent?: number | undefined;
}

const OPTIONS: OptionList = { names: ["min", "max", "exponent"] };

/**
 * Temperature by the entropy H of the n tokens left, those above -Infinity: `min + (max - min)·(H / log(n))^exponent`. A model that is sure
 * of its token gets a low temperature, one that is not a high one. Where one token is left, nothing changes. (llama.cpp counts tokens of
 * -Infinity in n.)
 *
 * In llama.cpp: `--dynatemp-range r` around `--temp t`, which is a min of t - r and a max of t + r, and `--dynatemp-exp`.
 *
 * @formula `T = \text{min} + (\text{max} - \text{min}) \left(\frac{H}{\log n}\right)^{\text{exponent}}, \qquad H = -\sum_{i=1}^{n} p_i \log p_i`
 * @formula `p_i \leftarrow \frac{e^{x_i / T}}{\sum_j e^{x_j / T}}`
 * @param options `min` and `max`, finite numbers above 0, min no larger than max; `exponent`, from 0 on, default 1
 * @throws {TypeError} if one is missing or no number, or there is no such option
 * @throws {RangeError} if one is out of range
 * @see https://arxiv.org/abs/2309.02772
 * @example
 * createSampler([dynamicTemperature({ min: 0.5, max: 1.5 })], { seed: 1 }).next(Float32Array.of(1, 3, 2)); // 1
 */
export function dynamicTemperature(options: DynamicTemperatureOptions): Filter {
  const [min, max, exponent = 1] = readOptions("dynamicTemperature", OPTIONS, options);
  checkRange("dynamicTemperature", "min", min, 0, Number.MAX_VALUE, true);
  checkRange("dynamicTemperature", "max", max, min, Number.MAX_VALUE);
  checkRange("dynamicTemperature", "exponent", exponent, 0, Number.MAX_VALUE);
  return stateless("dynamicTemperature", (distribution) => {
    if (distribution.isEmpty) return;
    const entropy = distribution.entropy();
    const { possible } = distribution;
    if (possible < 2) return;
    const part = Math.min(1, entropy / log(possible));
    distribution.divide(min + (max - min) * power(part, exponent));
  });
}

/** part^exponent, of the same bits in every engine. */
function power(part: number, exponent: number): number {
  if (exponent === 1 || part === 1) return part;
  return part > 0 ? exp(exponent * log(part)) : Number(exponent === 0);
}
