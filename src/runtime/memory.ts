/**
 * The memory of an instance: first the slots of the modules' constants, then CHUNK bytes to work in, then data. It never
 * grows, so that no view of it ever detaches.
 */

import {
  BLOCK,
  HIGH_BITS_F32,
  HIGH_BITS_F64,
  PIECE,
  SIGN_BIT_F32,
  SIGN_BIT_F64,
  SLOTS_END,
} from "../generated/layout.js";

/** Bytes of elements, or of whole rows, that are computed at once: they stay in the second-level cache. */
export const CHUNK = 65536;

/** Bytes of one of the two buffers of the scratch memory: a row of a million floats fits it. */
export const SCRATCH = 32 * PIECE;

const PAGE = 65536;

/** The address of CHUNK bytes to work in. */
export const WORK = roundUp(SLOTS_END, 64);

/** The first address for data. */
export const DATA = WORK + CHUNK;

/** The addresses of the scratch memory's buffers, and of PIECE bytes for what is known of rows side by side. */
export const FIRST = DATA;
export const SECOND = FIRST + SCRATCH;
export const STATES = SECOND + SCRATCH;

/** The addresses of blocks for calls on few elements: for elements that go in, for a row that goes in, and for what comes out. */
export const BLOCK_IN = STATES + PIECE;
export const ROW_IN = BLOCK_IN + BLOCK;
export const BLOCK_OUT = ROW_IN + BLOCK;

/** The bytes of data of the scratch memory. */
export const SCRATCH_DATA = BLOCK_OUT + BLOCK - DATA;

/** A memory for an instance and `bytes` bytes of data. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = roundUp(DATA + bytes, PAGE) / PAGE;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const words = new Int32Array(memory.buffer);
  words[HIGH_BITS_F32 / 4] = -1 << 12;
  words[HIGH_BITS_F64 / 4] = -1 << 27;
  words[HIGH_BITS_F64 / 4 + 1] = -1;
  words[SIGN_BIT_F32 / 4] = words[SIGN_BIT_F64 / 4 + 1] = 1 << 31;
  return memory;
}

/** The number of bytes, rounded up to a multiple of `unit`. */
export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
