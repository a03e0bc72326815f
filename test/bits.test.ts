import { testedBackends } from "./support/backends.js";
import { BY_FORMULA, bitsGroups } from "./support/bits.js";
import { describeStoredBits } from "./support/storedBits.js";

// Formulas give other bits where Math's functions do: bitsOfFormulas.node.test.ts compares them in one engine.
const groups = bitsGroups.filter((group) => group !== "formulas");

for (const name of testedBackends) {
  if (name !== "js") describeStoredBits(name, groups, (key) => !key.includes(BY_FORMULA));
}
