/** `lanewise/transformers`: the filters of `lanewise/sampling` in transformers.js, which this needs not. */

export { fromGenerationConfig, type GenerationConfigLike } from "./generationConfig.js";
export {
  type AnyProcessor,
  logitsProcessor,
  type LogitsProcessor,
  type LogitsProcessorFunction,
  type LogitsProcessorOptions,
} from "./processor.js";
export type { LogitsTensor } from "./tensor.js";
