/** The functions that are measured, each with the plain JavaScript that it is compared with. */

import { type Elementwise, functions } from "lanewise";
import { calls } from "./calls.js";
import type { InputsFor } from "./inputs.js";
import {
  freshCopy,
  greaterWithoutBranch,
  loopOf,
  plainArgmax,
  plainBackward,
  plainEntmax15,
  plainFormulas,
  plainGeglu,
  plainGlu,
  plainGreater,
  plainHardmax,
  plainLogSoftmax,
  plainLogSumExp,
  plainLoops,
  plainReglu,
  plainSample,
  plainSigmoidCrossEntropy,
  plainSoftmax,
  plainSoftmaxCrossEntropy,
  plainSoftmaxOfColumns,
  plainSoftmin,
  plainSparsemax,
  plainSwiglu,
  plainTopK,
  regluWithoutBranch,
  sortingEntmax15,
  sortingSparsemax,
  topKByInsertion,
} from "./plain.js";
import type { Form } from "./results.js";

/** Logits of a large language model. */
export const VOCABULARY = 151_936;

/** The name of a new array with the same elements: no function with an array in and a new one out can do less. */
export const COPY = "a copy";

export type Callable = (...args: never[]) => unknown;

/** A call of lanewise, as source text in which x[j] and dy[j] are the inputs. */
export interface Call {
  /** The function, as a member of lanewise: "relu", "relu.derivative". */
  readonly member: string;
  /** Its arguments less the options. Default: x[j]. */
  readonly args?: string;
  /** The options beside `out`, of all forms or of some. */
  readonly options?: string | Partial<Record<Form, string>>;
  /** The values of other names in these texts. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

/** Plain JavaScript that computes the same as a call. */
export interface Plain {
  readonly name: string;
  /** Its arguments as source text, given that of the array for the result. */
  readonly args: (out: string) => string;
  readonly scope?: Readonly<Record<string, unknown>>;
  /** Makes a function of its own for a caller, whose label no other caller has. */
  readonly create: (label: string) => Callable;
}

export interface Case extends InputsFor {
  readonly name: string;
  /** The function that it belongs to, by whose name it can be asked for. */
  readonly of: string;
  /** The family of that function's definition, or a group of what has none. */
  readonly family: string;
  /** Absent where only plain JavaScript is measured. */
  readonly call?: Call;
  /** Several ways, of which the fastest counts. */
  readonly plain: readonly Plain[];
  /** Takes another array besides x: dy, or targets. */
  readonly takesGradient?: boolean;
  /** The only number of elements that it is measured at. */
  readonly size?: number;
  readonly forms: readonly Form[];
}

/** The forms that a result can be had in. */
const allForms: readonly Form[] = ["new", "out", "resident"];
const withoutOut: readonly Form[] = ["new", "resident"];

/** @param withGradients derivatives and backward too */
export function listCases(withGradients: boolean): Case[] {
  return [
    ...functions.flatMap((fn) => (withGradients ? [valueOf(fn), derivativeOf(fn), backwardOf(fn)] : [valueOf(fn)])),
    ...rows,
    ...losses,
    ...gated,
    ...shapes,
    ...sampling,
    ...calls,
    copying,
  ];
}

/** Plain JavaScript by a function that refers to nothing but globals and its arguments. */
function plain(fn: Callable, args: Plain["args"] = (out) => `x[j], ${out}`): Plain {
  return { name: fn.name, args, create: (label) => freshCopy(fn, label) };
}

const withoutResult = () => "x[j]";
const withGradient = (out: string) => `x[j], dy[j], ${out}`;

function valueOf({ definition }: Elementwise): Case {
  const { name, family, domain } = definition;
  const formula = plainFormulas(definition);
  return {
    name,
    of: name,
    family,
    ...(domain && { domain }),
    result: "same",
    call: { member: name },
    plain: plainLoops(formula).map((loop, i) => ({
      ...plain(loop),
      create: (label) => plainLoops(formula, label)[i],
    })),
    forms: allForms,
  };
}

function derivativeOf(fn: Elementwise): Case {
  const { name, derivative } = plainFormulas(fn.definition);
  const create = (label: string) => loopOf({ name: `${name}Derivative`, value: derivative }, label);
  return {
    ...valueOf(fn),
    name: `${name}'`,
    call: { member: `${name}.derivative` },
    plain: [{ name: `${name}'`, args: (out) => `x[j], ${out}`, create }],
  };
}

function backwardOf(fn: Elementwise): Case {
  const { name, derivative } = plainFormulas(fn.definition);
  const create = (label: string) => plainBackward({ name: `${name}Backward`, derivative }, label);
  return {
    ...valueOf(fn),
    name: `${name}.backward`,
    call: { member: `${name}.backward`, args: "x[j], dy[j]" },
    takesGradient: true,
    plain: [{ name: `${name}.backward`, args: withGradient, create }],
  };
}

/** Functions of one row. */
const rows: readonly Case[] = [
  rowCase("softmax", [plain(plainSoftmax)]),
  rowCase("logSoftmax", [plain(plainLogSoftmax)]),
  { ...rowCase("logSumExp", [plain(plainLogSumExp, withoutResult)]), result: "number", forms: withoutOut },
  { ...rowCase("argmax", [plain(plainArgmax, withoutResult)]), result: "index", forms: withoutOut },
  rowCase("hardmax", [plain(plainHardmax)]),
  rowCase("sparsemax", [plain(plainSparsemax), plain(sortingSparsemax)]),
  rowCase("entmax15", [plain(plainEntmax15), plain(sortingEntmax15)]),
];

function rowCase(name: string, ways: readonly Plain[]): Case {
  return { name, of: name, family: "softmax", result: "same", call: { member: name }, plain: ways, forms: allForms };
}

/** The loss of one row whose class is the first: a number, or written to an array; and that of each element. */
const losses: readonly Case[] = [
  {
    name: "softmaxCrossEntropy",
    of: "softmaxCrossEntropy",
    family: "loss",
    result: "number",
    call: {
      member: "softmaxCrossEntropy",
      args: "x[j], first",
      options: { resident: 'reduction: "none"' },
      scope: { first: Int32Array.of(0) },
    },
    plain: [plain(plainSoftmaxCrossEntropy, () => "x[j], 0")],
    forms: withoutOut,
  },
  {
    name: "sigmoidCrossEntropy",
    of: "sigmoidCrossEntropy",
    family: "loss",
    result: "same",
    // Any numbers will do as targets here.
    call: { member: "sigmoidCrossEntropy", args: "x[j], dy[j]", options: 'reduction: "none"' },
    takesGradient: true,
    plain: [plain(plainSigmoidCrossEntropy, withGradient)],
    forms: allForms,
  },
];

/** Gated functions and others, which stand after the losses so that the order in which instructions are counted stays as it was. */
const gated: readonly Case[] = [
  rowCase("softmin", [plain(plainSoftmin)]),
  gatedCase("glu", [plain(plainGlu)]),
  gatedCase("swiglu", [plain(plainSwiglu)]),
  gatedCase("geglu", [plain(plainGeglu)]),
  gatedCase("reglu", [plain(plainReglu), plain(regluWithoutBranch)]),
  { ...gatedCase("greater", [plain(plainGreater), plain(greaterWithoutBranch)]), family: "mask", result: "bytes" },
];

function gatedCase(name: string, ways: readonly Plain[]): Case {
  return { ...rowCase(name, ways), family: "gated", result: "half" };
}

/** softmax of many rows, of one long row, and of columns. */
const shapes: readonly Case[] = [
  {
    ...softmaxOf("of ten classes", 100_000, (length) => [length / 10, 10], 1),
    plain: [plain(plainSoftmax, (out) => `x[j], ${out}, 10`)],
  },
  {
    ...softmaxOf("of a vocabulary", VOCABULARY, (length) => [1, length], 1),
    plain: [plain(plainSoftmax)],
  },
  {
    ...softmaxOf("over axis 0", 1_000_000, (length) => [Math.sqrt(length), Math.sqrt(length)], 0),
    plain: [plain(plainSoftmaxOfColumns, (out) => `x[j], ${out}, shape[1]`)],
  },
];

function softmaxOf(
  suffix: string,
  size: number,
  shape: (length: number) => readonly number[],
  axis: number,
): Omit<Case, "plain"> {
  return {
    name: `softmax ${suffix}`,
    of: "softmax",
    family: "softmax",
    result: "same",
    call: { member: "softmax", options: `shape, axis: ${axis}` },
    shape,
    size,
    forms: withoutOut,
  };
}

/** Choosing among the logits of a vocabulary. */
const sampling: readonly Case[] = [
  ...Object.entries({
    sample: "",
    "sample topK": "topK: 50",
    "sample topP": "topP: 0.9",
    "sample topK topP": "topK: 50, topP: 0.9",
    "sample minP": "minP: 0.05",
  }).map(([name, options]): Case => ({
    name,
    of: "sample",
    family: "sampling",
    result: "other",
    call: { member: "sample", options },
    plain: [plain(plainSample, () => (options === "" ? "x[j]" : `x[j], { ${options} }`))],
    size: VOCABULARY,
    forms: ["new"],
  })),
  {
    name: "topK",
    of: "topK",
    family: "sampling",
    result: "other",
    call: { member: "topK", args: "x[j], 50" },
    plain: [plainTopK, topKByInsertion].map((fn) => plain(fn, () => "x[j], 50")),
    size: VOCABULARY,
    forms: ["new"],
  },
];

/** A copy by a loop, and by `slice`, which is faster for many elements, since V8 doesn't fill the array with zeros first. */
const copying: Case = {
  name: COPY,
  of: COPY,
  family: "copy",
  result: "same",
  plain: [
    plain(copyByLoop),
    plain(function slice(x: Float32Array | Float64Array) {
      return x.slice();
    }, withoutResult),
  ],
  forms: ["new"],
};

function copyByLoop(x: Float32Array | Float64Array, out: Float32Array | Float64Array): Float32Array | Float64Array {
  const { length } = x;
  for (let i = 0; i < length; i++) out[i] = x[i];
  return out;
}
