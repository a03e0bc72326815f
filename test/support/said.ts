/** What documents say that calls give, "Float32Array [0.5, 1]" or "2", held against what they give. */

import { expect } from "vitest";

/** A result as a document says it: an array of numbers with its type, a number, a string or a boolean. */
export const SAID = String.raw`(?:\w+Array )?\[[^\]]*\]|-?[\d.]+(?:e-?\d+)?|-?Infinity|"[^"]*"|true|false`;

/** Float32 numbers are written with as many digits as tell them from their neighbours, less one or so. */
const TOLERANCE = 4e-7;

/** Expects a value to be what is said. */
export function expectSaid(got: unknown, said: string): void {
  const [, type, elements] = /^(?:(\w+) )?\[(.*)\]$/.exec(said) ?? [];
  if (elements === undefined && Number.isNaN(Number(said))) {
    expect(got).toBe(JSON.parse(said));
    return;
  }
  const wanted = elements === undefined ? [said] : elements.split(",").filter((text) => text.trim() !== "");
  expect(Object.prototype.toString.call(got)).toBe(`[object ${elements === undefined ? "Number" : (type ?? "Array")}]`);
  const numbers = elements === undefined ? [got as number] : Array.from(got as ArrayLike<number>);
  expect(numbers).toHaveLength(wanted.length);
  numbers.forEach((number, i) => {
    const value = Number(wanted[i]);
    if (!Object.is(number, value)) expect(Math.abs(number - value)).toBeLessThanOrEqual(TOLERANCE * Math.abs(value));
  });
}
