/** Checks of what plots are given. */

import type { Elementwise } from "lanewise";
import { checkInteger, checkNumber, mustBe } from "../args/arrays.js";
import { float64 } from "../args/dtype.js";
import { readOptions } from "../args/options.js";
import { Parameters } from "../args/parameters.js";
import { insteadBy } from "../args/spellings.js";

/** Any elementwise function of lanewise: its definition says what is drawn. */
export type AnyElementwise = Pick<Elementwise, "definition">;

/** Values of parameters by name. */
export type ParameterValues = Readonly<Record<string, number | string | undefined>>;

/** Options of every plot. */
export interface FrameInput {
  /** The width in pixels. Default: 640. */
  readonly width?: number | undefined;
  /** The height in pixels, with title and legend; where they leave too little room, the plot is higher. Default: 400. */
  readonly height?: number | undefined;
  /** The title, which is the svg's name too. Default: one that names what is drawn. `false` shows none, but the name stays. */
  readonly title?: string | false | undefined;
  /** What is to be seen, for readers who don't see it. Default: a text with the most important numbers. */
  readonly description?: string | undefined;
}

const FRAME_OPTIONS = ["width", "height", "title", "description"];

const insteadOf = insteadBy({
  derivatives: "derivative",
  gradient: "derivative",
  xlim: "domain",
  xrange: "domain",
  ylim: "range",
  yrange: "range",
  params: "parameters",
  caption: "title",
  alt: "description",
  desc: "description",
  t: "temperatures",
  temperature: "temperatures",
  depth: "layers",
});

/** Options by name, after those of every plot. */
export function readAll<N extends string>(caller: string, names: readonly N[], options: unknown) {
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) {
    throw mustBe(caller, "options", "an object such as { width: 640 }", options);
  }
  const all = [...names, ...FRAME_OPTIONS];
  const values = readOptions(caller, { names: all, insteadOf }, options);
  return Object.fromEntries(all.map((name, i) => [name, values[i]])) as Record<
    N | "width" | "height" | "title" | "description",
    unknown
  >;
}

/** The options of every plot with their defaults. */
export function readFrame(
  caller: string,
  { width = 640, height = 400, title, description }: Record<"width" | "height" | "title" | "description", unknown>,
  texts: { readonly title: string; readonly description: string },
) {
  for (const [name, size] of Object.entries({ width, height })) {
    checkNumber(caller, name, size);
    if (!(size >= 160 && size <= 1e4))
      throw new RangeError(`${caller}: ${name} must be from 160 to 10000, not ${size}`);
  }
  if (title !== undefined && title !== false && (typeof title !== "string" || title === "")) {
    throw mustBe(caller, "title", "a text, or false for none", title);
  }
  if (description !== undefined && typeof description !== "string") {
    throw mustBe(caller, "description", "a text", description);
  }
  return {
    width: width as number,
    height: height as number,
    title: typeof title === "string" ? title : texts.title,
    showsTitle: title !== false,
    description: description ?? texts.description,
  };
}

/** Two finite numbers, the smaller first. */
export function readInterval(caller: string, name: string, value: unknown): [number, number] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length !== 2) throw mustBe(caller, name, "two numbers such as [-4, 4]", value);
  const [from, to] = value as unknown[];
  checkNumber(caller, `${name}[0]`, from);
  checkNumber(caller, `${name}[1]`, to);
  if (!(Number.isFinite(to - from) && from < to)) {
    throw new RangeError(`${caller}: ${name} must be two finite numbers, the smaller first, not [${from}, ${to}]`);
  }
  return [from, to];
}

/** An integer with its default. */
export function readCount(caller: string, name: string, value: unknown, byDefault: number, max: number): number {
  if (value === undefined) return byDefault;
  checkInteger(caller, name, value, 1, max);
  return value;
}

/** A finite number with its default. */
export function readNumber(caller: string, name: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  checkNumber(caller, name, value);
  if (!Number.isFinite(value)) throw new RangeError(`${caller}: ${name} must be finite, not ${value}`);
  return value;
}

/** "sigmoid, tanh and relu" */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** A number as a reader likes it. */
export function short(x: number): string {
  return Number(x.toPrecision(3)).toString().replace("-", "−");
}

/** A function with its parameters bound. */
export interface BoundFunction {
  readonly fn: AnyElementwise;
  readonly name: string;
  /** The name, with the parameters that were given. */
  readonly label: string;
  /** The values of all parameters. */
  readonly parameters: ParameterValues;
  readonly value: (x: number) => number;
  /** NaN where there is no value, though the formula may give one: 1 / x of log. */
  readonly derivative: (x: number) => number;
}

/** Functions with their parameters, which are given by name for all of them, or as an array with an object for each. */
export function readFunctions(
  caller: string,
  functions: unknown,
  parameters: unknown,
  name = "functions",
): BoundFunction[] {
  const list: readonly unknown[] = Array.isArray(functions) ? functions : [functions];
  if (list.length === 0) throw new RangeError(`${caller}: functions must hold at least one function`);
  const fns = list.map((fn, i) => checkFunction(caller, Array.isArray(functions) ? `${name}[${i}]` : name, fn));
  if (!Array.isArray(parameters)) {
    const given = checkParameters(caller, "parameters", parameters);
    const all = new Set(fns.flatMap(({ definition }) => Object.keys(definition.parameters ?? {})));
    checkNames(caller, listOf(fns.map(({ definition }) => definition.name)), [...all], given);
    return fns.map((fn) => bind(caller, fn, given, false));
  }
  if (parameters.length !== fns.length) {
    throw new RangeError(
      `${caller}: parameters must have an object for each of ${fns.length} functions, not ${parameters.length}`,
    );
  }
  return fns.map((fn, i) => bind(caller, fn, checkParameters(caller, `parameters[${i}]`, parameters[i]), true));
}

const parameterInstead = insteadBy({ slope: "negativeSlope", lambda: "lambd" });

/** Throws unless all parameters are among those of the functions. */
function checkNames(caller: string, functions: string, names: readonly string[], given: ParameterValues): void {
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  const only = names.length === 0 ? "" : `, only ${names.join(", ")}`;
  throw new TypeError(
    `${caller}: ${functions} ${functions.includes(" and ") ? "have" : "has"} no parameter ${unknown}${only}${parameterInstead(unknown, names)}`,
  );
}

function checkFunction(caller: string, name: string, fn: unknown): AnyElementwise {
  const definition = (fn as AnyElementwise | undefined | null)?.definition;
  if (typeof definition?.value === "function" && typeof definition.derivative === "function") {
    return fn as AnyElementwise;
  }
  let hint = typeof fn === "string" ? `; write ${fn}, imported from "lanewise"` : "";
  if (typeof fn === "function" && (definition as { name?: unknown } | undefined)?.name === "softmax") {
    hint = ": plotSoftmax draws softmax";
  }
  throw mustBe(caller, name, "an elementwise function of lanewise such as sigmoid", fn, hint);
}

function checkParameters(caller: string, name: string, given: unknown): ParameterValues {
  if (given === undefined) return {};
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as ParameterValues;
  throw mustBe(caller, name, "an object such as { negativeSlope: 0.2 }", given);
}

/** @param mayHaveNoOther whether a parameter that the function doesn't have is an error, rather than another function's */
function bind(caller: string, fn: AnyElementwise, given: ParameterValues, mayHaveNoOther: boolean): BoundFunction {
  const { definition } = fn;
  const { name } = definition;
  const names = Object.keys(definition.parameters ?? {});
  if (mayHaveNoOther) checkNames(caller, name, names, given);
  const own = names.map((key) => (Object.hasOwn(given, key) ? given[key] : undefined));
  const parameters = new Parameters<object>(definition).plan(`${caller}: ${name}`, own, float64, 0).values;
  const value = (x: number) => definition.value(x, parameters);
  const told = names.flatMap((key, i) => (own[i] === undefined ? [] : [`${key} = ${own[i]}`]));
  return {
    fn,
    name,
    label: [name, ...told].join(", "),
    parameters: parameters as ParameterValues,
    value,
    derivative: (x) => (Number.isFinite(value(x)) ? definition.derivative(x, parameters) : NaN),
  };
}
