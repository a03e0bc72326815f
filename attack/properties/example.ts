/** A failing case as JavaScript to paste. */

import type { AnyArray } from "../fills.js";
import { argumentsOf, contentsOf, type PlacedCase } from "../placed.js";
import type { CallCase, Subject } from "../subjects/subject.js";

/** Arrays up to this length are written out. */
const MOST_WRITTEN = 40;

function isArray(value: unknown): value is AnyArray {
  return ArrayBuffer.isView(value);
}

function textOf(value: unknown): string {
  if (isArray(value)) {
    const type = value[Symbol.toStringTag];
    if (value.length > MOST_WRITTEN) return `/* ${value.length} elements */ new ${type}(${value.length})`;
    return `${type}.of(${Array.from(value, (x) => (Object.is(x, -0) ? "-0" : String(x))).join(", ")})`;
  }
  if (typeof value === "function") return `() => ${String(value())}`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, option]) => `${name}: ${textOf(option)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The call, where its arrays lie, and how it is repeated where it doesn't fit a line. */
export function exampleOf(property: string, subject: Subject, callCase: CallCase): string {
  const setup = subject.setup(callCase);
  const inputs = contentsOf(setup, callCase.seed);
  const isSmall = inputs.every(({ length }) => length <= MOST_WRITTEN);
  const call = `${subject.name}(${argumentsOf(setup, inputs).map(textOf).join(", ")})`;
  const { places, out } = callCase as Partial<PlacedCase>;
  const placed = out === undefined ? "" : ` // out: ${JSON.stringify(out)}, inputs: ${JSON.stringify(places)}`;
  const replay = `npm run attack -- --case '${JSON.stringify({ property, subject: subject.name, ...callCase })}'`;
  return isSmall ? `${call}${placed}\n${replay}` : replay;
}
