/** Lengths, and shapes with their axes, around every cut-off that the code has. */

import fc from "fast-check";
import * as tuning from "../src/exec/tuning.js";
import { BLOCK, LOGITS_AT_ONCE, LOGITS_PER_SUM, PIECE } from "../src/generated/layout.js";
import { CHUNK, SCRATCH } from "../src/runtime/memory.js";

/** The most elements of ordinary cases. */
const MOST = 6000;

/** Cut-offs beyond this many elements are tried by the long form alone. */
const MOST_AT_ONCE = 40_000;

/** The axis along which rows lie, in a shape. */
export interface Layout {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** All cut-offs as counts of elements: some are such, others are bytes, of one or two of the float types. */
const cutoffs: readonly number[] = [
  ...new Set(
    [...(Object.values(tuning) as number[]), BLOCK, LOGITS_AT_ONCE, LOGITS_PER_SUM, PIECE, CHUNK, SCRATCH].flatMap(
      (cutoff) => [cutoff, cutoff / 4, cutoff / 8].filter(Number.isInteger),
    ),
  ),
].sort((a, b) => a - b);

/** Lengths next to a cut-off, or to its double. */
function nearCutoffs(most: number): fc.Arbitrary<number> {
  const near = cutoffs.filter((cutoff) => cutoff <= most);
  return fc
    .record({
      cutoff: fc.constantFrom(...near),
      times: fc.integer({ min: 1, max: 2 }),
      by: fc.integer({ min: -2, max: 2 }),
    })
    .map(({ cutoff, times, by }) => Math.max(0, cutoff * times + by));
}

/** Lengths from 0 to MOST, and around the cut-offs; in the long form also around those of a million elements, now and then. */
export function lengths(isLong: boolean): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 0, max: 70 }) },
    { weight: 12, arbitrary: fc.integer({ min: 0, max: MOST }) },
    { weight: 30, arbitrary: nearCutoffs(MOST) },
    { weight: 2, arbitrary: nearCutoffs(MOST_AT_ONCE) },
    ...(isLong ? [{ weight: 1, arbitrary: nearCutoffs(Infinity) }] : []),
  );
}

/** Rows of these lengths on any axis of a shape, few and many of them. */
export function layouts(isLong: boolean): fc.Arbitrary<Layout> {
  return fc
    .record({
      columns: lengths(isLong),
      outer: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 2 }),
      inner: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 2 }),
      fromEnd: fc.boolean(),
    })
    .map(({ columns, outer, inner, fromEnd }) => {
      let left = Math.max(1, Math.floor(MOST / Math.max(columns, 1)));
      const fit = (size: number) => {
        const fitting = Math.min(size, left);
        left = Math.max(1, Math.floor(left / Math.max(fitting, 1)));
        return fitting;
      };
      const sizesAfter = inner.map(fit);
      const sizesBefore = outer.map(fit);
      const shape = [...sizesBefore, columns, ...sizesAfter];
      return { shape, axis: fromEnd ? -1 - sizesAfter.length : sizesBefore.length };
    });
}

/** Queries and keys of causal attention, of which each query sees at least one. */
export const attentionScores: fc.Arbitrary<Layout> = fc
  .record({
    keys: fc.integer({ min: 0, max: 80 }),
    cached: fc.option(fc.integer({ min: 0, max: 80 }), { nil: 0 }),
    outer: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  })
  .map(({ keys, cached, outer }) => ({ shape: [...outer, Math.max(0, keys - cached), keys], axis: -1 }));

/** How many elements of a row count: those that a query sees, or all. */
export function seenIn({ shape }: Layout, columns: number, row: number, causal: unknown): number {
  if (causal === undefined || causal === false) return columns;
  const queries = shape[shape.length - 2];
  const seen = (row % queries) + 1;
  return Math.min(columns, causal === "upper-left" ? seen : seen + columns - queries);
}

/** How many elements a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** How many elements a row has, how many rows there are, and how far apart a row's elements are. */
export function rowsIn({ shape, axis }: Layout): { columns: number; rows: number; stride: number } {
  const at = axis < 0 ? axis + shape.length : axis;
  const stride = sizeOf(shape.slice(at + 1));
  return { columns: shape[at], rows: sizeOf(shape.slice(0, at)) * stride, stride };
}

/** The index of each element of a row. */
export function placesOf(layout: Layout, row: number): number[] {
  const { columns, stride } = rowsIn(layout);
  const start = Math.floor(row / stride) * columns * stride + (row % stride);
  return Array.from({ length: columns }, (_, i) => start + i * stride);
}
