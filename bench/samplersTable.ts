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
  readonly rows: readonly {
    readonly name: string;
    readonly lanewise: Pair;
    readonly plain: Pair;
    readonly softmax: Pair;
  }[];
}

/** The table, with what was measured. */
export function samplerTable({ rows, runtime, cpu, platform, date, vocabulary, history }: SamplerResults): string {
  const lines = rows.map(({ name, lanewise, plain, softmax }) => [
    `\`${name}\``,
    String(Math.round(lanewise[0])),
    String(Math.round(plain[0])),
    `${digits(plain[0] / lanewise[0])}× (${digits(plain[1] / lanewise[1])}×)`,
    digits(lanewise[0] / softmax[0]),
  ]);
  return [
    table([["filters", "µs a token", "plain JavaScript", "times faster", "of softmax's time"], ...lines], "--:"),
    "",
    `\`sampler.next\` over ${count(vocabulary)} float32 logits with a history of ${count(history)} tokens: the fastest of many slices run by`,
    `turns, in brackets the ratio of medians. Plain JavaScript takes exponentials only where it needs them and sorts no more than it must.`,
    `${runtime}, ${platform}, ${cpu}, ${date}.`,
  ].join("\n");
}
