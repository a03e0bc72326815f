/** The file of the digits' network: a header, then the weights and biases of each layer as float16, then test digits as bytes. */

import { PIXELS } from "../../../examples/digits/shape.js";
import { pack, unpack } from "../../../examples/packing.js";

/** What the file says of itself. */
export interface About {
  /** The hash of the code that made it. */
  readonly hash: string;
  /** Inputs, units of each hidden layer, classes. */
  readonly sizes: readonly number[];
  /** The share of the test digits that the rounded weights read right. */
  readonly accuracy: number;
  /** How many test digits there were. */
  readonly tested: number;
  /** Test digits that the file carries: their places among all, and what they show. */
  readonly samples: readonly { readonly index: number; readonly label: number }[];
}

/** The parts of the file. */
export interface Parts {
  readonly about: About;
  /** The weights and the bias of each layer, by turns, as the bits of float16. */
  readonly weights: readonly Uint16Array[];
  /** The grey values of the samples, 0 to 255. */
  readonly samples: Uint8Array;
}

/** The bytes of a file. */
export function join(about: About, weights: readonly Uint16Array[], samples: Uint8Array): Uint8Array {
  return pack(about, [...weights, samples]);
}

/**
 * The parts of a file's bytes.
 *
 * @throws {Error} if the bytes are not as many as its header tells
 */
export function split(buffer: ArrayBuffer): Parts {
  const { header, begin } = unpack(buffer);
  const about = header as About;
  let at = begin;
  const weights = about.sizes.slice(1).flatMap((outputs, i) =>
    [about.sizes[i] * outputs, outputs].map((count) => {
      const part = new Uint16Array(buffer, at, count);
      at += 2 * count;
      return part;
    }),
  );
  const samples = new Uint8Array(buffer, at);
  if (samples.length !== about.samples.length * PIXELS) throw new Error("the file of the digits' network is damaged");
  return { about, weights, samples };
}
