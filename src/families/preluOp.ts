/** The parametric ReLU: its calls, as the driver of elementwise calls runs them. */

import { checkArray, checkFloats, checkNoOut, checkNumber } from "../args/arrays.js";
import { type DType, type FloatArray, float64 } from "../args/dtype.js";
import { tagOf } from "../args/engine.js";
import { MORE, type OptionList, readOptions, readOut } from "../args/options.js";
import { readShape, rowsOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../args/spellings.js";
import { ChunkedCall, type Computation } from "../exec/call.js";
import { runCall } from "../exec/chunked.js";
import { copyOf, newArray, overlap } from "../exec/copy.js";
import { multiply } from "../exec/multiply.js";
import { Contiguous, type Operand } from "../exec/operands.js";
import { Floats } from "../exec/sinks.js";
import { preluModule } from "../generated/modules/prelu.js";
import { checkNotFreed } from "../runtime/placements.js";
import type { Instance, Kernel } from "../runtime/instance.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";
import { CHUNK } from "../runtime/memory.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { applyUnaryRead, type UnaryOp, unaryOps } from "./unaryOp.js";

const OPTIONS: OptionList = {
  names: ["out", "weight", "shape", "axis"],
  insteadOf: /* @__PURE__ */ insteadBy({
    ...ROW_SPELLINGS,
    ...{ alpha: "weight", slope: "weight", negativeslope: "weight", a: "weight" },
  }),
};

/** The function or its derivative. */
interface ChannelOp {
  /** With a weight for each element. */
  readonly kernels: KernelPair;
  /** With one weight for all. */
  readonly scalar: UnaryOp;
}

/** The weight of element i is weights[floor(i / stride) % weights.length]. */
interface Channels {
  readonly weights: FloatArray;
  readonly stride: number;
}

/** The function with its derivative and its gradients. */
export class PreluOp {
  readonly #name: string;
  readonly #value: ChannelOp;
  readonly #derivative: ChannelOp;

  constructor(definition: ElementwiseDefinition) {
    const { value, derivative } = unaryOps(definition);
    this.#name = definition.name;
    this.#value = channelOp("prelu", value);
    this.#derivative = channelOp("prelu_derivative", derivative);
  }

  apply(x: unknown, options: unknown): FloatArray | number {
    return apply(this.#name, this.#value, x, undefined, options);
  }

  applyDerivative(x: unknown, options: unknown): FloatArray | number {
    return apply(`${this.#name}.derivative`, this.#derivative, x, undefined, options);
  }

  applyBackward(x: unknown, dy: unknown, options: unknown): FloatArray | number {
    return apply(`${this.#name}.backward`, this.#derivative, x, dy, options, true);
  }

  weightGradient(x: unknown, dy: unknown, options: unknown): FloatArray | number {
    return applyWeightGradient(`${this.#name}.weightGradient`, this.#value.scalar, x, dy, options);
  }
}

function channelOp(kernel: "prelu" | "prelu_derivative", scalar: UnaryOp): ChannelOp {
  const kernels = kernelPair(preluModule, kernel, (run, scratch, dtype) => {
    const view = scratch.firstOf(dtype);
    view.set(KNOWN_INPUTS);
    scratch.secondOf(dtype).fill(KNOWN_WEIGHT, 0, KNOWN_INPUTS.length);
    run(scratch.first, scratch.second, scratch.first, KNOWN_INPUTS.length);
    const wanted = KNOWN_INPUTS.map((x) => scalar.formula(x, { weight: KNOWN_WEIGHT }));
    return compareAnswers(view, wanted, KNOWN_INPUTS, dtype);
  });
  return { kernels, scalar };
}

const KNOWN_INPUTS = [-100, -1, 0, 0.25, 2.5, 4, -Infinity, NaN];
const KNOWN_WEIGHT = 0.25;

/** An op at x, times dy if it is a gradient. */
function apply(
  caller: string,
  op: ChannelOp,
  x: unknown,
  dy: unknown,
  options: unknown,
  isGradient = false,
): FloatArray | number {
  const out = options === undefined ? undefined : readOut(caller, options);
  const given = out === MORE ? readOptions(caller, OPTIONS, options) : [out];
  if (given[2] !== undefined) given[2] = readShape(caller, given[2]);
  // Destructuring takes longer.
  const shape = given[2];
  const axis = given[3];
  if (typeof x === "number" || (!isArray(given[1]) && shape === undefined && axis === undefined)) {
    checkNoShape(caller, x, shape, axis);
    return isGradient
      ? applyUnaryRead(caller, op.scalar, x, given, true, dy)
      : applyUnaryRead(caller, op.scalar, x, given);
  }
  const dtype = checkFloats(caller, "x", x, "a number, ");
  return applyChannels(caller, op, x as FloatArray, dtype, isGradient ? [dy] : [], given);
}

function checkNoShape(caller: string, x: unknown, shape: unknown, axis: unknown): void {
  if (typeof x !== "number" || (shape === undefined && axis === undefined)) return;
  throw new TypeError(`${caller}: shape and axis need an array x, not a number`);
}

/** Anything but a number is taken for an array, so that errors ask for one. */
function isArray(weight: unknown): weight is FloatArray {
  return typeof weight === "object";
}

/** An op at an array whose channels are told apart, times dy if there is one. */
function applyChannels(
  caller: string,
  op: ChannelOp,
  x: FloatArray,
  dtype: DType,
  gradient: readonly unknown[],
  given: readonly unknown[],
): FloatArray | number {
  const { length } = x;
  const [out] = given;
  for (const dy of gradient) checkArray(caller, "dy", dy, dtype.arrayName, length);
  if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
  const channels = channelsOf(caller, op.scalar, x, dtype, given);
  if (!isArray(given[1])) {
    return gradient.length > 0
      ? applyUnaryRead(caller, op.scalar, x, given, true, gradient[0])
      : applyUnaryRead(caller, op.scalar, x, given);
  }
  const operands: Operand[] = [new Contiguous(x), new TiledWeights(channels, dtype, gradient.length > 0)];
  for (const dy of gradient) operands.push(new Contiguous(dy as FloatArray));
  const sink = new Floats(dtype, length, out as FloatArray | undefined);
  const computation = new ChannelsComputation(op, channels, dtype, gradient.length > 0, sink);
  // As many elements as have weights in the order of the first ones, so that these are laid out once.
  const perChunk = CHUNK / dtype.bytes;
  const period = channels.weights.length * channels.stride;
  const perPeriods = period <= perChunk ? perChunk - (perChunk % period) : perChunk;
  return runCall(new ChunkedCall(caller, dtype, length, operands, sink, computation, perPeriods));
}

/** The channels of x; throws unless weight, shape and axis suit it. */
function channelsOf(caller: string, op: UnaryOp, x: FloatArray, dtype: DType, given: readonly unknown[]): Channels {
  const weight = given[1];
  const shape = given[2] as readonly number[] | undefined;
  const axis = given[3] === undefined ? Number(shape !== undefined && shape.length > 1) : given[3];
  const { columns, stride } = rowsOf(caller, x.length, shape, axis);
  if (!isArray(weight)) {
    const { values } = op.parameters.plan(caller, given, dtype);
    return { weights: newArray(dtype, 1).fill((values as { weight: number }).weight), stride: 1 };
  }
  const shared = tagOf(weight) !== undefined && weight.length === 1;
  checkArray(caller, "weight", weight, dtype.arrayName, shared ? 1 : columns);
  return { weights: weight, stride: shared ? 1 : stride };
}

/** Calls back for the elements of each channel that follow each other, from `start` up to `end`. */
function forRuns(
  { weights, stride }: Channels,
  start: number,
  end: number,
  run: (from: number, to: number, channel: number) => void,
): void {
  if (weights.length === 1) return run(start, end, 0);
  let channel = Math.floor(start / stride) % weights.length;
  let to = start - (start % stride) + stride;
  for (let from = start; from < end; from = to, to += stride) {
    run(from, Math.min(to, end), channel);
    if (++channel === weights.length) channel = 0;
  }
}

/** The weights, laid out for the elements of a chunk. */
class TiledWeights implements Operand {
  /** Elements until the weights repeat. */
  readonly period: number;

  /** @param overwritten whether what is laid out doesn't last until the next chunk */
  constructor(
    private readonly channels: Channels,
    private readonly dtype: DType,
    private readonly overwritten: boolean,
  ) {
    this.period = channels.weights.length * channels.stride;
  }

  get array(): FloatArray {
    return this.channels.weights;
  }

  load(from: number, count: number, view: FloatArray, at: number): void {
    const { channels, period, overwritten } = this;
    // The chunks have weights in the order of the first one, if a period fits a chunk.
    if (from > 0 && !overwritten && period <= CHUNK / this.dtype.bytes) return;
    const { weights, stride } = channels;
    const first = Math.min(count, period);
    if (stride === 1) {
      for (let i = 0, channel = from % weights.length; i < first; i++) {
        view[at + i] = weights[channel];
        if (++channel === weights.length) channel = 0;
      }
    } else {
      forRuns(channels, from, from + first, (start, end, channel) => {
        view.fill(weights[channel], at + start - from, at + end - from);
      });
    }
    for (let done = first; done < count; done *= 2) {
      view.copyWithin(at + done, at, at + Math.min(done, count - done));
    }
  }

  indexOf(): number {
    return 0;
  }

  runLength(): number {
    return 0;
  }

  isOverwrittenBy(out: ArrayBufferView): boolean {
    return overlap(this.array, out);
  }

  copied(dtype: DType): Operand {
    const { weights, stride } = this.channels;
    return new TiledWeights({ weights: copyOf(weights, dtype), stride }, this.dtype, this.overwritten);
  }
}

/** An op with a weight for each channel, times dy if it is a gradient. */
class ChannelsComputation implements Computation {
  #kernel: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly op: ChannelOp,
    private readonly channels: Channels,
    private readonly dtype: DType,
    private readonly hasGradient: boolean,
    private readonly sink: Floats,
  ) {}

  prepare(instance: Instance): boolean {
    if (this.hasGradient) {
      this.#multiply = multiply.of(instance, this.dtype);
      if (this.#multiply === null) return false;
    }
    this.#kernel = this.op.kernels.of(instance, this.dtype);
    return this.#kernel !== null;
  }

  compute(x: number, weights: number, dy: number, temporary: number, dst: number, count: number): void {
    if (this.#multiply === null) {
      this.#kernel!(x, weights, dst, count);
    } else {
      this.#kernel!(x, weights, temporary, count);
      this.#multiply(temporary, dy, dst, count);
    }
  }

  formula([x, weights, dy]: readonly FloatArray[]): void {
    const { formula } = this.op.scalar;
    const out = this.sink.result();
    const parameters = { weight: 0 };
    forRuns({ weights, stride: this.channels.stride }, 0, x.length, (from, to, channel) => {
      parameters.weight = weights[channel];
      if (dy === undefined) for (let i = from; i < to; i++) out[i] = formula(x[i], parameters);
      else for (let i = from; i < to; i++) out[i] = dy[i] * formula(x[i], parameters);
    });
  }
}

/** The gradient with respect to the weight. */
function applyWeightGradient(
  caller: string,
  op: UnaryOp,
  x: unknown,
  dy: unknown,
  options: unknown,
): FloatArray | number {
  const given = readOptions(caller, OPTIONS, options);
  given[2] = readShape(caller, given[2]);
  const [out, weight] = given;
  if (typeof x === "number") {
    checkNumber(caller, "dy", dy);
    checkNoOut(caller, out);
    op.parameters.plan(caller, given, float64);
    return x > 0 ? 0 : x * dy;
  }
  const dtype = checkFloats(caller, "x", x, "a number, ");
  const input = x as FloatArray;
  checkArray(caller, "dy", dy, dtype.arrayName, input.length);
  const channels = channelsOf(caller, op, input, dtype, given);
  const { weights } = channels;
  const shared = !isArray(weight);
  if (out !== undefined) {
    if (shared) throw new TypeError(`${caller}: out needs a weight that is an array: without, the result is a number`);
    checkArray(caller, "out", out, dtype.arrayName, weights.length);
  }
  checkNotFreed(caller, input, dy as FloatArray, out as FloatArray | undefined, weights);
  const sums = weightSums(channels, input, dy as FloatArray);
  if (shared) return sums[0];
  const result = (out as FloatArray | undefined) ?? newArray(dtype, sums.length);
  for (let i = 0; i < sums.length; i++) result[i] = sums[i];
  return result;
}

/** For each channel the sum of x · dy where x <= 0. */
function weightSums(channels: Channels, x: FloatArray, dy: FloatArray): Float64Array {
  const sums = new Float64Array(channels.weights.length);
  forRuns(channels, 0, x.length, (from, to, channel) => (sums[channel] += sumWithoutBranch(x, dy, from, to)));
  // NaN comes of a NaN, or of an infinite dy where x > 0, which doesn't count.
  if (!sums.some(Number.isNaN)) return sums;
  sums.fill(0);
  forRuns(channels, 0, x.length, (from, to, channel) => {
    for (let i = from; i < to; i++) if (!(x[i] > 0)) sums[channel] += x[i] * dy[i];
  });
  return sums;
}

/** The sum of x · dy where x <= 0, without a branch, which costs 9 ns an element where signs are random. */
function sumWithoutBranch(x: FloatArray, dy: FloatArray, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.min(x[i], 0) * dy[i];
  return sum;
}
