/** The network of `npm start` with the weights that were stored when the site was made. */

import { fromFloat16 } from "lanewise/float16";
import { Network } from "../../../examples/digits/network.js";
import { PIXELS } from "../../../examples/digits/shape.js";
import { type About, split } from "./file.js";

/** A test digit. */
export interface Sample {
  /** Its place among the test digits. */
  readonly index: number;
  readonly label: number;
  /** 0 for paper, 1 for ink. */
  readonly pixels: Float32Array;
}

/** What the page computes with. */
export interface Model {
  readonly network: Network;
  readonly about: About;
  readonly samples: readonly Sample[];
}

/**
 * Fetches the network.
 *
 * @throws {Error} if the file can't be had, or is damaged
 */
export async function fetchModel(): Promise<Model> {
  const response = await fetch(new URL("../../generated/digits.bin", import.meta.url));
  if (!response.ok) throw new Error(`the network's weights could not be fetched: status ${response.status}`);
  const { about, weights, samples } = split(await response.arrayBuffer());
  // The initial weights are replaced.
  const network = new Network([...about.sizes], 1, () => 0.5);
  network.layers.forEach((layer, i) => {
    layer.weights.set(fromFloat16(weights[2 * i]));
    layer.bias.set(fromFloat16(weights[2 * i + 1]));
  });
  const pixelsOf = (i: number) =>
    Float32Array.from(samples.subarray(i * PIXELS, (i + 1) * PIXELS), (byte) => byte / 255);
  return { network, about, samples: about.samples.map((sample, i) => ({ ...sample, pixels: pixelsOf(i) })) };
}
