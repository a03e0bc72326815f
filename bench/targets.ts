// @ts-check
// The marks that lanewise is to reach, and what of them a stored run reached.

import { backends, functions } from "lanewise";
import { COPY, COPYING, OUT_OF_CACHE } from "./cases.js";
import { ramps, smooth } from "./groups.js";
import { NATIVE } from "./native.js";
import { PLAIN } from "./results.js";

/** @import { BackendName } from "lanewise" */
/** @import { Memory, Type } from "./cases.js" */
/** @import { Pair, Run } from "./results.js" */

/**
 * @typedef {object} Mark
 * @property {string} work
 * @property {string} against
 * @property {readonly string[]} [functions] default: all that were measured against it
 * @property {readonly number[]} sizes
 * @property {Memory} memory
 * @property {Type} [type]
 * @property {(contestant: string) => boolean} rival of several the fastest counts
 * @property {boolean} [mean] the geometric mean must reach the mark; else the smallest ratio must
 * @property {number} ratio
 * @property {number} [relaxed] that of relaxed-simd, if it is another
 */

const TENSORFLOW = "tfjs wasm";
const ours = new Set(backends().map(({ name }) => /** @type {string} */ (name)));
const isPlain = (/** @type {string} */ name) => name === PLAIN;
const isTensorflow = (/** @type {string} */ name) => name.startsWith(TENSORFLOW);
/** Whether a contestant is another library. */
export const isPeer = (/** @type {string} */ name) =>
  !ours.has(name) && name !== PLAIN && name !== NATIVE && name !== COPYING;

const names = functions.map(({ definition }) => definition.name);
const rows = ["softmax", "logSoftmax", "logSumExp", "argmax", "hardmax", "sparsemax"];
const losses = ["softmaxCrossEntropy", "sigmoidCrossEntropy"];
const samplers = ["sample", "sample topK", "sample topP", "sample topK topP", "sample minP"];
/** Those that give no array as long as x. */
const reducing = ["logSumExp", "argmax", "softmaxCrossEntropy", ...samplers];
const LARGE = [1000, 10_000, 100_000, 1_000_000];

/** @type {readonly Mark[]} */
export const marks = [
  ...[
    { functions: ["sigmoid"], ratio: 1.2, relaxed: 1.6 },
    { functions: ["tanh", "softplus"], ratio: 12 },
    { functions: ["exp"], ratio: 4 },
    { functions: ["logSoftmax"], ratio: 5 },
    { functions: ["elu", "relu"], ratio: 1.1 },
    { functions: ["softmax"], ratio: 1.1, relaxed: 1.5 },
  ].map((mark) => ({
    ...mark,
    work: `${mark.functions.join(", ")}, 100,000, resident`,
    against: TENSORFLOW,
    sizes: [100_000],
    memory: /** @type {const} */ ("arena"),
    rival: isTensorflow,
  })),
  {
    work: "softmax of ten classes, 10,000 rows, resident",
    against: TENSORFLOW,
    functions: ["softmax of ten classes"],
    sizes: [100_000],
    memory: "arena",
    rival: isTensorflow,
    ratio: 3,
  },
  {
    work: "every function both have, 1,000 to 1,000,000, arrays in and out",
    against: "the better peer",
    sizes: LARGE,
    memory: "copied",
    rival: isPeer,
    ratio: 1.5,
  },
  {
    work: "every function both have, 16 elements, arrays in and out",
    against: "the better peer",
    sizes: [16],
    memory: "copied",
    rival: isPeer,
    ratio: 20,
  },
  {
    work: "the smooth functions and softmax, geometric mean over 1,000 to 1,000,000, arrays in and out",
    against: PLAIN,
    functions: smooth,
    sizes: LARGE,
    memory: "copied",
    rival: isPlain,
    mean: true,
    ratio: 10,
  },
  {
    work: "the ramps, likewise",
    against: PLAIN,
    functions: ramps,
    sizes: LARGE,
    memory: "copied",
    rival: isPlain,
    mean: true,
    ratio: 4,
  },
  {
    work: "every function, 4 elements",
    against: PLAIN,
    functions: [...names, ...rows, ...losses],
    sizes: [4],
    memory: "copied",
    rival: isPlain,
    ratio: 1,
  },
  {
    work: "every function, 10 and 16 elements",
    against: PLAIN,
    functions: [...names, ...rows, ...losses],
    sizes: [10, 16],
    memory: "copied",
    rival: isPlain,
    ratio: 2,
  },
  ...[
    { what: "of ten classes", title: "10,000 rows of 10", size: 100_000, ratio: 6 },
    { what: "of a vocabulary", title: "one row of 151,936", size: 151_936, ratio: 8 },
    { what: "over axis 0", title: "axis 0 of [1000, 1000]", size: 1_000_000, ratio: 8 },
  ].map(({ what, title, size, ratio }) => ({
    work: `softmax, ${title}, arrays in and out`,
    against: PLAIN,
    functions: [`softmax ${what}`],
    sizes: [size],
    memory: /** @type {const} */ ("copied"),
    rival: isPlain,
    ratio,
  })),
  {
    work: "sample of 151,936 logits",
    against: PLAIN,
    functions: samplers,
    sizes: [151_936],
    memory: "copied",
    rival: isPlain,
    ratio: 10,
  },
  {
    work: "the ramps, 4,000,000, resident",
    against: COPYING,
    functions: ramps,
    sizes: [OUT_OF_CACHE],
    memory: "arena",
    rival: (name) => name === COPYING,
    ratio: 0.9,
  },
  {
    work: "exp, sigmoid, tanh, 10,000, resident",
    against: NATIVE,
    functions: ["exp", "sigmoid", "tanh"],
    sizes: [10_000],
    memory: "arena",
    rival: (name) => name === NATIVE,
    ratio: NaN,
    relaxed: 0.6,
  },
  {
    work: "float64: exp, sigmoid, tanh, softmax, 10,000, arrays in and out",
    against: PLAIN,
    functions: ["exp", "sigmoid", "tanh", "softmax"],
    sizes: [10_000],
    memory: "copied",
    type: "float64",
    rival: isPlain,
    ratio: 3,
  },
];

/**
 * The ratio of a mark by a backend: by minima and by medians, and which of the functions and sizes is the slowest. With
 * arrays in and out also the most that is possible: the ratio of a mere copy.
 *
 * @param {Mark} mark
 * @param {Run} run
 * @param {BackendName} backend
 * @returns {{ pair: Pair, least: Pair, most?: number, where: string, wanted: number } | undefined} undefined if nothing was measured
 */
export function reached(mark, run, backend) {
  const found = run.measurements.flatMap((measurement) => {
    const { type, memory, size, times, function: name } = measurement;
    const isOf = mark.functions === undefined || mark.functions.includes(name);
    if (!isOf || type !== (mark.type ?? "float32") || memory !== mark.memory || !mark.sizes.includes(size)) return [];
    const rivals = Object.keys(times).filter(mark.rival);
    if (rivals.length === 0 || times[backend] === undefined) return [];
    const pair = /** @type {Pair} */ (
      [0, 1].map((i) => Math.min(...rivals.map((rival) => times[rival][i])) / times[backend][i])
    );
    const copy = reducing.includes(name)
      ? undefined
      : run.measurements.find((other) => {
          return other.function === COPY && other.type === type && other.memory === memory && other.size === size;
        });
    const most = copy && Math.min(...rivals.map((rival) => times[rival][0])) / copy.times[PLAIN][0];
    return [{ pair, most, where: mark.sizes.length > 1 ? `${name} ${size.toLocaleString("en")}` : name }];
  });
  if (found.length === 0) return undefined;
  const least = found.reduce((a, b) => (b.pair[0] < a.pair[0] ? b : a));
  const mean = (/** @type {(one: typeof least) => number} */ of) =>
    Math.exp(found.reduce((sum, one) => sum + Math.log(of(one)), 0) / found.length);
  const most = mark.mean ? mean((one) => one.most ?? NaN) : (least.most ?? NaN);
  return {
    pair: mark.mean ? [mean(({ pair }) => pair[0]), mean(({ pair }) => pair[1])] : least.pair,
    least: least.pair,
    ...(Number.isNaN(most) ? {} : { most }),
    where: found.length > 1 ? least.where : "",
    wanted: (backend === "relaxed-simd" ? mark.relaxed : undefined) ?? mark.ratio,
  };
}
