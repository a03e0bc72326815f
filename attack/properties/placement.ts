/**
 * Where arrays lie makes no difference: a call gives the bits of one on copies in ordinary arrays, returns `out`, and changes no
 * other byte.
 */

import fc from "fast-check";
import { arrayOf, isSame } from "../../test/support/bits/hash.js";
import { type AnyArray, fillNames } from "../fills.js";
import { attentionScores, layouts, lengths, type Layout, rowsIn } from "../lengths.js";
import {
  argumentsOf,
  contentsOf,
  ours,
  type Placed,
  type PlacedCase,
  placeAll,
  placement,
  plainCopies,
} from "../placed.js";
import type { Block, Places } from "../places.js";
import type { CallCase, Setting, Subject } from "../subjects/subject.js";

/** A result, or the message of the error that came instead. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

export function attempt(call: () => unknown): Outcome {
  try {
    return { result: call() };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return { error: error.message };
    throw error;
  }
}

/** The calls of a subject, of any type, layout, contents and options. */
export function callCases(subject: Subject, isLong: boolean): fc.Arbitrary<CallCase> {
  const oneAxis = lengths(isLong).map((length): Layout => ({ shape: [length], axis: 0 }));
  const layout = {
    elements: oneAxis,
    tokens: oneAxis,
    rows: layouts(isLong),
    halves: layouts(isLong).map(({ shape, axis }): Layout => ({
      shape: shape.with(axis, 2 * (shape.at(axis)! >> 1)),
      axis,
    })),
  }[subject.kind];
  const arbitrary = (layout: fc.Arbitrary<Layout>, settings: fc.Arbitrary<Setting>) =>
    fc.record({
      type: fc.constantFrom("Float32Array" as const, "Float64Array" as const),
      layout,
      fill: fc.constantFrom(...fillNames),
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      setting: settings,
    });
  const plain = arbitrary(layout, subject.settings);
  if (!subject.causal) return plain;
  const causal = fc
    .tuple(subject.settings, fc.constantFrom(true, "upper-left"))
    .map(([setting, corner]) => ({ ...setting, causal: corner }));
  return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: arbitrary(attentionScores, causal) });
}

export function placedCases(subject: Subject, isLong: boolean): fc.Arbitrary<PlacedCase> {
  return fc.tuple(callCases(subject, isLong), placement).map(([call, placed]) => ({ ...call, ...placed }));
}

/** A result as an array, as which it is compared; undefined for a number. */
function asArray(outcome: Outcome): AnyArray | undefined {
  return "result" in outcome && typeof outcome.result === "object" ? (outcome.result as AnyArray) : undefined;
}

function copyOf({ buffer, start, bytes }: Block): Uint8Array {
  return new Uint8Array(buffer, start, bytes).slice();
}

/** Throws unless the bytes of a block are as before, but for those of `out`. */
function checkUntouched(block: Block, before: Uint8Array, out: AnyArray | undefined): void {
  const after = new Uint8Array(block.buffer, block.start, block.bytes);
  const isShared = out !== undefined && out.buffer === block.buffer;
  const from = isShared ? out.byteOffset - block.start : 0;
  const to = isShared ? from + out.byteLength : 0;
  for (let i = 0; i < before.length; i++) {
    if (after[i] !== before[i] && !(i >= from && i < to)) {
      throw new Error(
        `byte ${i} of ${before.length} was ${before[i]} and is ${after[i]}; out is bytes ${from} to ${to}`,
      );
    }
  }
}

/** The first element at which two results differ. */
export function difference(got: unknown, wanted: unknown): string {
  if (typeof got !== typeof wanted) return `got ${String(got)}, not ${String(wanted)}`;
  const [a, b] = [arrayOf(got), arrayOf(wanted)];
  if (a.length !== b.length) return `${a.length} elements, not ${b.length}`;
  const i = Array.from(a).findIndex((value, i) => !Object.is(value, b[i]));
  return `element ${i} of ${a.length} is ${a[i]}, not ${b[i]}`;
}

/** Throws unless the call in its place is the call on copies. */
export function checkPlacement(subject: Subject, placed: PlacedCase, places: Places): void {
  const setup = subject.setup(placed);
  const contents = contentsOf(setup, placed.seed);
  const likeness = attempt(() => subject.call(...argumentsOf(setup, contents)));
  const { inputs, out, blocks }: Placed = placeAll(places, placed, setup, contents, asArray(likeness));
  // Where `out` shares memory with several inputs, these may have changed each other.
  const isAsBefore = out === undefined || placed.out.how === "apart";
  const wanted = isAsBefore ? likeness : attempt(() => subject.call(...argumentsOf(setup, plainCopies(inputs))));
  const before = blocks.map(copyOf);
  const got = attempt(() => subject.call(...argumentsOf(setup, inputs, out)));

  if ("error" in wanted || "error" in got) {
    const [a, b] = [got, wanted].map((outcome) => ("error" in outcome ? outcome.error : "a result"));
    if (a !== b) throw new Error(`got ${a}, not ${b}`);
    for (const [i, block] of blocks.entries()) checkUntouched(block, before[i], undefined);
    return;
  }
  if (out !== undefined && got.result !== out) throw new Error("out was not returned");
  const result = ArrayBuffer.isView(got.result) ? ours(got.result as AnyArray) : got.result;
  if (!isSame(result, wanted.result)) throw new Error(difference(result, wanted.result));
  for (const [i, block] of blocks.entries()) checkUntouched(block, before[i], out);
}

/** Whether a row has elements: rows of none are errors of some functions. */
export function hasElements({ layout }: CallCase): boolean {
  return rowsIn(layout).columns > 0;
}
