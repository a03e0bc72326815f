/** Filters by a generation configuration of Hugging Face. */

import { checkNumber, mustBe } from "../args/arrays.js";
import {
  epsilonCutoff,
  etaCutoff,
  type Filter,
  minP,
  temperature,
  topH,
  topK,
  topP,
  typicalP,
} from "../sampling/index.js";
import { renaming } from "../args/renaming.js";
import { type LogitsProcessor, type LogitsProcessorOptions, makeProcessor } from "./processor.js";
import { sequenceBias } from "./sequenceBias.js";

type Option = number | null | undefined;

/** What is read of a generation configuration. Others of its options may be there too. */
export interface GenerationConfigLike {
  readonly do_sample?: boolean | null | undefined;
  readonly temperature?: Option;
  readonly top_h?: Option;
  readonly top_k?: Option;
  readonly top_p?: Option;
  readonly min_p?: Option;
  readonly typical_p?: Option;
  readonly epsilon_cutoff?: Option;
  readonly eta_cutoff?: Option;
  /** Pairs of a sequence of tokens and what is added to the logit of its last one. */
  readonly sequence_bias?: unknown;
}

/** Hugging Face's own default, of which a configuration's file says nothing. */
const DEFAULT_TOP_K = 50;

/** The filters of options that are numbers, in Hugging Face's order, each with the values for which there is one. */
const FILTERS: readonly [
  name: keyof GenerationConfigLike,
  isOn: (value: number) => boolean,
  create: (value: number) => Filter,
][] = [
  ["top_h", () => true, topH],
  ["top_k", (k) => k !== 0, topK],
  ["top_p", (p) => !(p >= 1), topP],
  ["min_p", (p) => p !== 0, minP],
  ["typical_p", (p) => !(p >= 1), typicalP],
  ["epsilon_cutoff", (epsilon) => epsilon > 0 && epsilon < 1, epsilonCutoff],
  ["eta_cutoff", (epsilon) => epsilon > 0 && epsilon < 1, etaCutoff],
];

/**
 * What a generation configuration asks for and transformers.js drops, as a logits processor for its `generate`: `sequence_bias`, `top_h`, `top_p`,
 * `min_p`, `typical_p`, `epsilon_cutoff` and `eta_cutoff`, with `top_k` in its place among them, in the order of Hugging Face's transformers for
 * Python: sequence_bias, temperature, top_h, top_k, top_p, min_p, typical_p, epsilon_cutoff, eta_cutoff. Give `generate` the same configuration:
 *
 *     const generation_config = { ...model.generation_config, do_sample: true, top_p: 0.9 };
 *     const logits_processor = fromGenerationConfig(generation_config);
 *     await model.generate({ ...inputs, generation_config, logits_processor });
 *
 * What is not repeated here, because transformers.js applies it before this processor: `repetition_penalty`, `no_repeat_ngram_size`, `bad_words_ids`,
 * `min_length`, `min_new_tokens`, `forced_bos_token_id`, `forced_eos_token_id`, `suppress_tokens`, `begin_suppress_tokens`, `guidance_scale`; and
 * `temperature`, where it draws or `do_sample` is true. With `seed` or `random` and without `do_sample` it is applied here.
 *
 * `top_k` is applied here because it comes before `top_p`; that transformers.js cuts to as many once more changes nothing. Where it is not given
 * it is 50, as in both libraries. `sequence_bias` comes behind a repetition penalty here, in Python before it. A value with which an option does
 * nothing gives no filter: null; undefined, but of top_k; 0 of `top_k`, `min_p`, `epsilon_cutoff` and `eta_cutoff`; 1 and more of `top_p` and
 * `typical_p`; 1 of `temperature`. Of equal logits `top_k` leaves those of lower index, as transformers.js does, where Python leaves all.
 *
 * What neither transformers.js nor this function applies: `encoder_repetition_penalty`, `encoder_no_repeat_ngram_size`, `diversity_penalty`,
 * `exponential_decay_length_penalty`, `penalty_alpha`, `remove_invalid_values`, `watermarking_config`.
 *
 * @param config the options that `generate` is given, with Hugging Face's names: `model.generation_config`, which may be null, or an object
 *   with options of one's own
 * @param options `seed` or `random`, with which the processor draws itself, and `whenEmpty`, as of `logitsProcessor`
 * @returns a logits processor, as `logitsProcessor` gives
 * @throws {TypeError} if the configuration is no object, or an option of it is no number
 * @throws {RangeError} if an option is out of range
 * @see https://huggingface.co/docs/transformers/main_classes/text_generation#transformers.GenerationConfig
 * @example
 * const generation_config = { ...model.generation_config, do_sample: true, temperature: 0.7, min_p: 0.05 };
 * await model.generate({ ...inputs, generation_config, logits_processor: fromGenerationConfig(generation_config) });
 */
export function fromGenerationConfig(
  config: GenerationConfigLike | null | undefined,
  options?: LogitsProcessorOptions,
): LogitsProcessor {
  const caller = "fromGenerationConfig";
  if (typeof (config ?? {}) !== "object" || Array.isArray(config)) {
    throw mustBe(caller, "config", "a generation configuration, such as model.generation_config", config);
  }
  const given: GenerationConfigLike = config ?? {};
  const draws = options?.seed !== undefined || options?.random !== undefined;
  return makeProcessor(caller, filtersOf(caller, given, draws), options);
}

function filtersOf(caller: string, config: GenerationConfigLike, draws: boolean): Filter[] {
  const heat = config.temperature ?? 1;
  checkNumber(caller, "temperature", heat);
  // A temperature of 0 turns sampling off in transformers.js, which then divides by none.
  const isHeated = config.do_sample === true && heat !== 0;
  const filters: Filter[] = [];
  const { sequence_bias } = config;
  if (sequence_bias !== undefined && sequence_bias !== null) {
    filters.push(sequenceBias(caller, sequence_bias, isHeated ? heat : 1));
  }
  if (draws && !isHeated && heat !== 1) filters.push(named(caller, "temperature", () => temperature(heat)));
  for (const [name, isOn, create] of FILTERS) {
    const value = name === "top_k" && config.top_k === undefined ? DEFAULT_TOP_K : config[name];
    if (value === undefined || value === null) continue;
    checkNumber(caller, name, value);
    if (isOn(value)) filters.push(named(caller, name, () => create(value)));
  }
  return filters;
}

/** Makes a filter, whose errors name the option in the place of the function that the program didn't call. */
function named(caller: string, name: string, make: () => Filter): Filter {
  return renaming(/^\w+: \w+/, `${caller}: ${name}`, make);
}
