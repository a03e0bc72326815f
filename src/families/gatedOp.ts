/** A gated function: its calls, as the driver of elementwise calls runs them. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import type { DType, FloatArray } from "../args/dtype.js";
import { type OptionList, readGiven } from "../args/options.js";
import type { Plan } from "../args/parameters.js";
import { readShape, rowsOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS } from "../args/spellings.js";
import { ChunkedCall, type Computation } from "../exec/call.js";
import { runCall } from "../exec/chunked.js";
import { copy, copyOf, isOverwritten } from "../exec/copy.js";
import { multiply } from "../exec/multiply.js";
import { type Operand, Separate } from "../exec/operands.js";
import { Floats, type Sink } from "../exec/sinks.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { CHUNK } from "../runtime/memory.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import type { GatedDefinition } from "./gated.js";
import { type UnaryOp, type UnaryOps, unaryOps } from "./unaryOp.js";

/** How the halves lie in x: `length` contiguous elements of one, then as many of the other, and so on. */
interface Halves {
  readonly length: number;
  /** 0 if the first half is the one that is scaled, else 1. */
  readonly scaled: 0 | 1;
}

const PARAMETERS_FROM = 4;

/** A gated function and its gradient. */
export class GatedOp {
  readonly #name: string;
  readonly #ops: UnaryOps;
  readonly #options: OptionList;

  constructor({ name, gate }: GatedDefinition) {
    this.#name = name;
    this.#ops = unaryOps(gate.definition as unknown as ElementwiseDefinition);
    // The parameters of the gate's function follow, as `Parameters.plan` expects them.
    const { names } = this.#ops.value.parameters.options;
    this.#options = {
      names: ["out", "shape", "axis", "gate", ...names.slice(1)],
      insteadOf: insteadBy(ROW_SPELLINGS),
    };
  }

  apply(x: unknown, options: unknown): FloatArray {
    const caller = this.#name;
    const { array, dtype, halves, plan, out } = this.#argumentsOf(caller, x, options);
    const length = array.length / 2;
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
    const sink = new Floats(dtype, length, out as FloatArray | undefined);
    const operands = operandsOf(halves, array);
    const computation = new GatedComputation(this.#ops.value, plan, halves, length, sink);
    return runCall(new ChunkedCall(caller, dtype, length, operands, sink, computation, CHUNK / dtype.bytes, GATE));
  }

  applyBackward(x: unknown, dy: unknown, options: unknown): FloatArray {
    const caller = `${this.#name}.backward`;
    const { array, dtype, halves, plan, out } = this.#argumentsOf(caller, x, options);
    checkArray(caller, "dy", dy, dtype.arrayName, array.length / 2);
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, array.length);
    const sink = new HalvesSink(dtype, halves, array.length, out as FloatArray | undefined);
    const operands = [...operandsOf(halves, array), new Separate(dy as FloatArray)];
    const length = array.length / 2;
    const computation = new GatedBackwardComputation(this.#ops, plan, halves, length, sink);
    // Neither half is written where it is read.
    const call = new ChunkedCall(caller, dtype, length, operands, sink, computation, CHUNK / dtype.bytes, 0, true);
    return runCall(call);
  }

  /** Throws unless x and the options suit each other. */
  #argumentsOf(caller: string, x: unknown, options: unknown) {
    const given = readGiven(caller, this.#options, options);
    const [out, , axis, gate = "second"] = given;
    const shape = readShape(caller, given[1]);
    const dtype = checkFloats(caller, "x", x);
    const array = x as FloatArray;
    if (gate !== "first" && gate !== "second") throw mustBe(caller, "gate", '"first" or "second"', gate);
    const { columns, stride } = rowsOf(caller, array.length, shape, axis);
    if (columns % 2 !== 0) throw new RangeError(`${caller}: the axis must have an even length, not ${columns}`);
    const halves: Halves = { length: (columns / 2) * stride, scaled: gate === "second" ? 0 : 1 };
    const plan = this.#ops.value.parameters.plan(caller, given, dtype, PARAMETERS_FROM);
    return { array, dtype, halves, plan, out };
  }
}

/** Calls back for the results from `from` up to `to`: those at `at`, whose first half begins at `first` in x. */
function forRuns(
  { length }: Halves,
  from: number,
  to: number,
  run: (at: number, first: number, count: number) => void,
): void {
  for (let at = from; at < to;) {
    const within = at % length;
    const count = Math.min(length - within, to - at);
    run(at, (at - within) * 2 + within, count);
    at += count;
  }
}

/** One of the halves, the first (0) or the second (1). */
class Half implements Operand {
  constructor(
    readonly array: FloatArray,
    private readonly halves: Halves,
    private readonly which: number,
  ) {}

  load(from: number, count: number, view: FloatArray, at: number): void {
    const start = this.which * this.halves.length;
    forRuns(this.halves, from, from + count, (result, first, n) => {
      copy(this.array, first + start, n, view, at + result - from);
    });
  }

  indexOf(from: number): number {
    const { length } = this.halves;
    const within = from % length;
    return (from - within) * 2 + within + this.which * length;
  }

  runLength(from: number): number {
    const { length } = this.halves;
    return length - (from % length);
  }

  /** An element of x is never behind the result that it goes into, so that they may begin at the same byte. */
  isOverwrittenBy(out: ArrayBufferView): boolean {
    return isOverwritten(this.array, out);
  }

  copied(dtype: DType): Operand {
    return new Half(copyOf(this.array, dtype), this.halves, this.which);
  }
}

/** The halves that a gated function reads: the one that is scaled, then the gate. */
function operandsOf(halves: Halves, x: FloatArray): [Half, Half] {
  return [new Half(x, halves, halves.scaled), new Half(x, halves, 1 - halves.scaled)];
}

/** The number of the operand that is the gate. */
const GATE = 1;

class GatedComputation implements Computation {
  #kernel: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly op: UnaryOp,
    private readonly plan: Plan<object>,
    private readonly halves: Halves,
    private readonly length: number,
    private readonly sink: Floats,
  ) {}

  prepare(instance: Instance): boolean {
    this.#multiply = multiply.of(instance, this.plan.dtype);
    this.#kernel = this.op.kernel(instance, this.plan);
    return this.#kernel !== null && this.#multiply !== null;
  }

  compute(scaled: number, gate: number, _: number, temporary: number, dst: number, count: number): void {
    this.#kernel!(gate, temporary, count);
    this.#multiply!(scaled, temporary, dst, count);
  }

  formula([x]: readonly FloatArray[]): void {
    const out = this.sink.result();
    const { halves, plan } = this;
    const { formula } = this.op;
    forRuns(halves, 0, this.length, (at, first, count) => {
      const scaled = first + halves.scaled * halves.length;
      const gate = first + (1 - halves.scaled) * halves.length;
      for (let i = 0; i < count; i++) out[at + i] = x[scaled + i] * formula(x[gate + i], plan.values);
    });
  }
}

/** The gradients of both halves, which the kernels leave in the first two buffers. */
class HalvesSink implements Sink<FloatArray> {
  readonly #floats: Floats;

  constructor(
    private readonly dtype: DType,
    private readonly halves: Halves,
    length: number,
    readonly out: FloatArray | undefined,
  ) {
    this.#floats = new Floats(dtype, length, out);
  }

  store(scratch: Scratch, from: number, count: number): void {
    const view = scratch.firstOf(this.dtype);
    const out = this.result();
    const { scaled, length } = this.halves;
    const second = CHUNK / this.dtype.bytes;
    forRuns(this.halves, from, from + count, (at, first, n) => {
      copy(view, at - from, n, out, first + scaled * length);
      copy(view, second + at - from, n, out, first + (1 - scaled) * length);
    });
  }

  result(): FloatArray {
    return this.#floats.result();
  }
}

class GatedBackwardComputation implements Computation {
  #value: Kernel | null = null;
  #derivative: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly ops: UnaryOps,
    private readonly plan: Plan<object>,
    private readonly halves: Halves,
    private readonly length: number,
    private readonly sink: HalvesSink,
  ) {}

  prepare(instance: Instance): boolean {
    this.#multiply = multiply.of(instance, this.plan.dtype);
    this.#value = this.ops.value.kernel(instance, this.plan);
    this.#derivative = this.ops.derivative.kernel(instance, this.plan);
    return this.#value !== null && this.#derivative !== null && this.#multiply !== null;
  }

  compute(scaled: number, gate: number, dy: number, _temporary: number, _dst: number, count: number): void {
    const derivative = dy + CHUNK;
    this.#derivative!(gate, derivative, count);
    this.#value!(gate, gate, count);
    this.#multiply!(scaled, derivative, derivative, count);
    this.#multiply!(dy, gate, scaled, count);
    this.#multiply!(dy, derivative, gate, count);
  }

  formula([x, , dy]: readonly FloatArray[]): void {
    const out = this.sink.result();
    const { halves, plan } = this;
    const { value, derivative } = this.ops;
    forRuns(halves, 0, this.length, (at, first, count) => {
      const scaled = first + halves.scaled * halves.length;
      const gate = first + (1 - halves.scaled) * halves.length;
      for (let i = 0; i < count; i++) {
        const [a, b, gradient] = [x[scaled + i], x[gate + i], dy[at + i]];
        out[scaled + i] = gradient * value.formula(b, plan.values);
        out[gate + i] = gradient * (a * derivative.formula(b, plan.values));
      }
    });
  }
}
