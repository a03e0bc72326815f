/** The arguments that the functions are called with. */

import type { Arena, FloatArray } from "lanewise";
import { createRandom } from "../examples/digits/random.js";

export type Type = "float32" | "float64";

/**
 * What a function gives: an array of the type and length of x, one that is half as long, bytes, one number a row, an index a row,
 * or something that is never written to an array that is there.
 */
export type Result = "same" | "half" | "bytes" | "number" | "index" | "other";

export type ResultArray = FloatArray | Int32Array | Uint8Array;

/** The parts of a case that its inputs are made for. */
export interface InputsFor {
  readonly result: Result;
  /** The interval that x lies in. */
  readonly domain?: readonly [from: number, to: number];
  /** The shape of arrays of so many elements. */
  readonly shape?: (length: number) => readonly number[];
}

export interface Inputs {
  readonly x: readonly FloatArray[];
  readonly dy: readonly FloatArray[];
  /** The number of inputs less 1, by which a counter is wrapped round to choose one. */
  readonly wrap: number;
  readonly out: ResultArray;
  readonly shape: readonly number[];
}

/** Elements of all inputs of a size together, and how many inputs there are at most. */
const ELEMENTS = 8192;
const INPUTS = 64;

/** The domain of functions that name none. */
const DOMAIN = [-10, 10] as const;

const made = new Map<string, Inputs>();

/**
 * Inputs for calls on so many elements. Short arrays come in numbers, since processors learn by heart which way the branches of a
 * loop go; those of newer ones learn even all of these, which favours loops that branch on the sign.
 */
export function createInputs({ result, domain = DOMAIN, shape }: InputsFor, size: number, type: Type): Inputs {
  const key = `${type} ${size} ${domain.join()} ${result}`;
  let inputs = made.get(key);
  if (inputs === undefined) {
    const random = createRandom(size);
    const count = Math.min(INPUTS, 2 ** Math.floor(Math.log2(Math.max(1, ELEMENTS / size))));
    const arrays = () => Array.from({ length: count }, () => normal(size, type, random));
    const x = arrays().map((array) => array.map((value) => fold(value, domain)));
    inputs = { x, dy: arrays(), wrap: count - 1, out: createResult(result, size, type), shape: [size] };
    made.set(key, inputs);
  }
  return shape === undefined ? inputs : { ...inputs, shape: shape(size) };
}

/** Gives up inputs that are no longer needed: those of a million elements take much memory. */
export function forgetInputs(): void {
  made.clear();
}

function createResult(result: Result, size: number, type: Type): ResultArray {
  const Floats = type === "float32" ? Float32Array : Float64Array;
  if (result === "index") return new Int32Array(1);
  if (result === "bytes") return new Uint8Array(size);
  return new Floats(result === "number" ? 1 : result === "half" ? size / 2 : size);
}

/** An expression that makes a new array for the result; x[j] is the input. */
export function newResult(result: Result, type: Type): string {
  if (result === "bytes") return "new Uint8Array(x[j].length)";
  return `new ${type === "float32" ? "Float32Array" : "Float64Array"}(x[j].length${result === "half" ? " / 2" : ""})`;
}

/** Copies of inputs in an arena, which is reset. */
export function inArena({ x, dy, wrap, out, shape }: Inputs, takesGradient: boolean, arena: Arena): Inputs {
  arena.reset();
  const move = (array: FloatArray) => {
    const moved = array instanceof Float32Array ? arena.float32(array.length) : arena.float64(array.length);
    moved.set(array);
    return moved;
  };
  return { x: x.map(move), dy: takesGradient ? dy.map(move) : [], wrap, out: likeIn(arena, out), shape };
}

function likeIn(arena: Arena, { constructor, length }: ResultArray): ResultArray {
  if (constructor === Int32Array) return arena.int32(length);
  if (constructor === Uint8Array) return arena.uint8(length);
  return constructor === Float32Array ? arena.float32(length) : arena.float64(length);
}

/** A number mirrored at the ends of an interval, as often as it takes, so that it lies inside. */
function fold(value: number, [from, to]: readonly [from: number, to: number]): number {
  const width = to - from;
  const offset = Math.abs(value - from) % (2 * width);
  return from + (offset > width ? 2 * width - offset : offset);
}

/**
 * Values like a layer's sums: normal, of deviation 3, so that nearly all lie in [-10, 10] (Box and Muller's transform).
 */
function normal(size: number, type: Type, random: () => number): FloatArray {
  const array = type === "float32" ? new Float32Array(size) : new Float64Array(size);
  return array.map(() => 3 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}
