/** The targets that lanewise is to reach. reached.ts tells what of them a run reached. */

import { backends, functions } from "lanewise";
import type { Type } from "./inputs.js";
import { NATIVE } from "./native.js";
import { OUT_OF_CACHE } from "./plan.js";
import { COPYING, type Form, PLAIN, type Program } from "./results.js";

export interface Target {
  readonly work: string;
  readonly against: string;
  /** Default: all that were measured against it. */
  readonly functions?: readonly string[];
  readonly sizes: readonly number[];
  readonly form: Form;
  /** Default: both programs, as far as they were measured. */
  readonly program?: Program;
  /** Default: float32. */
  readonly type?: Type;
  /** Whose times are compared with: of several candidates the fastest counts. "new" are those of f(x) by the same backend. */
  readonly rival: ((candidate: string) => boolean) | "new";
  /** The geometric mean must reach the target; else the smallest ratio must. */
  readonly isMean?: boolean;
  /** How many times faster than the rival. */
  readonly ratio?: number;
  /** The ratio of relaxed-simd, if it is another. */
  readonly relaxed?: number;
  /** In place of a ratio: how many nanoseconds a call may take more than the rival's. */
  readonly behind?: number;
}

const TENSORFLOW = "tfjs wasm";
const ours = new Set<string>(backends().map(({ name }) => name));
const isPlain = (name: string) => name === PLAIN;
const isTensorflow = (name: string) => name.startsWith(TENSORFLOW);

/** Whether a candidate is another library. */
export function isPeer(name: string): boolean {
  return !ours.has(name) && name !== PLAIN && name !== NATIVE && name !== COPYING;
}

const names = functions.map(({ definition }) => definition.name);
const namesOf = (family: string) => {
  return functions.filter(({ definition }) => definition.family === family).map(({ definition }) => definition.name);
};
const ramps = namesOf("ramp");
const smoothAndSoftmax = [...namesOf("smooth"), "softmax"];
const rows = ["softmax", "logSoftmax", "logSumExp", "argmax", "hardmax", "sparsemax"];
const losses = ["softmaxCrossEntropy", "sigmoidCrossEntropy"];
const samplers = ["sample", "sample topK", "sample topP", "sample topK topP", "sample minP"];

/** The functions that give no array as long as x. */
export const reducing: readonly string[] = ["logSumExp", "argmax", "softmaxCrossEntropy", ...samplers];

const thousandAndMore = [1000, 10_000, 100_000, 1_000_000];

/** Against peers, in their memory and with arrays in and out. */
const againstPeers: readonly Target[] = [
  ...[
    { functions: ["sigmoid"], ratio: 1.2, relaxed: 1.6 },
    { functions: ["tanh", "softplus"], ratio: 12 },
    { functions: ["exp"], ratio: 4 },
    { functions: ["logSoftmax"], ratio: 5 },
    { functions: ["elu", "relu"], ratio: 1.1 },
    { functions: ["softmax"], ratio: 1.1, relaxed: 1.5 },
  ].map((target): Target => ({
    ...target,
    work: `${target.functions.join(", ")}, 100,000, resident`,
    against: TENSORFLOW,
    sizes: [100_000],
    form: "resident",
    rival: isTensorflow,
  })),
  {
    work: "softmax of ten classes, 10,000 rows, resident",
    against: TENSORFLOW,
    functions: ["softmax of ten classes"],
    sizes: [100_000],
    form: "resident",
    rival: isTensorflow,
    ratio: 3,
  },
  {
    work: "every function both have, 1,000 to 1,000,000, arrays in and out",
    against: "the better peer",
    sizes: thousandAndMore,
    form: "new",
    rival: isPeer,
    ratio: 1.5,
  },
  {
    work: "every function both have, 16 elements, arrays in and out",
    against: "the better peer",
    sizes: [16],
    form: "new",
    rival: isPeer,
    ratio: 20,
  },
];

/** f(x) against plain JavaScript that makes a new array, too. */
const withNewArrays: readonly Target[] = [
  {
    work: "the smooth functions and softmax, geometric mean over 1,000 to 1,000,000, arrays in and out",
    against: PLAIN,
    functions: smoothAndSoftmax,
    sizes: thousandAndMore,
    form: "new",
    rival: isPlain,
    isMean: true,
    ratio: 10,
  },
  {
    work: "the ramps, geometric mean over 1,000 to 1,000,000, arrays in and out",
    against: PLAIN,
    functions: ramps,
    sizes: thousandAndMore,
    form: "new",
    rival: isPlain,
    isMean: true,
    ratio: 4,
  },
  {
    work: "every function, 4 elements",
    against: PLAIN,
    functions: [...names, ...rows, ...losses],
    sizes: [4],
    form: "new",
    rival: isPlain,
    ratio: 1,
  },
  {
    work: "every function, 10 and 16 elements",
    against: PLAIN,
    functions: [...names, ...rows, ...losses],
    sizes: [10, 16],
    form: "new",
    rival: isPlain,
    ratio: 2,
  },
  ...[
    { what: "of ten classes", title: "10,000 rows of 10", size: 100_000, ratio: 6 },
    { what: "of a vocabulary", title: "one row of 151,936", size: 151_936, ratio: 8 },
    { what: "over axis 0", title: "axis 0 of [1000, 1000]", size: 1_000_000, ratio: 8 },
  ].map(({ what, title, size, ratio }): Target => ({
    work: `softmax, ${title}, arrays in and out`,
    against: PLAIN,
    functions: [`softmax ${what}`],
    sizes: [size],
    form: "new",
    rival: isPlain,
    ratio,
  })),
  {
    work: "sample of 151,936 logits",
    against: PLAIN,
    functions: samplers,
    sizes: [151_936],
    form: "new",
    rival: isPlain,
    ratio: 10,
  },
  {
    work: "float64: exp, sigmoid, tanh, softmax, 10,000, arrays in and out",
    against: PLAIN,
    functions: ["exp", "sigmoid", "tanh", "softmax"],
    sizes: [10_000],
    form: "new",
    type: "float64",
    rival: isPlain,
    ratio: 3,
  },
];

/** f(x, { out }) on ordinary arrays, in the tight program and in the mixed one. */
const withOut: readonly Target[] = [
  ...[
    { size: 8, ratio: 1 },
    { size: 16, ratio: 2 },
    { size: 64, ratio: 4 },
  ].map(({ size, ratio }): Target => ({
    work: `the smooth functions and softmax, ${size} elements, { out }`,
    against: PLAIN,
    functions: smoothAndSoftmax,
    sizes: [size],
    form: "out",
    rival: isPlain,
    ratio,
  })),
  {
    work: "the ramps, 4 to 128 elements, { out }",
    against: PLAIN,
    functions: ramps,
    sizes: [4, 8, 16, 32, 64, 128],
    form: "out",
    rival: isPlain,
    behind: 40,
  },
  {
    work: "the ramps, 256 to 100,000 elements, { out }",
    against: PLAIN,
    functions: ramps,
    sizes: [256, 1000, 10_000, 100_000],
    form: "out",
    rival: isPlain,
    ratio: 1,
  },
  {
    work: "every function, 4 to 100,000 elements, { out }",
    against: "f(x)",
    sizes: [4, 8, 16, 32, 64, 128, 256, 1000, 10_000, 100_000],
    form: "out",
    rival: "new",
    ratio: 1,
  },
];

/** Against what the machine can do. */
const againstTheMachine: readonly Target[] = [
  {
    work: "the ramps, 4,000,000, resident",
    against: COPYING,
    functions: ramps,
    sizes: [OUT_OF_CACHE],
    form: "resident",
    rival: (name) => name === COPYING,
    ratio: 0.9,
  },
  {
    work: "exp, sigmoid, tanh, 10,000, resident",
    against: NATIVE,
    functions: ["exp", "sigmoid", "tanh"],
    sizes: [10_000],
    form: "resident",
    rival: (name) => name === NATIVE,
    relaxed: 0.6,
  },
];

export const targets: readonly Target[] = [...againstPeers, ...withNewArrays, ...withOut, ...againstTheMachine];
