/** A result depends on its values alone: a piece of a vector, and a row of many, give the bits that they give by themselves. */

import { isSame } from "../../test/support/bits/hash.js";
import type { AnyArray } from "../fills.js";
import { type Layout, placesOf, rowsIn, seenIn, sizeOf } from "../lengths.js";
import { argumentsOf, contentsOf, plainTypes } from "../placed.js";
import type { CallCase, Setting, Setup, Subject, TypeName } from "../subjects/subject.js";
import { attempt, difference } from "./placement.js";

/** Which rows are taken by themselves: the first, the last and some between. */
const ROWS_TRIED = 4;

/** Elements of an array, in this order. */
function pick(array: AnyArray, places: readonly number[]): AnyArray {
  const result = new plainTypes[array[Symbol.toStringTag] as TypeName](places.length);
  for (let i = 0; i < places.length; i++) result[i] = array[places[i]];
  return result;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Losses have a result for each element or row. */
function unreduced(subject: Subject, callCase: CallCase): CallCase {
  const { name } = subject;
  if (!name.includes("CrossEntropy")) return callCase;
  return { ...callCase, setting: { ...callCase.setting, reduction: "none" } };
}

/** Throws unless pieces give what the whole gives. */
export function checkParts(subject: Subject, given: CallCase): void {
  const callCase = unreduced(subject, given);
  const setup = subject.setup(callCase);
  const contents = contentsOf(setup, callCase.seed);
  const whole = attempt(() => subject.call(...argumentsOf(setup, contents)));
  if ("error" in whole) return;
  // Of one row a number, which nothing is part of.
  if (typeof whole.result === "number") return;
  const result = whole.result as AnyArray;
  if (subject.kind === "elements") checkPieces(subject, callCase, setup, contents, result);
  else for (const row of someRows(callCase.layout)) checkRow(subject, callCase.layout, row, setup, contents, result);
}

function checkPieces(subject: Subject, { seed }: CallCase, setup: Setup, contents: AnyArray[], result: AnyArray): void {
  const { length } = contents[0];
  const from = seed % (length + 1);
  const to = from + ((seed >>> 8) % (length - from + 1));
  const places = range(from, to);
  const piece = subject.call(
    ...argumentsOf(
      setup,
      contents.map((array) => pick(array, places)),
    ),
  );
  const wanted = pick(result, places);
  if (!isSame(piece, wanted)) throw new Error(`elements ${from} to ${to}: ${difference(piece, wanted)}`);
}

export function someRows(layout: Layout): number[] {
  const { rows, columns } = rowsIn(layout);
  if (columns === 0) return [];
  const tried = range(0, ROWS_TRIED).map((i) => Math.floor((i * (rows - 1)) / (ROWS_TRIED - 1)));
  return rows === 0 ? [] : [...new Set(tried)];
}

function checkRow(
  subject: Subject,
  layout: Layout,
  row: number,
  setup: Setup,
  contents: readonly AnyArray[],
  result: AnyArray,
): void {
  const total = sizeOf(layout.shape);
  const half = { ...layout, shape: layout.shape.map((size, i) => (i === at(layout) ? size / 2 : size)) };
  const { causal, ...options } = setup.options as Record<string, unknown>;
  delete options.axis;
  const { columns } = rowsIn(layout);
  // A causal row is the row of its first elements; those that follow are masked.
  const valid = seenIn(layout, columns, row, causal);
  const places = placesOf(layout, row).slice(0, valid);
  const partOf = (array: AnyArray, option?: string) => {
    if (option === "mask")
      return pick(
        array,
        places.map((place) => place % array.length),
      );
    if (array.length === total) return pick(array, places);
    return pick(array, array.length === total / 2 && subject.kind === "halves" ? placesOf(half, row) : [row]);
  };
  const inputs = contents.map((array, i) => partOf(array, setup.arrays[i].option));
  const alone = subject.call(
    ...argumentsOf({ ...setup, options: { ...(options as Setting), shape: [valid] } }, inputs),
  );
  const wanted = partOf(result);
  if (!isSame(alone, wanted)) throw new Error(`row ${row}: by itself ${difference(alone, wanted)}`);
}

function at({ shape, axis }: Layout): number {
  return axis < 0 ? axis + shape.length : axis;
}
