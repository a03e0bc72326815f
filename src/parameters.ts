/** Parameters of elementwise functions: their defaults and domains, and what of them the kernels read. */

import { describe } from "./arrays.js";

/** The values of a function's parameters by name. */
export type Values = Readonly<Record<string, number | string>>;

/** Parameters by name, each of which may be left out, or undefined. */
export type Given<P> = { [K in keyof P]?: P[K] | undefined };

/** What one parameter may be: a number, or one of several words. */
export type Parameter =
  | {
      readonly default: number;
      /** The smallest that it may be. */
      readonly least?: number;
      /** What it must be greater than. */
      readonly above?: number;
      /** It may be infinite. */
      readonly infinite?: true;
    }
  | { readonly default: string; readonly choices: readonly string[] };

/** What a row of the table says of its parameters. */
export interface ParametersDefinition<P> {
  /** Every parameter; none if left out. */
  readonly parameters?: { readonly [K in keyof P]: Parameter };
  /** What is wrong with these values together, as the end of a sentence: "minVal must be …". */
  reject?(values: P): string | undefined;
  /**
   * The numbers that the kernel for float32 (`narrow`) or float64 reads, in its order. Default: the numbers among the
   * parameters, in theirs. Null where the kernel is not made for these values: then the formula serves.
   */
  kernelParameters?(values: P, narrow: boolean): readonly number[] | null;
  /** What is added to the function's name to give the name of the kernel. Default: nothing. */
  variant?(values: P): string;
}

/** Parameters ready for use with arrays of one type. */
export interface Plan<P = Values> {
  /** As they were given. */
  readonly given: Given<P>;
  /** As numbers of that type. */
  readonly values: P;
  /** Whether that type is float32. */
  readonly narrow: boolean;
  /** What the kernel reads. */
  readonly numbers: readonly number[];
  /** Whether the kernel is made for these values, or only the formula. */
  readonly hasKernel: boolean;
  readonly variant: string;
}

/** A function's parameters. Plans are kept: equal parameters at the next call are the same plan. */
export class Parameters<P extends object> {
  readonly #names: readonly (keyof P & string)[];
  readonly #last: { narrow: Plan<P>; wide: Plan<P> };
  /** For arrays of float32, where none are given. */
  readonly defaults: Plan<P>;
  readonly #wideDefaults: Plan<P>;

  constructor(private readonly definition: ParametersDefinition<P>) {
    this.#names = Object.keys(definition.parameters ?? {}) as (keyof P & string)[];
    this.defaults = this.#plan("", {}, true);
    this.#wideDefaults = this.#plan("", {}, false);
    this.#last = { narrow: this.defaults, wide: this.#wideDefaults };
  }

  /**
   * The parameters among the options of a call, for arrays of float32 (`narrow`) or float64.
   *
   * @throws {TypeError} if one is not of its type
   * @throws {RangeError} if one is out of its domain
   */
  of(caller: string, options: object | undefined, narrow: boolean): Plan<P> {
    if (options === undefined) return narrow ? this.defaults : this.#wideDefaults;
    const kind = narrow ? "narrow" : "wide";
    const last = this.#last[kind];
    const given = options as Given<P>;
    for (const name of this.#names) {
      if (!isSame(given[name], last.given[name])) return (this.#last[kind] = this.#plan(caller, given, narrow));
    }
    return last;
  }

  #plan(caller: string, given: Given<P>, narrow: boolean): Plan<P> {
    const { definition } = this;
    const values: Record<string, unknown> = {};
    const kept: Given<P> = {};
    for (const name of this.#names) {
      const parameter: Parameter = definition.parameters![name];
      kept[name] = given[name];
      const value: unknown = given[name] === undefined ? parameter.default : given[name];
      values[name] = typeof value === "number" && narrow ? Math.fround(value) : value;
      check(caller, name, parameter, value, values[name]);
    }
    const wrong = definition.reject?.(values as P);
    if (wrong !== undefined) throw new RangeError(`${caller}: ${wrong}`);
    const numbers = definition.kernelParameters
      ? definition.kernelParameters(values as P, narrow)
      : Object.values(values).filter((value) => typeof value === "number");
    return {
      given: kept,
      values: values as P,
      narrow,
      numbers: numbers ?? [],
      hasKernel: numbers !== null,
      variant: definition.variant?.(values as P) ?? "",
    };
  }
}

/** Whether two values are the same, to which 0 is not -0. (By Object.is, calls take more or fewer instructions by chance.) */
function isSame(a: unknown, b: unknown): boolean {
  return a === b && (a !== 0 || 1 / a === 1 / (b as number));
}

/** Throws unless a parameter is of its type and in its domain, also when it is `rounded` to the type of the array. */
function check(caller: string, name: string, parameter: Parameter, value: unknown, rounded: unknown): void {
  const must = `${caller}: ${name} must be`;
  if ("choices" in parameter) {
    if (parameter.choices.includes(value as string)) return;
    const choices = parameter.choices.map((choice) => JSON.stringify(choice)).join(" or ");
    throw new TypeError(`${must} ${choices}, not ${describe(value)}`);
  }
  if (typeof value !== "number") throw new TypeError(`${must} a number, not ${describe(value)}`);
  const { least = -Infinity, above = -Infinity, infinite } = parameter;
  const number = rounded as number;
  const given = number === value || value !== value ? value : `${value} (${number} as float32)`;
  if (Number.isNaN(number) || (!infinite && !Number.isFinite(number))) {
    throw new RangeError(`${must} ${infinite ? "a number" : "finite"}, not ${given}`);
  }
  if (number < least) throw new RangeError(`${must} at least ${least}, not ${given}`);
  if (above !== -Infinity && !(number > above)) throw new RangeError(`${must} greater than ${above}, not ${given}`);
}
