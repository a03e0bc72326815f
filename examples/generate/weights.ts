/** The file of a network's weights: a header, then all that is learned as float16. */

import { fromFloat16, toFloat16 } from "lanewise/float16";
import { pack, unpack } from "../packing.js";
import type { Network, Size } from "./network.js";

/** What the file says of itself. */
export interface About {
  /** The characters, whose places are their numbers. */
  readonly vocabulary: string;
  /** How many numbers the state has. */
  readonly units: number;
  /** How it was trained. */
  readonly settings: object;
  /** A hash of the text that it learned from. */
  readonly text: string;
  /** A hash of all that was learned after the first steps: it shows whether training, as it is now, begins like that. */
  readonly beginning: string;
  /** The mean cross-entropy on the part of the text that was held out, in nats a character, by the weights as they are in the file. */
  readonly heldOutLoss: number;
}

/** The size of a file's network. */
export function sizeOf({ vocabulary, units }: Pick<About, "vocabulary" | "units">): Size {
  return { characters: vocabulary.length, units };
}

/** The bytes of a file. */
export function packWeights(about: About, network: Network): Uint8Array<ArrayBuffer> {
  return pack(
    about,
    network.learned.map(({ parameters }) => toFloat16(parameters)),
  );
}

/** What a file says of itself. */
export function readAbout(bytes: ArrayBuffer): About {
  return unpack(bytes).header as About;
}

/** Gives a network of the file's size its weights. */
export function readWeights(bytes: ArrayBuffer, { learned }: Network): void {
  let { begin } = unpack(bytes);
  for (const { parameters } of learned) {
    fromFloat16(new Uint16Array(bytes, begin, parameters.length), { out: parameters });
    begin += 2 * parameters.length;
  }
  if (begin !== bytes.byteLength) throw new Error(`the weights end at byte ${begin}, the file at ${bytes.byteLength}`);
}

/** Rounds what a network has learned as the file does. */
export function roundWeights({ learned }: Network): void {
  for (const { parameters } of learned) fromFloat16(toFloat16(parameters), { out: parameters });
}
