/** A call whose arrays lie where a case says. */

import fc from "fast-check";
import { type AnyArray, drawOf } from "./fills.js";
import { type Block, bytesOf, memories, type Place, type Places, views } from "./places.js";
import type { ArraySpec, CallCase, Setup, TypeName } from "./subjects/subject.js";

/** Where the results go: to a new array, an array of its own, an input itself, or memory that it shares with inputs. */
export type OutPlace =
  | { readonly how: "none" }
  | { readonly how: "apart"; readonly place: Place }
  | { readonly how: "same"; readonly input: number }
  /** Inputs lie so many of their elements before or behind `out`; those left out lie elsewhere. */
  | { readonly how: "over"; readonly place: Place; readonly shifts: readonly (number | null)[] };

export interface PlacedCase extends CallCase {
  /** Of the inputs in their order; the last one for all that follow. */
  readonly places: readonly Place[];
  readonly out: OutPlace;
}

const place: fc.Arbitrary<Place> = fc.record({
  memory: fc.constantFrom(...memories),
  view: fc.constantFrom(...views),
  gap: fc.integer({ min: 0, max: 9 }),
});

const shift = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -3000, max: 3000 }));

export const placement: fc.Arbitrary<Pick<PlacedCase, "places" | "out">> = fc.record({
  places: fc.array(place, { minLength: 1, maxLength: 4 }),
  out: fc.oneof(
    fc.constant<OutPlace>({ how: "none" }),
    fc.record({ how: fc.constant("apart" as const), place }),
    fc.record({ how: fc.constant("same" as const), input: fc.integer({ min: 0, max: 2 }) }),
    fc.record({
      how: fc.constant("over" as const),
      place,
      shifts: fc.array(fc.option(shift, { nil: null, freq: 4 }), { minLength: 1, maxLength: 3 }),
    }),
  ),
});

/** Arrays in their places, filled. */
export interface Placed {
  readonly inputs: readonly AnyArray[];
  readonly out: AnyArray | undefined;
  readonly blocks: readonly Block[];
}

/** Bytes around arrays, for guards. */
const AROUND = 64;

/** An array in memory of its own. */
function alone(places: Places, { memory, view, gap }: Place, type: TypeName, length: number): [AnyArray, Block] {
  const made = view === "made" ? places.made(memory, type, length) : undefined;
  if (made !== undefined) {
    return [made, { buffer: made.buffer, start: made.byteOffset, bytes: made.byteLength }];
  }
  const size = bytesOf[type];
  const at = gap * size;
  const tracks = memory === "tracking";
  const block = places.block(memory, at + length * size + (tracks ? 0 : AROUND));
  return [places.view(view, type, block, at, length, tracks), block];
}

/** `out` and inputs in one memory. */
function together(
  places: Places,
  { memory, view }: Place,
  type: TypeName,
  length: number,
  specs: readonly (ArraySpec & { shift: number })[],
): { out: AnyArray; inputs: AnyArray[]; block: Block } {
  const shifts = specs.map(({ type, shift }) => shift * bytesOf[type]);
  const before = Math.ceil((AROUND + Math.max(0, ...shifts.map((shift) => -shift))) / 8) * 8;
  const ends = specs.map(({ type, length }, i) => before + shifts[i] + length * bytesOf[type]);
  const bytes = Math.max(before + length * bytesOf[type], ...ends) + AROUND;
  const block = places.block(memory, bytes);
  const out = places.view(view, type, block, before, length, false);
  const inputs = specs.map(({ type, length }, i) =>
    places.view("plain", type, block, before + shifts[i], length, false),
  );
  return { out, inputs, block };
}

/** Places all arrays of a call; `result` is what `out` must be like. */
export function placeAll(
  places: Places,
  placed: PlacedCase,
  { arrays, noOut }: Setup,
  contents: readonly AnyArray[],
  result: AnyArray | undefined,
): Placed {
  places.reset();
  const outPlace: OutPlace = noOut || result === undefined ? { how: "none" } : placed.out;
  const blocks: Block[] = [];
  const inputs: AnyArray[] = [];
  let out: AnyArray | undefined;
  const type = result && (result[Symbol.toStringTag] as TypeName);
  const shifts = outPlace.how === "over" ? arrays.map((_, i) => outPlace.shifts[i] ?? null) : [];
  if (outPlace.how === "over") {
    const sharing = arrays.flatMap((spec, i) => (shifts[i] === null ? [] : [{ ...spec, shift: shifts[i]! }]));
    const { out: written, inputs: shared, block } = together(places, outPlace.place, type!, result!.length, sharing);
    out = written;
    blocks.push(block);
    for (const i of arrays.keys()) if (shifts[i] !== null) inputs[i] = shared.shift()!;
  }
  for (const [i, { type, length }] of arrays.entries()) {
    if (inputs[i] !== undefined) continue;
    const [array, block] = alone(places, placed.places[Math.min(i, placed.places.length - 1)], type, length);
    inputs[i] = array;
    blocks.push(block);
  }
  if (outPlace.how === "apart") {
    const [array, block] = alone(places, outPlace.place, type!, result!.length);
    out = array;
    blocks.push(block);
  } else if (outPlace.how === "same") {
    const suitable = inputs.filter((input) => input[Symbol.toStringTag] === type && input.length === result!.length);
    out = suitable[outPlace.input % Math.max(suitable.length, 1)];
  }
  write(inputs, contents);
  return { inputs, out, blocks };
}

/** The contents of the inputs, in ordinary arrays. */
export function contentsOf({ arrays }: Setup, seed: number): AnyArray[] {
  return arrays.map(({ type, length, fill }, i) => {
    const array = new plainTypes[type](length);
    fill(array, drawOf(seed + i));
    return array;
  });
}

/** Writes the contents, those of integers last: where arrays overlap, floats may become anything, classes may not. */
function write(arrays: readonly AnyArray[], contents: readonly AnyArray[]): void {
  const order = [...arrays.keys()].sort((a, b) => Number(isInteger(contents[a])) - Number(isInteger(contents[b])));
  for (const i of order) ours(arrays[i]).set(contents[i]);
}

function isInteger(array: AnyArray): boolean {
  return array instanceof Int32Array || array instanceof Uint8Array;
}

/** A plain view of an array, which may be of another realm or of a class of the user's. */
export function ours(array: AnyArray): AnyArray {
  const { buffer, byteOffset, length } = array;
  return new plainTypes[array[Symbol.toStringTag] as TypeName](buffer as ArrayBuffer, byteOffset, length);
}

export const plainTypes = { Float32Array, Float64Array, Int32Array, Uint8Array };

/** Copies in ordinary arrays. */
export function plainCopies(arrays: readonly AnyArray[]): AnyArray[] {
  return arrays.map((array) => ours(array).slice());
}

/** The arguments of a call: those that are no options, then the options if there are any. */
export function argumentsOf(
  { arrays, scalars = [], options }: Setup,
  inputs: readonly AnyArray[],
  out?: unknown,
): unknown[] {
  const all: Record<string, unknown> = { ...options };
  const args: unknown[] = [];
  for (const [i, { option }] of arrays.entries()) {
    if (option === undefined) args.push(inputs[i]);
    else all[option] = inputs[i];
  }
  args.push(...scalars);
  if (out !== undefined) all.out = out;
  if (Object.keys(all).length > 0) args.push(all);
  return args;
}
