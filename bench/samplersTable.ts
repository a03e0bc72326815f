/** What the benchmark of samplers leaves behind, and its table. */

import { table } from "../scripts/markdown.js";
import { count, digits } from "./format.js";
import type { Pair } from "./results.js";

/** Microseconds of a token, by each filter: of lanewise and of plain JavaScript, and of softmax over the same logits. */
export interface SamplerResults {
  readonly runtime: string;
  readonly cpu: string;
  readonly platform: string;
  readonly date: string;
  readonly vocabulary: number;
  /** How many tokens the history has. */
  readonly history: number;
  /** The package that llama.cpp is of. */
  readonly llama?: string;
  readonly rows: readonly {
    readonly name: string;
    readonly lanewise: Pair;
    readonly plain: Pair;
    readonly softmax: Pair;
    /** Of llama.cpp's own sampler, where it has the filter. */
    readonly llama?: Pair;
  }[];
}

/** The table, with what was measured. */
export function samplerTable(results: SamplerResults): string {
  const { rows, runtime, cpu, platform, date, vocabulary, history, llama } = results;
  const lines = rows.map(({ name, lanewise, plain, softmax, ...row }) => [
    `\`${name}\``,
    String(Math.round(lanewise[0])),
    String(Math.round(plain[0])),
    `${digits(plain[0] / lanewise[0])}× (${digits(plain[1] / lanewise[1])}×)`,
    digits(lanewise[0] / softmax[0]),
    ...(llama === undefined ? [] : [row.llama === undefined ? "" : `${digits(row.llama[0] / lanewise[0])}×`]),
  ]);
  const head = ["filters", "µs a token", "plain JavaScript", "times faster", "of softmax's time"];
  return [
    table([[...head, ...(llama === undefined ? [] : ["than llama.cpp"])], ...lines], "--:"),
    "",
    `\`sampler.next\` over ${count(vocabulary)} float32 logits with a history of ${count(history)} tokens: the fastest of many slices run by`,
    `turns, in brackets the ratio of medians. Plain JavaScript takes exponentials only where it needs them and sorts no more than it must.`,
    ...(llama === undefined
      ? []
      : [`llama.cpp is the library of ${llama}, which sorts as many candidates as it needs.`]),
    `${runtime}, ${platform}, ${cpu}, ${date}.`,
  ].join("\n");
}
