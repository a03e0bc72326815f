// @ts-check
// What is measured: each function of lanewise, its plain loops, and the calls around which a slice loops.

import {
  argmax,
  backends,
  createArena,
  functions,
  hardmax,
  logSoftmax,
  logSumExp,
  sample,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  sparsemax,
  topK,
  useBackend,
} from "lanewise";
import { createRandom } from "../examples/digits/random.js";
import {
  plainArgmax,
  plainBackward,
  plainFormulas,
  plainHardmax,
  plainLogSoftmax,
  plainLogSumExp,
  plainLoops,
  plainSample,
  plainSigmoidCrossEntropy,
  plainSoftmax,
  plainSoftmaxCrossEntropy,
  plainSoftmaxOfColumns,
  plainSparsemax,
  plainTopK,
  plainTopKByInsertion,
  sortingSparsemax,
} from "./plain.js";
import { calls } from "./calls.js";
import { ramps } from "./groups.js";
import { PLAIN } from "./results.js";

/** @import { Arena, BackendName, Elementwise, FloatArray } from "lanewise" */

/** @typedef {"float32" | "float64"} Type */

/**
 * "copied": plain arrays in and out, each call makes its result, and the backends copy; "arena": into an array that is
 * there, the backends' arrays in an arena, so that nothing is copied.
 *
 * @typedef {"copied" | "arena"} Memory
 */

/** Numbers of elements that functions are measured at. @type {Record<Memory, readonly number[]>} */
export const SIZES = { copied: [4, 10, 16, 1000, 10_000, 100_000, 1_000_000], arena: [16, 10_000, 100_000] };

/** Out of every cache: ramps there are compared with copying. */
export const OUT_OF_CACHE = 4_000_000;

/** Logits of a large language model. */
const VOCABULARY = 151_936;

/** Copying, the limit of functions that do little else. */
export const COPYING = "memcpy";

/** A new array with the same elements: no function with an array in and a new one out can do less. */
export const COPY = "a copy";

/** @typedef {(...args: never[]) => unknown} Callable */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} family the function's name, also of its derivative
 * @property {Callable} [call] lanewise's function
 * @property {Callable[]} plain loops that compute the same; the fastest counts
 * @property {boolean} [takesGradient] takes another array besides x: dy, or targets
 * @property {boolean} [reduces] gives no array like x
 * @property {boolean} [index] what it gives is an index
 * @property {number} [size] the only number of elements that it is measured at
 * @property {Memory} [memory] the only way with the memory likewise
 */

/** @typedef {{ x: FloatArray[], dy: FloatArray[], mask: number, out: FloatArray | Int32Array }} Inputs */

/**
 * One of those that are measured by turns.
 *
 * @typedef {object} Variant
 * @property {string} name
 * @property {string} contestant what its times are told under: of several, the fastest
 * @property {BackendName} [backend] undefined for what is not lanewise
 * @property {(calls: number, inputs: Inputs) => unknown} run may give a promise, and of that the milliseconds it took
 */

export const available = backends()
  .filter((info) => info.available)
  .map(({ name }) => name);

/**
 * @param {boolean} withGradients derivatives and backward too
 * @returns {Case[]}
 */
export function listCases(withGradients) {
  /** @type {Omit<Case, "family">[]} */
  const rows = [
    { name: "softmax", call: softmax, plain: [plainSoftmax] },
    { name: "logSoftmax", call: logSoftmax, plain: [plainLogSoftmax] },
    { name: "logSumExp", call: logSumExp, plain: [plainLogSumExp], reduces: true },
    { name: "argmax", call: argmax, plain: [plainArgmax], reduces: true, index: true },
    { name: "hardmax", call: hardmax, plain: [plainHardmax] },
    { name: "sparsemax", call: sparsemax, plain: [plainSparsemax, sortingSparsemax] },
    { name: "softmaxCrossEntropy", call: lossOfFirst, plain: [plainSoftmaxCrossEntropy], reduces: true },
    { name: "sigmoidCrossEntropy", call: losses, plain: [plainSigmoidCrossEntropy], takesGradient: true },
  ];
  /** @type {Case[]} */
  const shapes = [
    { ...softmaxOf("of ten classes", [10_000, 10], 1), plain: [ofTenClasses] },
    { ...softmaxOf("of a vocabulary", [1, VOCABULARY], 1), plain: [plainSoftmax] },
    { ...softmaxOf("over axis 0", [1000, 1000], 0), plain: [plainSoftmaxOfColumns] },
  ];
  const tokens = [
    ...Object.entries(filters).map(([name, options]) => samplingBy(name, options)),
    {
      name: "topK",
      family: "topK",
      call: largest(topK),
      plain: [plainTopK, plainTopKByInsertion].map(largest),
      reduces: true,
      size: VOCABULARY,
    },
  ];
  return [
    ...functions.flatMap((fn) => casesOf(fn).slice(0, withGradients ? 3 : 1)),
    ...rows.map((row) => ({ ...row, family: row.name })),
    ...shapes,
    ...tokens,
    ...calls,
    { name: COPY, family: COPY, plain: [copyByLoop, slice], reduces: true, memory: "copied" },
  ];
}

/**
 * The numbers of elements that a case is measured at.
 *
 * @param {Case} subject
 * @param {Memory} memory
 * @returns {readonly number[]}
 */
export function sizesOf({ name, size }, memory) {
  if (size !== undefined) return [size];
  if (name === COPY) return [...SIZES.copied, VOCABULARY];
  return memory === "arena" && ramps.includes(name) ? [...SIZES.arena, OUT_OF_CACHE] : SIZES[memory];
}

/**
 * @param {string} what
 * @param {readonly number[]} shape
 * @param {number} axis
 * @returns {Omit<Case, "plain">}
 */
function softmaxOf(what, shape, axis) {
  const [rows, columns] = shape;
  const call = (/** @type {FloatArray} */ x, /** @type {{ out?: FloatArray }} */ options) => {
    // Few elements are for warming up.
    return softmax(x, { ...options, shape: x.length < rows * columns ? [1, x.length] : shape, axis });
  };
  return { name: `softmax ${what}`, family: "softmax", call, size: rows * columns };
}

/**
 * @param {FloatArray} x
 * @param {FloatArray} out
 */
function ofTenClasses(x, out) {
  return plainSoftmax(x, out, 10);
}

/** @param {FloatArray} x */
function copyByLoop(x) {
  const copy = x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) copy[i] = x[i];
  return copy;
}

/** Faster for many, since V8 doesn't fill the array with zeros first. @param {FloatArray} x */
function slice(x) {
  return x.slice();
}

/** What `sample` is measured with. */
const filters = {
  sample: {},
  "sample topK": { topK: 50 },
  "sample topP": { topP: 0.9 },
  "sample topK topP": { topK: 50, topP: 0.9 },
  "sample minP": { minP: 0.05 },
};

/**
 * @param {string} name
 * @param {{ topK?: number, topP?: number, minP?: number }} options
 * @returns {Case}
 */
function samplingBy(name, options) {
  const by = (/** @type {typeof sample} */ call) => ofOne(call.name, (x) => call(x, options));
  return { name, family: "sample", call: by(sample), plain: [by(plainSample)], reduces: true, size: VOCABULARY };
}

/**
 * The 50 largest, or all of fewer.
 *
 * @param {(x: FloatArray, k: number) => unknown} call
 * @returns {(x: FloatArray) => unknown}
 */
function largest(call) {
  return ofOne(call.name, (x) => call(x, Math.min(50, x.length)));
}

/**
 * A function of one array, by the name that a race tells it by.
 *
 * @param {string} name
 * @param {(x: FloatArray) => unknown} call
 */
function ofOne(name, call) {
  return Object.defineProperty(call, "name", { value: name });
}

const first = Int32Array.of(0);

/**
 * The loss of one row, whose class is the first: a number, or written to an array.
 *
 * @param {FloatArray} x
 * @param {{ out?: FloatArray }} [options]
 */
function lossOfFirst(x, options) {
  return options ? softmaxCrossEntropy(x, first, { ...options, reduction: "none" }) : softmaxCrossEntropy(x, first);
}

/**
 * The loss of each element; any numbers will do as targets here.
 *
 * @param {FloatArray} x
 * @param {FloatArray} targets
 * @param {{ out?: FloatArray }} [options]
 */
function losses(x, targets, options) {
  return sigmoidCrossEntropy(x, targets, options ? { ...options, reduction: "none" } : { reduction: "none" });
}

/**
 * The function, its derivative and its gradient.
 *
 * @param {Elementwise} fn
 * @returns {Case[]}
 */
function casesOf(fn) {
  const formulas = plainFormulas(fn.definition);
  const { name: family, derivative } = formulas;
  return [
    { name: family, family, call: fn, plain: plainLoops(formulas) },
    {
      name: `${family}'`,
      family,
      call: fn.derivative,
      plain: plainLoops({ name: `${family}Derivative`, value: derivative }),
    },
    {
      name: `${family}.backward`,
      family,
      call: fn.backward,
      plain: [plainBackward({ name: `${family}Backward`, derivative })],
      takesGradient: true,
    },
  ];
}

/**
 * Every result is kept here, so that no engine may leave out the work.
 *
 * @type {{ result: unknown }}
 */
const kept = { result: undefined };

/**
 * The loop of a slice. Each has a source text of its own, so that V8 optimises it for its one call, as in a program.
 *
 * @param {string} name
 * @param {Callable} call
 * @param {string} expression the call; `j` is the number of the input
 * @returns {Variant["run"]}
 */
function loopAround(name, call, expression) {
  const source = `return function ${name.replaceAll(/\W/g, "_")}(calls, { x, dy, mask, out }) {
    for (let i = 0; i < calls; i++) {
      const j = i & mask;
      kept.result = ${expression};
    }
  };`;
  return new Function("call", "kept", source)(call, kept);
}

/**
 * @param {Case} subject
 * @param {Memory} memory
 * @param {Type} type
 * @param {readonly BackendName[]} backends
 * @returns {Variant[]}
 */
export function variantsOf(subject, memory, type, backends) {
  const { call } = subject;
  const copied = memory === "copied";
  const given = subject.takesGradient ? "x[j], dy[j]" : "x[j]";
  const array = `new ${type === "float32" ? "Float32Array" : "Float64Array"}(x[j].length)`;
  const written = subject.reduces ? "" : `, ${copied ? array : "out"}`;
  const options = copied ? "" : ", { out }";
  return [
    ...subject.plain.map((call) => ({
      name: call.name,
      contestant: PLAIN,
      run: loopAround(`${call.name} ${memory}`, call, `call(${given}${written})`),
    })),
    ...(call ? backends : []).map((backend) => ({
      name: backend,
      contestant: backend,
      backend,
      run: loopAround(
        `${subject.name} ${memory} ${backend}`,
        /** @type {Callable} */ (call),
        `call(${given}${options})`,
      ),
    })),
  ];
}

/**
 * Runs each variant a few thousand times on few elements, so that V8 has optimised every loop for good: one that meets
 * many elements in few calls stays half optimised for seconds in Node 26. Done for all functions before the first is
 * measured, so that lanewise's common code is not optimised for that one alone.
 *
 * @param {Variant[]} variants
 * @param {(variant: Variant) => Inputs} inputsOf
 */
export function warmUp(variants, inputsOf) {
  for (let round = 0; round < 10; round++) {
    for (const variant of variants) {
      if (variant.backend !== undefined) useBackend(variant.backend);
      const inputs = inputsOf(variant);
      for (let i = 0; i < 500; i++) variant.run(2, inputs);
    }
  }
}

/**
 * An arena for each backend, with room for the largest inputs.
 *
 * @param {number} size
 * @returns {Map<BackendName, Arena>}
 */
export function createArenas(size) {
  return new Map(
    available.map((backend) => {
      useBackend(backend);
      return [backend, createArena(3 * 8 * size + 2 ** 20)];
    }),
  );
}

/** Elements of all inputs of a size together, and how many inputs there are at most. */
const ELEMENTS = 8192;
const INPUTS = 64;

/** Functions of positive numbers, as they are used. */
const POSITIVE = new Set(["log", "log1p"]);

/** @type {Map<string, Inputs>} */
const made = new Map();

/**
 * Small inputs come in numbers, so that no branch predictor learns the signs by heart; a mask chooses among them.
 *
 * @param {string} family what they are for
 * @param {number} size
 * @param {Type} type
 * @returns {Inputs}
 */
export function createInputs(family, size, type) {
  const positive = POSITIVE.has(family);
  const key = `${type} ${size} ${positive}`;
  let inputs = made.get(key);
  if (inputs === undefined) {
    const random = createRandom(size);
    const count = Math.min(INPUTS, 2 ** Math.floor(Math.log2(Math.max(1, ELEMENTS / size))));
    const arrays = () => Array.from({ length: count }, () => normal(size, type, random));
    const x = positive ? arrays().map((array) => array.map(Math.abs)) : arrays();
    inputs = { x, dy: arrays(), mask: count - 1, out: normal(size, type, random) };
    made.set(key, inputs);
  }
  return inputs;
}

/**
 * The same in an arena, which is reset.
 *
 * @param {Inputs} inputs
 * @param {Case} subject
 * @param {Type} type
 * @param {Arena} arena
 * @returns {Inputs}
 */
export function inArena({ x, dy, mask, out }, subject, type, arena) {
  arena.reset();
  const move = (/** @type {FloatArray} */ array) => {
    const moved = arena[type](array.length);
    moved.set(array);
    return moved;
  };
  const result = arena[subject.index ? "int32" : type](subject.reduces ? 1 : out.length);
  return { x: x.map(move), dy: subject.takesGradient ? dy.map(move) : [], mask, out: result };
}

/**
 * Values like a layer's sums: normal, of deviation 3, so that nearly all lie in [-10, 10] (Box and Muller's transform).
 *
 * @param {number} size
 * @param {Type} type
 * @param {() => number} random
 * @returns {FloatArray}
 */
function normal(size, type, random) {
  const array = type === "float32" ? new Float32Array(size) : new Float64Array(size);
  return array.map(() => 3 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}
