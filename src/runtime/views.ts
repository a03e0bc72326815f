/** Views of an instance's memory that only functions over rows and comparisons need: made when first used, and not in others' bundles. */

import { InputBlock } from "./inputBlock.js";
import type { Instance, Scratch } from "./instance.js";
import { CHUNK, FIRST, ROW_IN, SCRATCH, SECOND, WORK } from "./memory.js";

/** Views of CHUNK bytes to work in. */
class WorkViews {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly bytes: Uint8Array;

  constructor(buffer: ArrayBufferLike) {
    this.float32 = new Float32Array(buffer, WORK, CHUNK / 4);
    this.float64 = new Float64Array(buffer, WORK, CHUNK / 8);
    this.bytes = new Uint8Array(buffer, WORK, CHUNK);
  }
}

/** Views of the scratch memory. */
class RowViews {
  /** The block for a row of few elements; what lies behind it doesn't change a maximum. */
  readonly block: InputBlock;
  readonly firstInts: Int32Array<ArrayBuffer>;
  readonly secondInts: Int32Array<ArrayBuffer>;
  readonly secondBytes: Uint8Array<ArrayBuffer>;

  constructor(buffer: ArrayBuffer) {
    this.block = new InputBlock(buffer, ROW_IN, -Infinity);
    this.firstInts = new Int32Array(buffer, FIRST, SCRATCH / 4);
    this.secondInts = new Int32Array(buffer, SECOND, SCRATCH / 4);
    this.secondBytes = new Uint8Array(buffer, SECOND, SCRATCH);
  }
}

export type { RowViews, WorkViews };

export function workViews(instance: Instance): WorkViews {
  return (instance.workViews ??= new WorkViews(instance.memory.buffer));
}

export function rowViews(scratch: Scratch): RowViews {
  return (scratch.rowViews ??= new RowViews(scratch.memory.buffer as ArrayBuffer));
}
