/** The functions by family, in the order in which the README and the report of examples/digits show them. */

import * as lanewise from "lanewise";

/** A family of functions. */
export interface FunctionFamily {
  /** The `family` of the functions' definitions; undefined for functions that have no definition. */
  readonly family: string | undefined;
  readonly heading: string;
  /** The functions that everyone starts from come first; the others follow by name. */
  readonly first: readonly string[];
}

export const families: readonly FunctionFamily[] = [
  { family: "ramp", heading: "Steps and ramps", first: ["relu"] },
  { family: "smooth", heading: "Smooth functions", first: ["sigmoid", "tanh", "gelu"] },
  { family: "softmax", heading: "Softmax and its family", first: ["softmax"] },
  { family: "loss", heading: "Losses", first: ["softmaxCrossEntropy"] },
  { family: "gated", heading: "Gated functions", first: ["glu"] },
  { family: "elementary", heading: "Building blocks", first: ["exp"] },
  { family: undefined, heading: "Tokens and masks", first: ["topK", "sample"] },
];

/** The part of a definition that is read here. */
export interface Described {
  readonly family: string;
  readonly ulp?: number | lanewise.ErrorBound;
}

/** The definition of a public function; undefined if it has none. */
export function definitionOf(name: string): Described | undefined {
  const op = (lanewise as Readonly<Record<string, unknown>>)[name];
  if (typeof op !== "function") throw new Error(`lanewise has no function ${name}`);
  return (op as { definition?: Described }).definition;
}

/**
 * Sorts names of functions into the families.
 *
 * @returns the families that have any of them
 * @throws {Error} if a function's family is none of them
 */
export function byFamily(names: Iterable<string>): { family: FunctionFamily; names: string[] }[] {
  const groups = new Map(families.map((family) => [family.family, { family, names: [] as string[] }]));
  for (const name of names) {
    const family = definitionOf(name)?.family;
    const group = groups.get(family);
    if (group === undefined) throw new Error(`scripts/families.ts has no family ${family}, which ${name} is of`);
    group.names.push(name);
  }
  for (const { family, names } of groups.values()) {
    const rank = (name: string) => family.first.indexOf(name) + 1 || Infinity;
    // Infinity less Infinity is NaN, so that ranks are compared, not subtracted.
    names.sort((a, b) => (rank(a) === rank(b) ? (a < b ? -1 : 1) : rank(a) < rank(b) ? -1 : 1));
  }
  return [...groups.values()].filter(({ names }) => names.length > 0);
}
