/** The functions that the commands take, by the names that users write. */

import * as lanewise from "lanewise";
import type { Elementwise, GatedDefinition, Parameter, RowDefinition } from "lanewise";
import { insteadBy } from "../args/spellings.js";
import { UsageError } from "./errors.js";

/** An array that functions give. */
export type ResultArray = Float32Array | Float64Array | Int32Array;

/** Any of the functions, as it is called here. */
export type AnyCall = (x: Float32Array | Float64Array, options: Readonly<Record<string, unknown>>) => ResultArray;

interface Common {
  /** The name as it is written: "gelu", or "gelu.derivative". */
  readonly name: string;
  readonly call: AnyCall;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** An elementwise function, or its derivative. */
export interface ElementwiseTarget extends Common {
  readonly kind: "elementwise";
  readonly fn: Elementwise;
  readonly isDerivative: boolean;
}

/** A function of rows. */
export interface RowTarget extends Common {
  readonly kind: "rows";
  readonly definition: RowDefinition;
}

/** A gated function. */
export interface GatedTarget extends Common {
  readonly kind: "gated";
}

/** A function that can be applied to an array. */
export type Target = ElementwiseTarget | RowTarget | GatedTarget;

const DERIVATIVE = ".derivative";
const BACKWARD = "backward";

/** All that can be applied to an array, by name. */
export const targets: ReadonlyMap<string, Target> = new Map(
  Object.entries(lanewise)
    .flatMap(([name, value]) => (isDefined(value) ? targetsOf(name, value) : []))
    .map((target) => [target.name, target]),
);

/** The names of the elementwise functions, which can be plotted. */
export const elementwiseNames: readonly string[] = lanewise.functions.map(({ definition }) => definition.name);

interface Defined {
  readonly definition: { readonly family: string };
}

function isDefined(value: unknown): value is Defined {
  return typeof value === "function" && "definition" in value;
}

function targetsOf(name: string, value: Defined): Target[] {
  const call = value as unknown as AnyCall;
  const { definition } = value;
  if ("derivative" in value) {
    const fn = value as unknown as Elementwise;
    const parameters = parametersOf(fn);
    const derivative = fn.derivative as unknown as AnyCall;
    return [
      { kind: "elementwise", name, call, parameters, fn, isDerivative: false },
      { kind: "elementwise", name: name + DERIVATIVE, call: derivative, parameters, fn, isDerivative: true },
    ];
  }
  if (definition.family === "softmax") {
    return [{ kind: "rows", name, call, parameters: {}, definition: definition as unknown as RowDefinition }];
  }
  if (definition.family === "gated") {
    const { gate } = definition as unknown as GatedDefinition;
    return [{ kind: "gated", name, call, parameters: parametersOf(gate as Elementwise) }];
  }
  return [];
}

function parametersOf({ definition }: Elementwise): Common["parameters"] {
  return (definition.parameters ?? {}) as Common["parameters"];
}

/** ": did you mean …?", or nothing. */
export const nearest: (name: string, names: readonly string[]) => string = insteadBy({});

/** What there is to say of the functions without a definition. */
const OTHERS: Readonly<Record<string, string>> = {
  backwardFromOutput: "takes a function and two arrays",
  greater: "gives a mask, which is not offered here",
  sample: "gives an index",
  topK: "gives the largest elements and their indices",
};

/**
 * Refuses what the library has, but the commands have not.
 *
 * @throws {UsageError} if it is that
 */
export function refuseOthers(name: string): void {
  const said = othersOf(name);
  if (said !== undefined) throw new UsageError(`${name} ${said}: use the library`);
}

function othersOf(name: string): string | undefined {
  const all: Readonly<Record<string, unknown>> = lanewise;
  const [base, member] = name.split(".");
  if (!Object.hasOwn(all, base) || targets.has(name)) return undefined;
  const value = all[base];
  if (!isDefined(value)) return member === undefined ? (OTHERS[name] ?? "is no function of an array") : undefined;
  const { family } = value.definition;
  if (family === "loss") return "takes two arrays, the inputs and the targets";
  return member === BACKWARD && BACKWARD in value
    ? `takes two arrays, ${family === "softmax" ? "y" : "x"} and dy`
    : undefined;
}

/**
 * The function of a name.
 *
 * @throws {UsageError} if there is none
 */
export function targetOf(name: string): Target {
  const target = targets.get(name);
  if (target !== undefined) return target;
  refuseOthers(name);
  const base = name.endsWith(DERIVATIVE) ? name.slice(0, -DERIVATIVE.length) : name;
  const isKnown = base !== name && targets.has(base);
  if (isKnown) throw new UsageError(`${base} has no derivative here: that takes two arrays`);
  const plain = [...targets.keys()].filter((other) => !other.endsWith(DERIVATIVE));
  throw new UsageError(`there is no function ${name}${nearest(name, plain)}\n\`lanewise list\` shows all functions.`);
}

/**
 * The elementwise function of a name.
 *
 * @throws {UsageError} if there is none
 */
export function elementwiseOf(name: string): ElementwiseTarget {
  const target = targetOf(name);
  if (target.kind === "elementwise") return target;
  throw new UsageError(`${name} is no function of one number, so that there is no curve of it`);
}
