// @ts-check
/** @typedef {typeof import("../../src/index.js")} Lanewise */

/** What `look` gives for `values` where everything is right. */
export const rightValues =
  "0.268941 0.731059 0.880797, 0.268941 0.731059 0.880797, 0.018211 0.245192 0.736597, 0.500000";

/**
 * What a copy of lanewise computes and what it says of itself, as data that a page, a worker or a process can send.
 *
 * @param {Lanewise} lanewise
 */
export function look({ backend, backends, createArena, sigmoid, softmax }) {
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
    /** Of every backend: why it is not available, or "". @type {Record<string, string>} */
    reasons: Object.fromEntries(backends().map(({ name, reason = "" }) => [name, reason])),
    /** The functions that the backend leaves to plain JavaScript, with the reasons. */
    fallbacks: backends().find(({ name }) => name === backend())?.fallbacks ?? {},
  };
}

/**
 * The same before and after `ready()`, and what that returned.
 *
 * @param {Lanewise} lanewise
 */
export async function lookTwice(lanewise) {
  const first = look(lanewise);
  const ready = await lanewise.ready();
  return { first, ready, then: look(lanewise) };
}
