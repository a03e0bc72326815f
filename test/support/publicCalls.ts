/** The public calls of the package, each with inputs and options that suit it, for tests that go through all. */

import type { ElementwiseDefinition, GatedDefinition, RowDefinition } from "../../src/index.js";
import * as ops from "../../src/ops/index.js";

export type Call = (...given: unknown[]) => unknown;
export type Values = Record<string, unknown>;

/** A public call that takes options, after the inputs. */
export interface CallWithOptions {
  readonly title: string;
  readonly call: Call;
  readonly inputs: readonly unknown[];
  /** A valid value of every option that it has, in the order in which errors name them. */
  readonly options: Values;
}

const x = Float32Array.of(1, -2, 3, 0.5);
const dy = Float32Array.of(0.5, 2, -1, 0.25);
const targets = Float32Array.of(1, 0, 0, 1);
const classes = Int32Array.of(1, 0);

/** Without these, the other options or the inputs would be wrong, or the result would be drawn by chance. */
export const keptOptions = ["shape", "axis", "random", "seed"];

/** An array to write to, of elements that no function gives. */
const floats = (length: number) => new Float32Array(length).fill(7);

const rows = { shape: [2, 2], axis: -1 };
const scaling = { scale: 0.5, softcap: 2 };
const masks = { mask: Uint8Array.of(1, 1, 1, 1), causal: true, maskShape: [2, 2] };

/** The parameters of an elementwise function, each with a value that it may have. */
function parametersOf({ parameters = {} }: ElementwiseDefinition): Values {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, (parameter as { default?: unknown }).default ?? 0.25]),
  );
}

/** The options of each call of a function over rows. */
function rowOptions(definition: RowDefinition, member: string): Values {
  const { hasTemperature, index, maskedFill, name, reduces } = definition;
  // The gradient of logSumExp takes its input, and so all that says what that means.
  const takesMask = maskedFill !== undefined && (member === "" || name === "logSumExp");
  return {
    out: member === "" && reduces ? (index ? new Int32Array(2).fill(7) : floats(2)) : floats(4),
    ...rows,
    ...(index && { last: true }),
    ...(hasTemperature && { temperature: 1.5 }),
    ...(takesMask && masks),
    ...(name === "logSumExp" && { weights: Float32Array.of(0.5, 2) }),
  };
}

/** The options of losses of rows. */
const rowLoss: Values = {
  ...{ out: floats(2), ...rows, ignoreIndex: -1, reduction: "none" },
  weight: Float32Array.of(2, 3),
};
const rowLossGradient: Values = { ...rowLoss, out: floats(4), dy: Float32Array.of(2, 3) };

const ofElements: Values = {
  ...{ out: floats(4), posWeight: 2, reduction: "none", shape: [2, 2] },
  weight: Float32Array.of(2, 3),
};

const divergence: Values = { out: floats(4), shape: [2, 2], logTarget: true, reduction: "none" };

const focal: Values = { out: floats(4), alpha: 0.5, gamma: 3, reduction: "none" };

/** Errors name options in the order in which a function takes them. */
const weightsOfRows: Values = { gamma: 3, alpha: 0.5, reduction: "none", weight: Float32Array.of(2, 3) };
const rowOptionsOfFocal = (length: number): Values => ({ out: floats(length), ...rows, ignoreIndex: -1 });

/** The options of functions that are of no family. */
const others: Record<string, { inputs: unknown[]; options: Values }> = {
  step: { inputs: [x], options: { out: new Int32Array(4).fill(7), dtype: "int32" } },
  backwardFromOutput: { inputs: [ops.elu, x, dy], options: { out: floats(4), alpha: 0.25 } },
  topK: { inputs: [x, 2], options: { ...rows, largest: false } },
  greater: { inputs: [x], options: { out: new Uint8Array(4).fill(7), threshold: 0.25 } },
  sample: {
    inputs: [x],
    options: { temperature: 2, topK: 3, topP: 0.9, minP: 0.1, random: () => 0.5 },
  },
  prelu: { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.derivative": { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.backward": { inputs: [x, dy], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.weightGradient": { inputs: [x, dy], options: { out: floats(2), weight: Float32Array.of(0.5, 0.25), ...rows } },
  attentionSoftmax: {
    inputs: [x],
    options: {
      ...{ out: floats(4), ...rows, ...scaling, bias: dy, biasShape: [2, 2] },
      ...{ mask: masks.mask, maskShape: masks.maskShape, causal: true },
    },
  },
  "attentionSoftmax.backward": { inputs: [x, dy], options: { out: floats(4), ...rows, ...scaling, scores: x } },
  "attentionSoftmax.biasGradient": { inputs: [x, dy], options: { out: floats(2), ...rows, biasShape: [2] } },
  rrelu: {
    inputs: [x],
    options: {
      ...{ out: floats(4), lower: 0.125, upper: 0.25 },
      ...{ training: true, random: undefined, slopes: new Float32Array(4), seed: 1 },
    },
  },
  "rrelu.derivative": {
    inputs: [x],
    options: { out: floats(4), lower: 0.125, upper: 0.25, slopes: Float32Array.of(0.5, 0.25, 1, 2) },
  },
  "rrelu.backward": {
    inputs: [x, dy],
    options: { out: floats(4), lower: 0.125, upper: 0.25, slopes: Float32Array.of(0.5, 0.25, 1, 2) },
  },
  xlogy: { inputs: [dy, x], options: { out: floats(4) } },
  "xlogy.backward": { inputs: [dy, x, dy], options: { out: floats(4) } },
  "xlogy.backwardY": { inputs: [dy, x, dy], options: { out: floats(4) } },
  softmaxCrossEntropy: {
    inputs: [x, classes],
    options: {
      ...{ out: floats(2), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
      weight: Float32Array.of(2, 3),
    },
  },
  "softmaxCrossEntropy.backward": {
    inputs: [x, classes],
    options: {
      ...{ out: floats(4), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
      ...{ weight: Float32Array.of(2, 3), dy: Float32Array.of(2, 3) },
    },
  },
  "softmaxCrossEntropy.backwardTargets": {
    inputs: [x, targets],
    options: {
      ...{ out: floats(4), ...rows, labelSmoothing: 0.1, reduction: "none" },
      ...{ weight: Float32Array.of(2, 3), dy: Float32Array.of(2, 3) },
    },
  },
  nllLoss: { inputs: [x, classes], options: rowLoss },
  "nllLoss.backward": { inputs: [x, classes], options: rowLossGradient },
  klDivergence: { inputs: [x, targets], options: divergence },
  "klDivergence.backward": { inputs: [x, targets], options: { ...divergence, dy } },
  "klDivergence.backwardTargets": { inputs: [x, targets], options: { ...divergence, dy } },
  sparsemaxLoss: { inputs: [x, classes], options: rowLoss },
  "sparsemaxLoss.backward": { inputs: [x, classes], options: rowLossGradient },
  softmaxFocalLoss: { inputs: [x, classes], options: { ...rowOptionsOfFocal(2), ...weightsOfRows } },
  "softmaxFocalLoss.backward": {
    inputs: [x, classes],
    options: { ...rowOptionsOfFocal(4), ...weightsOfRows, dy: Float32Array.of(2, 3) },
  },
  sigmoidFocalLoss: { inputs: [x, targets], options: focal },
  "sigmoidFocalLoss.backward": { inputs: [x, targets], options: { ...focal, dy } },
  sigmoidCrossEntropy: { inputs: [x, targets], options: ofElements },
  "sigmoidCrossEntropy.backward": { inputs: [x, targets], options: { ...ofElements, dy } },
  "sigmoidCrossEntropy.backwardTargets": { inputs: [x, targets], options: { ...ofElements, dy } },
};

/** The inputs and the options of a function, or of one of its members. */
function describeCall(fn: object, title: string, member: string): Omit<CallWithOptions, "title" | "call"> {
  if (title in others) return others[title];
  const { definition } = fn as { definition?: { family: string } };
  const input = member === "backward" ? [x, dy] : [x];
  switch (definition?.family) {
    case "ramp":
    case "smooth":
    case "elementary":
      return { inputs: input, options: { out: floats(4), ...parametersOf(definition as ElementwiseDefinition) } };
    case "gated": {
      const { gate } = definition as GatedDefinition;
      const length = member === "backward" ? 4 : 2;
      return {
        inputs: member === "backward" ? [x, dy.subarray(0, 2)] : [x],
        options: { out: floats(length), ...rows, gate: "first", ...parametersOf(gate.definition) },
      };
    }
    case "softmax": {
      const row = definition as RowDefinition;
      const gradient = row.reduces ? dy.subarray(0, 2) : dy;
      return { inputs: member === "backward" ? [x, gradient] : [x], options: rowOptions(row, member) };
    }
  }
  throw new Error(`this test knows no options of ${title}`);
}

/** Every function that the package exports, and every function that is a member of one. */
export const calls: CallWithOptions[] = Object.entries(ops).flatMap(([name, fn]) => {
  const members = Object.entries(fn).filter(([, member]) => typeof member === "function");
  return [["", fn] as const, ...members].map(([member, call]) => ({
    title: member === "" ? name : `${name}.${member}`,
    call: call as unknown as Call,
    ...describeCall(fn, member === "" ? name : `${name}.${member}`, member),
  }));
});
