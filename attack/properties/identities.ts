/** What functions are to each other and to plain loops: gradients, sums, indices, orders. */

import * as lanewise from "lanewise";
import type { AnyArray, FloatArray } from "../fills.js";
import { placesOf, rowsIn, seenIn, sizeOf } from "../lengths.js";
import { argumentsOf, contentsOf } from "../placed.js";
import type { CallCase, FloatTypeName, Subject } from "../subjects/subject.js";
import { attempt } from "./placement.js";

/** What a call was given and gave. */
interface Called {
  readonly callCase: CallCase;
  readonly inputs: readonly AnyArray[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly result: AnyArray;
}

type Identity = (called: Called) => void;

function round(type: FloatTypeName, x: number): number {
  return type === "Float32Array" ? Math.fround(x) : x;
}

function expectSame(got: number, wanted: number, what: string): void {
  const isSame = got === wanted || (got !== got && wanted !== wanted);
  if (!isSame) throw new Error(`${what} is ${got}, not ${wanted}`);
}

function expectNear(got: number, wanted: number, tolerance: number, what: string): void {
  if (!(Math.abs(got - wanted) <= tolerance)) throw new Error(`${what} is ${got}, not ${wanted} within ${tolerance}`);
}

/** dy · f'(x): f' rounded first by kernels, not so by formulas. */
function productOf(fn: lanewise.Elementwise): Identity {
  return ({ callCase, inputs: [x, dy], options, result }) => {
    const { type } = callCase;
    const derivative = (fn.derivative as (x: AnyArray, options: object) => FloatArray)(x, options);
    for (let i = 0; i < result.length; i++) {
      const product = round(type, dy[i] * derivative[i]);
      if (Object.is(result[i], product) || (result[i] === product && product !== 0)) continue;
      const parameters = Object.entries(options).map(([name, value]) => [
        name,
        typeof value === "number" ? round(type, value) : value,
      ]);
      const exact = (fn.derivative as (x: number, options: object) => number)(x[i], Object.fromEntries(parameters));
      expectSame(result[i], round(type, dy[i] * exact), `element ${i} at x = ${x[i]}, dy = ${dy[i]}`);
    }
  };
}

/** What additions in float64 may lose of a sum of so many numbers, relatively. */
const lossOf = (count: number) => count * 2 ** -53;

/** Rows sum to 1, unless they hold NaN or nothing that counts. */
function sumsToOne(toleranceOf: (isFloat32: boolean, count: number) => number): Identity {
  return ({ callCase, result }) => {
    const { layout, type } = callCase;
    for (let row = 0; row < rowsIn(layout).rows; row++) {
      const values = placesOf(layout, row).map((i) => result[i]);
      const sum = values.reduce((a, b) => a + b, 0);
      if (sum !== sum || values.every((value) => value === 0)) continue;
      const tolerance = toleranceOf(type === "Float32Array", values.length) + lossOf(values.length);
      expectNear(sum, 1, tolerance, `the sum of row ${row}`);
      for (const value of values) if (!(value >= 0 && value <= 1)) throw new Error(`row ${row} has ${value}`);
    }
  };
}

/** Each is within 4 ulp, in short rows all on one side. */
const softmaxSums = sumsToOne((isFloat32) => 4 * (isFloat32 ? 2e-7 : 2 ** -52));

/** Each is absolutely within this. */
const sparsemaxSums = sumsToOne((isFloat32, count) => count * (isFloat32 ? 2 ** -24 : 1e-15));

/** The first of the largest, NaN the largest of all, among what is not masked. */
function firstMaximum({ callCase, inputs: [x, mask] }: Called, row: number): number {
  const { layout, setting } = callCase;
  const { columns } = rowsIn(layout);
  const valid = seenIn(layout, columns, row, setting.causal);
  let best = 0;
  let max = -Infinity;
  for (const [i, place] of placesOf(layout, row).entries()) {
    if (i >= valid || (mask !== undefined && mask[place % mask.length] === 0)) continue;
    if (x[place] !== x[place]) return i;
    if (x[place] > max) [best, max] = [i, x[place]];
  }
  return best;
}

const isArgmax: Identity = (called) => {
  const { callCase, result } = called;
  for (let row = 0; row < result.length; row++) {
    expectSame(result[row], firstMaximum(called, row), `row ${row} of ${callCase.layout.shape.join("×")}`);
  }
};

const isSorted: Identity = ({ inputs: [x], result }) => {
  const k = result.length / 2;
  const isAfter = (a: number, b: number) => (a !== a ? (b !== b ? 0 : -1) : b !== b ? 1 : b - a);
  const order = Array.from(x.keys()).sort((a, b) => isAfter(x[a], x[b]) || a - b);
  for (let i = 0; i < k; i++) {
    expectSame(result[k + i], order[i], `index ${i}`);
    expectSame(result[i], x[order[i]], `value ${i}`);
  }
};

/** Reductions of a loss are of its unreduced losses, in float64. */
function reduces(call: (...args: unknown[]) => unknown): Identity {
  return ({ callCase, inputs, options, result }) => {
    const all = { ...options, reduction: "none" };
    const losses = call(inputs[0], inputs[1], all) as FloatArray;
    const isIgnored = (i: number) => inputs[1] instanceof Int32Array && inputs[1][i] === -100;
    const kept = Array.from(losses).filter((_, i) => !isIgnored(i));
    const sum = kept.reduce((a, b) => a + b, 0);
    const magnitude = kept.reduce((a, b) => a + Math.abs(b), 0);
    const wanted = options.reduction === "sum" ? sum : sum / kept.length;
    const scale = options.reduction === "sum" ? magnitude : magnitude / kept.length;
    if (!Number.isFinite(wanted)) return;
    const tolerance = (callCase.type === "Float32Array" ? 2 ** -21 : 2 ** -48) + lossOf(kept.length);
    if (options.reduction !== "none") expectNear(result[0], wanted, tolerance * scale, "the loss");
  };
}

const isGreater: Identity = ({ callCase, inputs: [x], options, result }) => {
  const threshold = round(callCase.type, (options.threshold as number | undefined) ?? 0);
  for (let i = 0; i < x.length; i++) expectSame(result[i], x[i] > threshold ? 1 : 0, `element ${i} at x = ${x[i]}`);
};

const isIndex: Identity = ({ inputs: [x], options, result }) => {
  const { topK = Infinity } = options as { topK?: number };
  const token = result[0];
  if (!(Number.isInteger(token) && token >= 0 && token < x.length)) throw new Error(`the token is ${token}`);
  const before = x.filter((value, i) => value > x[token] || (value === x[token] && i < token)).length;
  if (before >= topK) throw new Error(`token ${token} is not among the ${topK} largest`);
  if (!(x[token] > -Infinity)) throw new Error(`token ${token} has the logit ${x[token]}`);
};

/** softmin(x) = softmax(-x). */
const isSoftmaxOfNegated: Identity = ({ inputs, options, result }) => {
  const [x, mask] = inputs as [FloatArray, Uint8Array | undefined];
  const all = { ...options, ...(mask !== undefined && { mask }) };
  const wanted = lanewise.softmax(x.map((value) => -value) as FloatArray, all);
  for (let i = 0; i < x.length; i++) expectSame(result[i], wanted[i], `element ${i}`);
};

/** The sum over a channel of dy · x where x <= 0. */
const isWeightGradient: Identity = ({ callCase, inputs: [x, dy], result }) => {
  const { layout, setting, type } = callCase;
  const { columns, stride } = rowsIn(layout);
  const perChannel = setting.weight === "channels";
  const sums = new Float64Array(perChannel ? columns : 1);
  const magnitudes = new Float64Array(sums.length);
  for (let i = 0; i < sizeOf(layout.shape); i++) {
    const channel = perChannel ? Math.floor(i / stride) % columns : 0;
    if (x[i] > 0) continue;
    sums[channel] += dy[i] * x[i];
    magnitudes[channel] += Math.abs(dy[i] * x[i]);
  }
  const tolerance = type === "Float32Array" ? 2 ** -23 : 2 ** -45;
  for (const [channel, sum] of sums.entries()) {
    if (!Number.isFinite(sum) || Math.abs(sum) > 3e38) continue;
    expectNear(result[channel], sum, tolerance * magnitudes[channel] + 2 ** -149, `channel ${channel}`);
  }
};

const { sigmoidCrossEntropy, softmaxCrossEntropy } = lanewise;

/** By the names of subjects. */
export const identities: ReadonlyMap<string, Identity> = new Map<string, Identity>([
  ...lanewise.functions
    .filter(({ definition }) => definition.name !== "prelu")
    .map((fn): [string, Identity] => [`${fn.definition.name}.backward`, productOf(fn)]),
  ["softmax", softmaxSums],
  ["softmin", (called) => (softmaxSums(called), isSoftmaxOfNegated(called))],
  ["sparsemax", sparsemaxSums],
  ["entmax15", sparsemaxSums],
  ["argmax", isArgmax],
  ["topK", isSorted],
  ["sample", isIndex],
  ["greater", isGreater],
  ["softmaxCrossEntropy", reduces(softmaxCrossEntropy as never)],
  ["sigmoidCrossEntropy", reduces(sigmoidCrossEntropy as never)],
  ["prelu.weightGradient", isWeightGradient],
]);

/** Throws unless a result is what other functions or a loop give. */
export function checkIdentity(subject: Subject, callCase: CallCase): void {
  const setup = subject.setup(callCase);
  const inputs = contentsOf(setup, callCase.seed);
  const outcome = attempt(() => subject.call(...argumentsOf(setup, inputs)));
  if ("error" in outcome) return;
  const { result } = outcome;
  const array = typeof result === "number" ? Float64Array.of(result) : (result as AnyArray);
  identities.get(subject.name)!({ callCase, inputs, options: setup.options, result: array });
}
