/** Parameters of elementwise functions: their defaults and domains, and what the kernels read of them. */

import { mustBe } from "./arrays.js";
import type { AnyKernels } from "../runtime/modules.js";
import { type DType, float32, float64 } from "./dtype.js";
import { type OptionList, readOptions } from "./options.js";

/** The values of a function's parameters by name. */
export type Values = Readonly<Record<string, number | string | undefined>>;

/** Parameters by name, each of which may be left out, or undefined. */
export type Given<P> = { [K in keyof P]?: P[K] | undefined };

/** The domain of one parameter: numbers, or one of several words. */
export type Parameter =
  | {
      /** The number that is used where none is given; left out where the function differs without one. */
      readonly default?: number;
      /** The smallest number that it may be, and the largest. */
      readonly min?: number;
      readonly max?: number;
      /** A number that it must be greater than. */
      readonly above?: number;
      /** It may be infinite. */
      readonly infinite?: true;
    }
  | { readonly default: string; readonly choices: readonly string[] };

/** The kernel that computes a function for some values of its parameters, with the numbers that it reads. */
export type KernelChoice<K> = string extends keyof K
  ? { readonly name: string; readonly parameters?: Readonly<Record<string, number>> }
  : { [N in keyof K]: K[N] extends string ? OneKernel<N, K[N]> : never }[keyof K];

/** A kernel by its name, with the parameters `M`. */
type OneKernel<N, M extends string> = [M] extends [never]
  ? { readonly name: N }
  : { readonly name: N; readonly parameters: { readonly [K in M]: number } };

/** The parameters in a function's definition. `P` is the type of their values, `K` that of the module's kernels. */
export interface ParametersDefinition<P, K = AnyKernels> {
  /** Every parameter; none if left out. */
  readonly parameters?: { readonly [N in keyof P]: Parameter };
  /** The reason why these values together are refused, as the end of a sentence: "minVal must be …". */
  reject?(values: P): string | undefined;
  /** Fills in the values that depend on which others were given. */
  complete?(values: { -readonly [N in keyof P]: P[N] }, dtype: DType): void;
  /**
   * The kernel for these values, less "_derivative", and the numbers that it reads. Null where no kernel is made for them, so
   * that the formula computes. Default: the kernel of the function's name, which reads parameters by the functions' names.
   */
  kernel?(values: P, dtype: DType): KernelChoice<K> | null;
}

/** Checked parameters for arrays of one type. */
export interface Plan<P = Values> {
  /** As they were given. */
  readonly given: readonly unknown[];
  /** As numbers of that type. */
  readonly values: P;
  readonly dtype: DType;
  /** The name of the kernel, or null where only the formula computes. */
  readonly kernel: string | null;
  /** The numbers that the kernel reads. */
  readonly numbers: readonly number[];
}

/** A function's parameters. Plans are kept: equal parameters at the next call are the same plan. */
export class Parameters<P extends object> {
  /** All options: `out`, then the parameters. */
  readonly options: OptionList;
  readonly #names: readonly (keyof P & string)[];
  readonly #last: [Plan<P>, Plan<P>];
  /** Where none are given, for float32 and float64. */
  readonly defaults: readonly [Plan<P>, Plan<P>];

  /**
   * @param kernelName the name of the default kernel
   * @param kernelParameters the names of the numbers that each kernel reads, in their order
   */
  constructor(
    private readonly definition: ParametersDefinition<P>,
    private readonly kernelName: string = "",
    private readonly kernelParameters: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.#names = Object.keys(definition.parameters ?? {}) as (keyof P & string)[];
    this.options = { names: ["out", ...this.#names] };
    const none = this.#names.map(() => undefined);
    this.defaults = [this.#plan("", none, float32), this.#plan("", none, float64)];
    this.#last = [...this.defaults];
  }

  /** The values of the options: `out`, then the parameters. */
  read(caller: string, options: unknown): unknown[] {
    return readOptions(caller, this.options, options);
  }

  /**
   * The plan for parameters as they were given, from `values[from]` on.
   *
   * @throws {TypeError} if one is not of its type
   * @throws {RangeError} if one is out of its domain
   */
  plan(caller: string, values: readonly unknown[], dtype: DType, from = 1): Plan<P> {
    if (values.length <= from) return this.defaults[dtype.index];
    const last = this.#last[dtype.index];
    for (let i = 0; i < this.#names.length; i++) {
      if (isSame(values[from + i], last.given[i])) continue;
      const plan = this.#plan(caller, values.slice(from, from + this.#names.length), dtype);
      this.#last[dtype.index] = plan;
      return plan;
    }
    return last;
  }

  #plan(caller: string, given: readonly unknown[], dtype: DType): Plan<P> {
    const { definition } = this;
    const values: Record<string, unknown> = {};
    this.#names.forEach((name, i) => {
      const parameter: Parameter = definition.parameters![name];
      const value = given[i] === undefined ? parameter.default : given[i];
      values[name] = typeof value === "number" ? dtype.round(value) : value;
      check(caller, name, parameter, value, values[name]);
    });
    const wrong = definition.reject?.(values as P);
    if (wrong !== undefined) throw new RangeError(`${caller}: ${wrong}`);
    definition.complete?.(values as P, dtype);
    const choice = definition.kernel
      ? definition.kernel(values as P, dtype)
      : { name: this.kernelName, parameters: values as Record<string, number> };
    const kernel = choice === null ? null : choice.name;
    const read = (kernel !== null && this.kernelParameters[kernel]) || [];
    return { given, values: values as P, dtype, kernel, numbers: read.map((name) => choice!.parameters![name]) };
  }
}

/** Whether two values are the same, to which 0 is not -0. (By Object.is, calls take more or fewer instructions by chance.) */
function isSame(a: unknown, b: unknown): boolean {
  return a === b && (a !== 0 || 1 / a === 1 / (b as number));
}

/** Throws unless a parameter is of its type and in its domain, also when it is `rounded` to the type of the array. */
function check(caller: string, name: string, parameter: Parameter, value: unknown, rounded: unknown): void {
  if ("choices" in parameter) {
    if (parameter.choices.includes(value as string)) return;
    const choices = parameter.choices.map((choice) => JSON.stringify(choice)).join(" or ");
    throw mustBe(caller, name, choices, value);
  }
  if (value === undefined) return;
  if (typeof value !== "number") throw mustBe(caller, name, "a number", value);
  const { min = -Infinity, max = Infinity, above = -Infinity, infinite } = parameter;
  const number = rounded as number;
  const wanted =
    number !== number || (!infinite && Math.abs(number) === Infinity)
      ? infinite
        ? "a number"
        : "finite"
      : number < min
        ? `at least ${min}`
        : number > max
          ? `at most ${max}`
          : number <= above && above > -Infinity && `greater than ${above}`;
  if (!wanted) return;
  const given = number === value || value !== value ? value : `${value} (${number} as float32)`;
  throw new RangeError(`${caller}: ${name} must be ${wanted}, not ${given}`);
}
