/** `lanewise/transformers`, without @huggingface/transformers: by types such as its own. */

/* eslint-disable @typescript-eslint/no-explicit-any -- its types have them */

import { minP, topP } from "lanewise/sampling";
import { fromGenerationConfig, type LogitsProcessor, logitsProcessor } from "lanewise/transformers";

/** A tensor as transformers.js declares it, as far as it matters. */
declare class Tensor {
  get dims(): number[];
  set dims(value: number[]);
  get type(): "float32" | "float16" | "int64";
  get data(): Float32Array | Uint16Array | BigInt64Array | unknown[];
  dispose(): void;
}

declare const Callable: new () => { (...args: any[]): any; _call(...args: any[]): any };

/** Its processors and lists. */
declare class TheirProcessor extends Callable {
  _call(input_ids: bigint[][], logits: Tensor): void;
}

declare class TheirOther extends TheirProcessor {
  constructor(tokens: number[]);
  tokens: number[];
  _call(input_ids: bigint[][], logits: Tensor): Tensor;
}

declare class TheirList extends Callable {
  processors: any[];
  push(item: TheirProcessor): void;
  extend(items: TheirProcessor[]): void;
  _call(input_ids: bigint[][], logits: Tensor): Tensor;
  [Symbol.iterator](): ReturnType<any[]["values"]>;
}

declare function generate(options: { logits_processor?: TheirList | null; [key: string]: unknown }): Promise<Tensor>;
declare const tensor: Tensor, ids: bigint[][], list: TheirList, other: TheirOther;
declare const generation_config: { do_sample: boolean; top_k: number; top_p: number; bad_words_ids: number[][] } | null;

const processor: LogitsProcessor = logitsProcessor([topP(0.9), minP(0.05)], { seed: 42 });
export const outputs = [
  generate({ do_sample: false, logits_processor: processor }),
  generate({ logits_processor: fromGenerationConfig(generation_config) }),
  generate({ logits_processor: fromGenerationConfig({ top_p: 0.9, min_p: null }, { whenEmpty: "argmax" }) }),
];
export const changed: Tensor = processor(ids, tensor);
list.push(processor);
list.extend([processor]);
processor.push(other);
processor.extend([other, processor]);
processor.push((_ids: bigint[][], logits: Tensor) => logits);
// @ts-expect-error: logits are a tensor
processor(ids, Float32Array.of(1, 2));
// @ts-expect-error: an array of rows is wanted
processor([1n, 2n], tensor);
// @ts-expect-error: there is no such option
logitsProcessor([], { temperature: 1 });
// @ts-expect-error: numbers are wanted
fromGenerationConfig({ top_p: "0.9" });
