/** How an array is cut into pieces that a function can be applied to by themselves. */

import { shapeText } from "../args/shape.js";
import { UsageError } from "./errors.js";
import type { Target } from "./targets.js";

/** The bytes that are computed at once, where a row takes no more. */
export const PIECE_BYTES = 4 * 2 ** 20;

/** The most bytes that are read at once: of one row, or of the last axes from the one along which rows lie. */
export const MAX_UNIT_BYTES = 2 ** 30;

/** What to read at once, and what it gives. */
export interface Plan {
  /** The shape of what can't be cut; leading axes of the array follow one another. */
  readonly unit: readonly number[];
  /** The axis in it along which rows lie; undefined of elementwise functions. */
  readonly axis: number | undefined;
  /** How many of these there are; undefined where the input tells by its end. */
  readonly count: number | undefined;
  /** The shape of the result; undefined where the input tells by its end. */
  readonly result: readonly number[] | undefined;
}

/** What the plan of an array hangs on. */
export interface Layout {
  readonly shape: readonly number[] | undefined;
  readonly axis: number | undefined;
  readonly causal: boolean;
  readonly isFortran: boolean;
  readonly elementBytes: number;
  /** It comes from a stream, of which only what is at hand can be read. */
  readonly isStream: boolean;
}

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/**
 * The plan of applying a function.
 *
 * @throws {UsageError} if the axis doesn't suit the shape, or is not the last one of a stream
 * @throws {Error} if too much would have to be read at once
 */
export function planOf(target: Target, layout: Layout): Plan {
  const { shape, isFortran, causal } = layout;
  if (target.kind === "elementwise")
    return { unit: [], axis: undefined, count: shape && product(shape), result: shape };
  if (shape === undefined) return { unit: [], axis: 0, count: undefined, result: undefined };
  const rank = shape.length;
  const axis = layout.axis ?? -1;
  if (rank === 0) throw new UsageError(`${target.name}: the array has no axes, only one number`);
  if (axis < -rank || axis >= rank) {
    throw new UsageError(
      `${target.name}: --axis must be from ${-rank} to ${rank - 1} for shape ${shapeText(shape)}, not ${axis}`,
    );
  }
  if (isFortran && causal) throw new UsageError("--causal needs C order: in Python write numpy.ascontiguousarray(x)");
  // Fortran's order of the axes is C's of the axes from the last to the first.
  const turned = isFortran ? shape.toReversed() : shape;
  const at = isFortran ? rank - 1 - ((axis + rank) % rank) : (axis + rank) % rank;
  if (layout.isStream && at !== rank - 1) {
    const last = isFortran ? 0 : -1;
    throw new UsageError(`${target.name}: of standard input only axis ${last} can be taken, not ${axis}: name a file`);
  }
  // The queries and keys of causal attention are one whole; so are rows that lie side by side.
  const from = causal ? Math.min(at, rank - 2) : at;
  if (from < 0) throw new UsageError("--causal needs a shape whose last two axes are queries and keys");
  const unit = turned.slice(from);
  checkUnit(target, layout, unit);
  const result = resultShape(target, turned, at);
  return {
    unit,
    axis: at - from,
    count: product(turned.slice(0, from)),
    result: isFortran ? result.toReversed() : result,
  };
}

function checkUnit({ name }: Target, { elementBytes, axis = -1 }: Layout, unit: readonly number[]): void {
  const bytes = product(unit) * elementBytes;
  if (bytes <= MAX_UNIT_BYTES) return;
  throw new Error(
    `${name}: axis ${axis} needs ${bytes} bytes at once, more than the ${MAX_UNIT_BYTES} that are read: ` +
      (unit.length > 1 ? "make it the last axis, as numpy.moveaxis and numpy.ascontiguousarray do" : "cut the rows"),
  );
}

/** The shape of what a function of rows gives. */
function resultShape(target: Target, shape: readonly number[], axis: number): number[] {
  if (target.kind === "gated") return shape.map((size, i) => (i === axis ? size / 2 : size));
  return shape.filter((_, i) => i !== axis || target.kind !== "rows" || !target.definition.reduces);
}
