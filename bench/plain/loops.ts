/** Plain loops of elementwise functions, and copies of them that V8 optimises apart from each other. */

import type { ElementwiseDefinition } from "lanewise";
import { elementary } from "./elementary.js";
import { ramps } from "./ramps.js";
import { smooth } from "./smooth.js";
import type { FloatArray, PlainFunction } from "./types.js";

const written: Record<string, PlainFunction[]> = { ...ramps, ...smooth, ...elementary };

/** A function of a number, with its name. */
export interface Formula {
  readonly name: string;
  readonly value: (x: number) => number;
}

/** The formulas of an op's definition, with the defaults of its parameters. */
export function plainFormulas({
  name,
  value,
  derivative,
  parameters = {},
}: ElementwiseDefinition): Formula & { readonly derivative: (x: number) => number } {
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, parameter.default]));
  return { name, value: (x) => value(x, defaults), derivative: (x) => derivative(x, defaults) };
}

/** The loops that are written out for a function, or one made from its formula; copies of them if there is a label. */
export function plainLoops({ name, value }: Formula, label?: string): PlainFunction[] {
  if (!Object.hasOwn(written, name)) return [loopOf({ name, value }, label)];
  const loops = written[name];
  return label === undefined ? loops : loops.map((loop) => freshCopy(loop, label));
}

/** The first of the loops: the one that most people write. */
export function plainLoop(formula: Formula): PlainFunction {
  return plainLoops(formula)[0];
}

/** A loop made from a formula. Its text holds the label, for the reason that `freshCopy` tells. */
export function loopOf({ name, value }: Formula, label = ""): PlainFunction {
  const body = "const { length } = x; for (let i = 0; i < length; i++) out[i] = value(x[i]); return out;";
  return compile(`function ${name}(x, out) { ${body} }`, label, { value });
}

/** dy · f'(x), made from the formula of f'. */
export function plainBackward(
  { name, derivative }: { readonly name: string; readonly derivative: (x: number) => number },
  label = "",
): (x: FloatArray, dy: FloatArray, out: FloatArray) => FloatArray {
  const body = "const { length } = x; for (let i = 0; i < length; i++) out[i] = dy[i] * derivative(x[i]); return out;";
  return compile(`function ${name}(x, dy, out) { ${body} }`, label, { derivative });
}

/**
 * A copy of a function that refers to nothing but globals and its arguments. V8 learns for each function what it is called with,
 * and makes slower code for one that has met several types of arrays: in Node 26 plain ramps that had seen float64 took 1.6 to 2.6
 * times as long on float32. It also keeps one function for equal texts, hence the label.
 */
export function freshCopy<F extends (...args: never[]) => unknown>(fn: F, label: string): F {
  return compile(String(fn), label, {});
}

/** The function of a text, in which the names of the scope are known. */
function compile<F>(text: string, label: string, scope: Readonly<Record<string, unknown>>): F {
  const source = `"use strict"; /* ${label} */ return ${text};`;
  return new Function(...Object.keys(scope), source)(...Object.values(scope)) as F;
}
