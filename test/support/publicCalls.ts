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

/** Calls that take no options. */
export const withoutOptions = ["topK"];

const x = Float32Array.of(1, -2, 3, 0.5);
const dy = Float32Array.of(0.5, 2, -1, 0.25);
const targets = Float32Array.of(1, 0, 0, 1);
const classes = Int32Array.of(1, 0);

/** Without these, the other options or the inputs would be wrong, or the result would be drawn by chance. */
export const keptOptions = ["shape", "axis", "random"];

/** An array to write to, of elements that no function gives. */
const floats = (length: number) => new Float32Array(length).fill(7);

const rows = { shape: [2, 2], axis: -1 };
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
    ...(hasTemperature && { temperature: 1.5 }),
    ...(takesMask && masks),
  };
}

/** The options of functions that are of no family. */
const others: Record<string, { inputs: unknown[]; options: Values }> = {
  step: { inputs: [x], options: { out: new Int32Array(4).fill(7), dtype: "int32" } },
  greater: { inputs: [x], options: { out: new Uint8Array(4).fill(7), threshold: 0.25 } },
  sample: {
    inputs: [x],
    options: { temperature: 2, topK: 3, topP: 0.9, minP: 0.1, random: () => 0.5 },
  },
  prelu: { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.derivative": { inputs: [x], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.backward": { inputs: [x, dy], options: { out: floats(4), weight: Float32Array.of(0.5, 0.25), ...rows } },
  "prelu.weightGradient": { inputs: [x, dy], options: { out: floats(2), weight: Float32Array.of(0.5, 0.25), ...rows } },
  softmaxCrossEntropy: {
    inputs: [x, classes],
    options: { out: floats(2), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
  },
  "softmaxCrossEntropy.backward": {
    inputs: [x, classes],
    options: {
      ...{ out: floats(4), ...rows, ignoreIndex: -1, labelSmoothing: 0.1, reduction: "none" },
      dy: Float32Array.of(2, 3),
    },
  },
  sigmoidCrossEntropy: { inputs: [x, targets], options: { out: floats(4), posWeight: 2, reduction: "none" } },
  "sigmoidCrossEntropy.backward": {
    inputs: [x, targets],
    options: { out: floats(4), posWeight: 2, reduction: "none", dy },
  },
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
export const all = Object.entries(ops).flatMap(([name, fn]) => {
  const members = Object.entries(fn).filter(([, member]) => typeof member === "function");
  return [["", fn] as const, ...members].map(([member, call]) => ({
    title: member === "" ? name : `${name}.${member}`,
    call: call as unknown as Call,
    ...(withoutOptions.includes(name)
      ? { inputs: [x, 2], options: {} }
      : describeCall(fn, member === "" ? name : `${name}.${member}`, member)),
  }));
});

export const calls: CallWithOptions[] = all.filter(({ title }) => !withoutOptions.includes(title));
