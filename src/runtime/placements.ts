/**
 * Where the arrays of arenas lie, as calls ask for it. What else calls do with arenas comes by `installResident`, with the first
 * arena, so that programs without arenas carry none of it.
 */

import { hasOwn } from "../args/engine.js";
import type { ResidentPaths } from "../exec/resident.js";
import type { Instance } from "./instance.js";

/** What an arena knows of its memory. */
export interface ArenaMemory {
  /** The kernels that share the arena's memory; undefined where there are none, or after `free`. */
  readonly instance: Instance | undefined;
  readonly freed: boolean;
}

/** The paths of elementwise calls on arrays of arenas; undefined until the first arena is made. */
export let resident: ResidentPaths | undefined;

export function installResident(paths: ResidentPaths): void {
  resident = paths;
}

/** Where an array of an arena lies. */
export interface Placement {
  readonly arena: ArenaMemory;
  readonly address: number;
  readonly bytes: number;
}

/** The arenas by their memory; undefined until the first is made, so that nobody else pays for a look-up. */
let arenas: WeakMap<ArrayBufferLike, ArenaMemory> | undefined;

/**
 * The placements of the arrays that arenas have made, but not of views of these. A look-up takes a third of the time that V8
 * takes for an array's `buffer` and `byteOffset`.
 */
const placements = /* @__PURE__ */ new WeakMap<ArrayBufferView, Placement>();

/** Whether any arena has been freed. */
let anyFreed = false;

/** Notes that an arena has this memory. */
export function noteArena(buffer: ArrayBufferLike, arena: ArenaMemory): void {
  arenas ??= new WeakMap();
  arenas.set(buffer, arena);
}

/** Notes where an array of an arena lies. */
export function notePlacement(array: ArrayBufferView, placement: Placement): void {
  placements.set(array, placement);
}

/** Notes that an arena has been freed. */
export function noteFreed(arena: ArenaMemory): void {
  anyFreed = true;
  if (lastArena === arena) lastBuffer = lastArena = undefined;
}

/** Whether any arena has been made: where none has, nothing need be looked for. */
export function hasArenas(): boolean {
  return arenas !== undefined;
}

/** Whether an array may belong to an arena that has been freed; false is certain, and costs little to find out. */
export function mayBeFreed(array: ArrayBufferView): boolean {
  return anyFreed && array.byteOffset > 0;
}

/** The placement of an array that an arena has made; undefined of any other. */
export function placementOf(array: ArrayBufferView): Placement | undefined {
  return arenas === undefined ? undefined : placements.get(array);
}

/**
 * The instance of the arena where both arrays lie, if it belongs to the running backend, and if `bytes` bytes can be written
 * from the second placement on without changing as many bytes of the first before they are read.
 */
export function sharedInstance(
  running: Instance | null,
  from: Placement | undefined,
  to: Placement | undefined,
  bytes: number,
): Instance | undefined {
  if (from === undefined || from.arena !== to?.arena || from.bytes < bytes) return undefined;
  const { instance } = from.arena;
  if (instance === undefined || instance.backend !== running) return undefined;
  const distance = Math.abs(from.address - to.address);
  return distance === 0 || distance >= bytes ? instance : undefined;
}

/** The arena that was looked up last, by its memory: mostly the next array lies in the same. */
let lastBuffer: ArrayBufferLike | undefined;
let lastArena: ArenaMemory | undefined;

function arenaOf(buffer: ArrayBufferLike): ArenaMemory | undefined {
  if (buffer !== lastBuffer) {
    lastArena = arenas?.get(buffer);
    lastBuffer = lastArena && buffer;
  }
  return lastArena;
}

/**
 * The instance of the arena where all these arrays lie, if it belongs to the running backend; those that are undefined don't
 * count.
 *
 * @throws {RangeError} if an array belongs to an arena that has been freed
 */
export function residentInstance(
  caller: string,
  running: Instance | null,
  arrays: readonly (ArrayBufferView | undefined)[],
): Instance | undefined {
  let shared: Instance | undefined;
  let isShared = true;
  let first = true;
  // All of them, whatever the others are: an array of a freed arena is an error.
  for (const array of arrays) {
    if (array === undefined) continue;
    const instance = instanceOf(caller, array);
    if (first) shared = instance;
    else if (instance !== shared) isShared = false;
    first = false;
  }
  return isShared && shared?.backend === running ? shared : undefined;
}

/** Throws if one of the arrays that are there belongs to an arena that has been freed. */
export function checkNotFreed(caller: string, ...arrays: readonly (ArrayBufferView | undefined)[]): void {
  if (!anyFreed) return;
  for (const array of arrays) if (array !== undefined) instanceOf(caller, array);
}

function instanceOf(caller: string, array: ArrayBufferView): Instance | undefined {
  // No array of an arena begins at byte 0. To ask a small array for its buffer has V8 make one.
  if (arenas === undefined || array.byteOffset === 0) return undefined;
  const arena = placements.get(array)?.arena ?? arenaOf(array.buffer);
  if (arena?.freed) throw new RangeError(`${caller}: an array belongs to an arena that has been freed`);
  return arena && isPlain(array) ? arena.instance : undefined;
}

/** Whether an array's properties are the engine's own: kernels trust where it lies, and how long it is. */
function isPlain(array: ArrayBufferView): boolean {
  const prototype = Object.getPrototypeOf(array) as object;
  const { constructor } = prototype;
  return plainClasses.includes(constructor) && prototype === constructor.prototype && !hasOwn(array, "length");
}

const plainClasses: readonly unknown[] = [Float32Array, Float64Array, Int32Array, Uint8Array];
