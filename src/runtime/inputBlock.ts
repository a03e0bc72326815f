/** The memory for the input of calls on few elements. */

import { BLOCK } from "../generated/layout.js";

/**
 * A block of float32s for the input of calls on few elements. Nothing else writes to it, so that what lies behind the input stays
 * as it is where calls are of the same length, and need not be filled up.
 */
export class InputBlock {
  readonly #view: Float32Array;
  #length = 0;

  /** @param fill what lies behind the input */
  constructor(
    buffer: ArrayBuffer,
    readonly address: number,
    private readonly fill: number,
  ) {
    this.#view = new Float32Array(buffer, address, BLOCK / 4).fill(fill);
  }

  /** Copies x, of a block at most. */
  load(x: Float32Array): void {
    const view = this.#view;
    const { length } = x;
    for (let i = 0; i < length; i++) view[i] = x[i];
    for (let i = length; i < this.#length; i++) view[i] = this.fill;
    this.#length = length;
  }
}
