import { bitsGroups } from "./support/bits.js";
import { describeStoredBits } from "./support/storedBits.js";

// Math's functions, which the formulas call, have given the same bits in every V8, but give others elsewhere. By formulas, rows and
// losses take longer than all the others: scripts/bits.ts compares these too.
describeStoredBits(
  "js",
  bitsGroups.filter((group) => group !== "rows" && group !== "losses"),
);
