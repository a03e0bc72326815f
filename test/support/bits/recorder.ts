/** Recording hashes by the name of what is called, and calling a function in every way that must give the same. */

import type * as lanewise from "../../../src/index.js";
import { arrayOf, Hash, isSame } from "./hash.js";
import type { Options } from "./inputs.js";

export type Lanewise = typeof lanewise;
export type FloatArray = lanewise.FloatArray;

/** A function or a member of one, called with whatever it takes. */
export type Call = (...args: unknown[]) => unknown;

/** Part of the keys of results that a formula computes on every backend, since no kernel is made for the parameters. */
export const BY_FORMULA = "by formula";

/** By the name of a function, of what is called of it, and of the type: "sigmoid.derivative f32". */
export type Hashes = Record<string, string>;

/** Up to this many elements a function is called in every way. */
const MOST_WAYS = 4100;

/** The arena of up to four arrays of so many elements. */
const ARENA_BYTES = 4 * (8 * MOST_WAYS + 64);

export class Recorder {
  readonly hashes: Hashes = {};
  #arena: lanewise.Arena | undefined;

  constructor(readonly lib: Lanewise) {}

  /** Files the hash of what `body` adds. */
  record(key: string, body: (hash: Hash) => void): void {
    const hash = new Hash();
    body(hash);
    this.hashes[key] = hash.text();
  }

  /**
   * Adds f(x) with a new array, and throws unless `out` that is new, x itself, overlapping, and in an arena give the same.
   *
   * @param resultLength the length of the result, where it is another than of what a call without `out` gives
   */
  addEveryWay(hash: Hash, call: Call, inputs: readonly FloatArray[], options: Options, resultLength?: number): void {
    const [x] = inputs;
    const plain = Object.keys(options).length === 0 ? call(...inputs) : call(...inputs, options);
    hash.add(plain);
    if (typeof plain === "number") return;
    const check = (got: unknown, way: string) => {
      if (!isSame(got, plain)) throw new Error(`another result ${way}, of ${x.length} elements`);
    };
    const made = arrayOf(plain);
    const type = made.constructor as Float32ArrayConstructor;
    const length = resultLength ?? made.length;
    check(call(...inputs, { ...options, out: new type(length) }), "with out");
    if (length > MOST_WAYS) return;
    this.#checkInArena(check, call, inputs, options, type, length);
    if (type !== x.constructor || length !== x.length) return;
    for (const [from, to] of [
      [0, 0],
      [1, 0],
      [0, 1],
    ]) {
      const around = new type(length + 1);
      const moving = around.subarray(from, from + length);
      moving.set(x);
      check(call(moving, ...inputs.slice(1), { ...options, out: around.subarray(to, to + length) }), "overlapping");
    }
  }

  #checkInArena(
    check: (got: unknown, way: string) => void,
    call: Call,
    inputs: readonly FloatArray[],
    options: Options,
    type: unknown,
    length: number,
  ): void {
    // One arena for all, since each costs WebKit as much as many calls. A larger one takes its place.
    const bytes = (inputs.length + 2) * (8 * Math.max(length, inputs[0].length) + 64);
    if (this.#arena === undefined || this.#arena.bytes < bytes) {
      this.#arena?.free();
      this.#arena = this.lib.createArena(Math.max(bytes, ARENA_BYTES));
    }
    const arena = this.#arena;
    arena.reset();
    const moved = inputs.map((input) => moveTo(arena, input));
    const out =
      type === Int32Array
        ? arena.int32(length)
        : type === Uint8Array
          ? arena.uint8(length)
          : type === Float32Array
            ? arena.float32(length)
            : arena.float64(length);
    check(call(...moved, { ...options, out }), "in an arena");
  }
}

/** A copy of an array in an arena. */
export function moveTo(arena: lanewise.Arena, array: FloatArray): FloatArray {
  const moved = array instanceof Float32Array ? arena.float32(array.length) : arena.float64(array.length);
  moved.set(array);
  return moved;
}
