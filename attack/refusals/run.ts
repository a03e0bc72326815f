/** Holds every bad input to an error that names the function and says what is wanted, with nothing written. */

import * as lanewise from "lanewise";
import { Failures, type RunPart } from "../report.js";
import { makeContext } from "./context.js";
import {
  misspelt,
  notAxes,
  notFloats,
  notMasks,
  notNumbers,
  notOptions,
  notOut,
  notShapes,
  particular,
  type Refusal,
} from "./table.js";

/** The signature of a function: its arguments by the names of the context, and the options that it has. */
interface Signature {
  readonly name: string;
  readonly args: readonly string[];
  /** An array for the results can be given that is like x. */
  readonly takesOut: boolean;
  readonly takesMask: boolean;
  readonly takesShape: boolean;
  /** Options that are numbers. */
  readonly numbers: readonly string[];
}

function has(name: string, value: object): value is { backward: unknown; definition: lanewise.RowDefinition } {
  return name in value;
}

/** The signatures, as the definitions tell them. */
function signatures(): Signature[] {
  const none = { takesOut: true, takesMask: false, takesShape: false, numbers: [] };
  const elementwise = lanewise.functions.flatMap(({ definition }): Signature[] => {
    const { name, parameters = {} } = definition;
    const domains = parameters as Readonly<Record<string, object>>;
    const numbers = Object.keys(domains).filter((parameter) => !("choices" in domains[parameter]));
    return [
      { ...none, name, args: ["x"], numbers },
      { ...none, name: `${name}.derivative`, args: ["x"], numbers },
      { ...none, name: `${name}.backward`, args: ["x", "dy"], numbers },
    ];
  });
  const { argmax, argmin, entmax15, hardmax, logSoftmax, logSumExp, softmax, softmin, sparsemax } = lanewise;
  const rows = { argmax, argmin, entmax15, hardmax, logSoftmax, logSumExp, softmax, softmin, sparsemax };
  const ofRows = Object.entries(rows).flatMap(([name, fn]): Signature[] => {
    const { definition } = fn as { definition: lanewise.RowDefinition };
    const numbers = definition.hasTemperature ? ["temperature"] : [];
    const takesOut = !definition.reduces;
    const value = { ...none, name, args: ["x"], takesMask: true, takesShape: true, takesOut, numbers };
    if (!has("backward", fn) || name === "logSumExp") return [value];
    return [value, { ...none, name: `${name}.backward`, args: ["y", "dy"], takesShape: true, numbers }];
  });
  const gated = ["glu", "reglu", "geglu", "swiglu"].flatMap((name): Signature[] => [
    { ...none, name, args: ["x"], takesOut: false, takesShape: true },
  ]);
  const losses: Signature[] = [
    {
      ...none,
      name: "softmaxCrossEntropy",
      args: ["x", "classes"],
      takesOut: false,
      takesShape: true,
      numbers: ["labelSmoothing", "ignoreIndex"],
    },
    {
      ...none,
      name: "softmaxCrossEntropy.backward",
      args: ["x", "classes"],
      takesShape: true,
      numbers: ["labelSmoothing", "dy"],
    },
    { ...none, name: "sigmoidCrossEntropy", args: ["x", "y"], takesOut: false, numbers: ["posWeight"] },
    { ...none, name: "sigmoidCrossEntropy.backward", args: ["x", "y"], numbers: ["posWeight", "dy"] },
  ];
  const tokens: Signature[] = [
    { ...none, name: "sample", args: ["x"], takesOut: false, numbers: ["temperature", "topK", "topP", "minP"] },
    { ...none, name: "greater", args: ["x"], takesOut: false, numbers: ["threshold"] },
  ];
  return [...elementwise, ...ofRows, ...gated, ...losses, ...tokens];
}

/** Every bad value in every place where it can stand. */
function crossed({ name, args, takesOut, takesMask, takesShape, numbers }: Signature): Refusal[] {
  const call = (options: string) => `${name}(${[...args, options].join(", ")})`;
  const refusals: Refusal[] = [];
  for (const [i] of args.entries()) {
    for (const [value, word] of notFloats) {
      // Functions of classes take integers, and a number's gradient is one.
      if (args[i] === "classes" && value === "new Int32Array(4)") continue;
      refusals.push([`${name}(${args.map((arg, j) => (j === i ? value : arg)).join(", ")})`, word]);
    }
  }
  for (const value of notOptions) refusals.push([call(value), "options"]);
  refusals.push([call("{ colour: 1 }"), "colour"]);
  const options: [isTaken: boolean, option: string, values: readonly (readonly [string, string])[]][] = [
    [takesOut, "out", notOut],
    [takesMask, "mask", notMasks],
    [takesShape, "shape", notShapes],
    [takesShape, "axis", notAxes],
    ...numbers.map((option): [boolean, string, typeof notNumbers] => [true, option, notNumbers]),
  ];
  for (const [isTaken, option, values] of options) {
    if (!isTaken) continue;
    for (const [value, word] of values) {
      // NaN is a gradient like any other number.
      if (option === "dy" && value === "NaN") continue;
      // A weight may be an array, and is refused by other words.
      const isElsewhere = option === "shape" || value === "freed";
      const words = option === "weight" ? [option] : isElsewhere ? [word] : [option, word];
      refusals.push([call(`{ ${option}: ${value} }`), ...words]);
    }
  }
  return refusals;
}

function* allRefusals(): Generator<Refusal> {
  for (const signature of signatures()) yield* crossed(signature);
  for (const [functions, option, meant] of misspelt) {
    for (const name of functions) {
      yield [`${name}(${name === "softmaxCrossEntropy" ? "x, classes" : "x"}, { ${option}: 1 })`, option, meant];
    }
  }
  yield* particular;
}

/** The name that an error must begin with: what is called. */
function callerOf(call: string): string {
  const mapped = /\.map\((\w+)\)/.exec(call)?.[1];
  if (mapped !== undefined) return mapped;
  const name = /^\(?(?:0, )?([\w.]+)\)?\(/.exec(call)![1];
  return name.replace("freedArena", "arena");
}

/** All bytes of the arrays of a context. */
function bytesIn(context: Record<string, unknown>): string {
  const names = ["x", "y", "dy", "out", "bytes", "mask", "classes", "lyingBytes"];
  return names.map((name) => (context[name] as Float32Array).join()).join(" ");
}

/** What is wrong with how a call is refused; undefined if nothing is. */
function faultOf([call, ...words]: Refusal): string | undefined {
  const context = makeContext();
  const before = bytesIn(context);
  const body = new Function(...Object.keys(context), `return ${call}`);
  try {
    const result: unknown = body(...Object.values(context));
    return `gave ${ArrayBuffer.isView(result) ? `[${String(result)}]` : JSON.stringify(result)}`;
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) return `threw ${String(error)}`;
    const { message } = error;
    if (!message.startsWith(`${callerOf(call)}: `)) return `doesn't name the function: ${message}`;
    const missing = words.find((word) => !word.split("|").some((one) => message.includes(one)));
    if (missing !== undefined) return `doesn't say ${JSON.stringify(missing)}: ${message}`;
    if (/\ba (Int|[AEIO])/.test(message)) return `is no English: ${message}`;
    return bytesIn(context) === before ? undefined : `wrote before it threw: ${message}`;
  } finally {
    (context.arena as lanewise.Arena).free();
  }
}

export const run: RunPart = ({ only, progress }) => {
  const failures = new Failures();
  const refusals = [...new Map([...allRefusals()].map((refusal) => [refusal[0], refusal])).values()];
  const wanted = refusals.filter(([call]) => only === undefined || call.includes(only));
  const available = lanewise.backends().filter((backend) => backend.available);
  for (const [b, { name }] of available.entries()) {
    for (const [i, refusal] of wanted.entries()) {
      const [call] = refusal;
      lanewise.useBackend(name);
      if (i % 50 === 0) progress((b + i / wanted.length) / available.length, call);
      const fault = faultOf(refusal);
      if (fault === undefined) continue;
      const [kind] = fault.split(/[:,[]/);
      failures.add(`${call} on ${name}`, fault, call, `${call.replace(/^[\w.]+/, "f")} ${kind}`);
    }
  }
  return {
    counts: { "bad inputs": wanted.length, backends: available.length },
    failures: failures.list,
    notes: [],
  };
};
