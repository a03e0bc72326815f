/** The network of `npm run generate`: loaded, with what it is made of, only where a reader chooses it. */

import { CharacterModel } from "../../../examples/generate/model.js";

/**
 * Fetches the network.
 *
 * @throws {Error} if the file can't be had, or is damaged
 */
export async function fetchNetwork(): Promise<CharacterModel> {
  const response = await fetch(new URL("../../../examples/generate/weights.bin", import.meta.url));
  if (!response.ok) throw new Error(`its weights could not be fetched: status ${response.status}`);
  return CharacterModel.fromWeights(await response.arrayBuffer());
}
