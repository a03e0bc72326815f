/** x·log(y): its calls, as the driver of elementwise calls runs them. */

import { checkArray, checkFloats, checkNoOut, checkNumber } from "../args/arrays.js";
import { type DType, type FloatArray, float64 } from "../args/dtype.js";
import { type OptionList, readGiven } from "../args/options.js";
import { ChunkedCall, type Computation } from "../exec/call.js";
import { runCall } from "../exec/chunked.js";
import { multiply } from "../exec/multiply.js";
import { Contiguous } from "../exec/operands.js";
import { Floats } from "../exec/sinks.js";
import { log as logOf } from "../formulas/elementary.js";
import { type XlogyKernels, xlogyModule } from "../generated/modules/xlogy.js";
import { log } from "../ops/log.js";
import type { Instance, Kernel } from "../runtime/instance.js";
import { CHUNK } from "../runtime/memory.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { type UnaryOp, unaryOps } from "./unaryOp.js";

const OPTIONS: OptionList = { names: ["out"] };

/** What the kernels of the module give, at float64. */
const formulas = {
  xlogy_argument: (x: number, y: number) => (x === 0 && y === y ? 1 : y),
  xlogy_derivativeArgument: (x: number, y: number) => (x === 0 && y <= 0 ? 1 : y),
  xlogy_quotient: (x: number, y: number) => x / y,
};

type KernelName = keyof XlogyKernels & keyof typeof formulas;

const KNOWN_X = [0, -0, 0, 3, 0.25, -2, 0, 1];
const KNOWN_Y = [0, -2, NaN, 4, 0, -8, 3, Infinity];

function pairOf(name: KernelName): KernelPair {
  return kernelPair(xlogyModule, name, (kernel, scratch, dtype) => {
    const view = scratch.firstOf(dtype);
    view.set(KNOWN_X);
    scratch.secondOf(dtype).set(KNOWN_Y);
    kernel(scratch.first, scratch.second, scratch.first, KNOWN_X.length);
    const wanted = KNOWN_X.map((x, i) => formulas[name](x, KNOWN_Y[i]));
    return compareAnswers(view, wanted, KNOWN_X, dtype);
  });
}

/** The kernels that the function and its gradients are made of. */
class Kernels {
  readonly argument = pairOf("xlogy_argument");
  readonly derivativeArgument = pairOf("xlogy_derivativeArgument");
  readonly quotient = pairOf("xlogy_quotient");
  readonly log: UnaryOp = unaryOps(log.definition as unknown as ElementwiseDefinition).value;

  /** The kernel of the logarithm. */
  logOf(instance: Instance, dtype: DType): Kernel | null {
    return this.log.kernel(instance, this.log.parameters.defaults[dtype.index]);
  }
}

/** The function with its gradients. */
export class XlogyOp {
  readonly #kernels = new Kernels();

  constructor(private readonly name: string) {}

  apply(x: unknown, y: unknown, options: unknown): FloatArray | number {
    return this.#run(this.name, Value, [x, y], options);
  }

  applyBackward(x: unknown, y: unknown, dy: unknown, options: unknown): FloatArray | number {
    return this.#run(`${this.name}.backward`, Gradient, [x, y, dy], options);
  }

  applyBackwardY(x: unknown, y: unknown, dy: unknown, options: unknown): FloatArray | number {
    return this.#run(`${this.name}.backwardY`, GradientY, [x, y, dy], options);
  }

  #run(caller: string, computation: ComputationClass, inputs: readonly unknown[], options: unknown) {
    const [out] = readGiven(caller, OPTIONS, options);
    const [x] = inputs;
    if (typeof x === "number") {
      checkNoOut(caller, out);
      // In an array, so that a number gives the bits that it gives there.
      const arrays = inputs.map((input, i) => {
        checkNumber(caller, NAMES[i], input);
        return Float64Array.of(input);
      });
      return this.#runArrays(caller, computation, float64, arrays, undefined)[0];
    }
    const dtype = checkFloats(caller, "x", x, "a number, ");
    const { length } = x as FloatArray;
    for (let i = 1; i < inputs.length; i++) checkArray(caller, NAMES[i], inputs[i], dtype.arrayName, length);
    if (out !== undefined) checkArray(caller, "out", out, dtype.arrayName, length);
    return this.#runArrays(caller, computation, dtype, inputs as readonly FloatArray[], out as FloatArray | undefined);
  }

  #runArrays(
    caller: string,
    Made: ComputationClass,
    dtype: DType,
    inputs: readonly FloatArray[],
    out: FloatArray | undefined,
  ): FloatArray {
    const { length } = inputs[0];
    const sink = new Floats(dtype, length, out);
    const operands = inputs.map((input) => new Contiguous(input));
    const computation = new Made(this.#kernels, dtype, sink);
    // Intermediate results take the place of y, which no factor is.
    return runCall(new ChunkedCall(caller, dtype, length, operands, sink, computation, CHUNK / dtype.bytes, 1));
  }
}

const NAMES = ["x", "y", "dy"];

type ComputationClass = new (kernels: Kernels, dtype: DType, sink: Floats) => Computation;

/** x·log(y) */
class Value implements Computation {
  #argument: Kernel | null = null;
  #log: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly kernels: Kernels,
    private readonly dtype: DType,
    private readonly sink: Floats,
  ) {}

  prepare(instance: Instance): boolean {
    this.#argument = this.kernels.argument.of(instance, this.dtype);
    this.#log = this.kernels.logOf(instance, this.dtype);
    this.#multiply = multiply.of(instance, this.dtype);
    return this.#argument !== null && this.#log !== null && this.#multiply !== null;
  }

  compute(x: number, y: number, _: number, temporary: number, dst: number, count: number): void {
    this.#argument!(x, y, temporary, count);
    this.#log!(temporary, temporary, count);
    this.#multiply!(temporary, x, dst, count);
  }

  formula([x, y]: readonly FloatArray[]): void {
    const out = this.sink.result();
    for (let i = 0; i < x.length; i++) out[i] = xlogyOf(x[i], y[i]);
  }
}

function xlogyOf(x: number, y: number): number {
  return x * logOf(formulas.xlogy_argument(x, y));
}

/** dy·log(y), as PyTorch has it: 0 where dy is 0, or where x is 0 and y is 0 or less. */
class Gradient implements Computation {
  readonly #value: Value;
  #argument: Kernel | null = null;

  constructor(
    private readonly kernels: Kernels,
    private readonly dtype: DType,
    private readonly sink: Floats,
  ) {
    this.#value = new Value(kernels, dtype, sink);
  }

  prepare(instance: Instance): boolean {
    this.#argument = this.kernels.derivativeArgument.of(instance, this.dtype);
    return this.#argument !== null && this.#value.prepare(instance);
  }

  compute(x: number, y: number, dy: number, temporary: number, dst: number, count: number): void {
    this.#argument!(x, y, temporary, count);
    this.#value.compute(dy, temporary, 0, temporary, dst, count);
  }

  formula([x, y, dy]: readonly FloatArray[]): void {
    const out = this.sink.result();
    for (let i = 0; i < x.length; i++) out[i] = xlogyOf(dy[i], formulas.xlogy_derivativeArgument(x[i], y[i]));
  }
}

/** dy·(x / y) */
class GradientY implements Computation {
  #quotient: Kernel | null = null;
  #multiply: Kernel | null = null;

  constructor(
    private readonly kernels: Kernels,
    private readonly dtype: DType,
    private readonly sink: Floats,
  ) {}

  prepare(instance: Instance): boolean {
    this.#quotient = this.kernels.quotient.of(instance, this.dtype);
    this.#multiply = multiply.of(instance, this.dtype);
    return this.#quotient !== null && this.#multiply !== null;
  }

  compute(x: number, y: number, dy: number, temporary: number, dst: number, count: number): void {
    this.#quotient!(x, y, temporary, count);
    this.#multiply!(temporary, dy, dst, count);
  }

  formula([x, y, dy]: readonly FloatArray[]): void {
    const out = this.sink.result();
    for (let i = 0; i < x.length; i++) out[i] = dy[i] * this.dtype.round(x[i] / y[i]);
  }
}
