/**
 * A hash of everything that a backend gives for a fixed set of inputs: whoever moves code compares it before and after.
 *
 * It calls the public functions alone, so that it outlives any change of what is behind them.
 */

import { recordAttention } from "./bits/attention.js";
import {
  recordChannels,
  recordComparisons,
  recordElementwise,
  recordFormulas,
  recordGated,
  recordPairs,
} from "./bits/elementwise.js";
import { recordLosses } from "./bits/losses.js";
import { type Hashes, type Lanewise, Recorder } from "./bits/recorder.js";
import { recordRows } from "./bits/rows.js";
import { recordTokens } from "./bits/tokens.js";

export { BY_FORMULA, type Hashes } from "./bits/recorder.js";

/** Functions that record the hashes of a group. */
const recorders = {
  elementwise: recordElementwise,
  formulas: recordFormulas,
  channels: recordChannels,
  pairs: recordPairs,
  gated: recordGated,
  comparisons: recordComparisons,
  rows: recordRows,
  attention: recordAttention,
  losses: recordLosses,
  tokens: recordTokens,
};

export type BitsGroup = keyof typeof recorders;

export const bitsGroups = Object.keys(recorders) as BitsGroup[];

/** The hashes of all that the backend which runs now gives, of all functions or of some groups. */
export function hashesOf(lib: Lanewise, groups: readonly BitsGroup[] = bitsGroups): Hashes {
  const recorder = new Recorder(lib);
  for (const group of groups) recordInto(recorder, group);
  return recorder.hashes;
}

/** Records the hashes of a group of functions. */
export function recordInto(recorder: Recorder, group: BitsGroup): void {
  recorders[group](recorder);
}
