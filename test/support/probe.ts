/** Results of a copy of lanewise, and its report on its backends. Pages, workers and processes load this file without Vite. */

import type * as Lanewise from "../../src/index.js";

/** The `values` that `look` gives where everything is right. */
export const rightValues =
  "0.268941 0.731059 0.880797, 0.268941 0.731059 0.880797, 0.018211 0.245192 0.736597, 0.500000";

export interface Look {
  readonly values: string;
  readonly backend: string;
  /** Of every backend: why it is not available, or "". */
  readonly reasons: Readonly<Record<string, string>>;
  /** The functions that the backend leaves to plain JavaScript, with the reasons. */
  readonly fallbacks: Readonly<Record<string, string>>;
}

/** Calls a copy of lanewise: its results, and its report on its backends, as data that a page, a worker or a process can send. */
export function look({ backend, backends, createArena, sigmoid, softmax }: typeof Lanewise): Look {
  const logits = [-1, 1, 2];
  const copied = sigmoid(Float32Array.from(logits));
  const arena = createArena(64);
  const x = arena.float32(3);
  x.set(logits);
  const shared = sigmoid(x, { out: x });
  const results = [copied, shared, softmax(Float64Array.of(0.3, 2.9, 4)), [sigmoid(0)]];
  return {
    values: results.map((result) => Array.from(result, (value) => value.toFixed(6)).join(" ")).join(", "),
    backend: backend(),
    reasons: Object.fromEntries(backends().map(({ name, reason = "" }) => [name, reason])),
    fallbacks: backends().find(({ name }) => name === backend())?.fallbacks ?? {},
  };
}

export interface Looks {
  readonly first: Look;
  /** The result of `ready()`. */
  readonly ready: string;
  readonly then: Look;
  /** What `useBackend("reproducible")` chooses. */
  readonly reproducible: string;
}

/** Looks at a copy before and after `ready()`. */
export async function lookTwice(lanewise: typeof Lanewise): Promise<Looks> {
  const first = look(lanewise);
  const ready = await lanewise.ready();
  return { first, ready, then: look(lanewise), reproducible: lanewise.useBackend("reproducible") };
}
