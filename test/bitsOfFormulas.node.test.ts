import { testedBackends } from "./support/backends.js";
import { BY_FORMULA, bitsGroups } from "./support/bits.js";
import { describeStoredBits } from "./support/storedBits.js";

// By formulas, rows and losses take longer than all the others: scripts/bits.ts compares these too.
const jsGroups = bitsGroups.filter((group) => group !== "rows" && group !== "losses");
const ofRowsOrLosses =
  /^((arg|hard|log|soft|sparse)(max|min|Softmax|SumExp|CumSumExp)|entmax15)\b|CrossEntropy|Loss|^klDivergence/;

// Math's functions, which the formulas call, give the same bits in this Node and in the newest one, but others elsewhere.
for (const name of testedBackends) {
  if (name === "js") describeStoredBits(name, jsGroups, (key) => !ofRowsOrLosses.test(key));
  else describeStoredBits(name, ["formulas"], (key) => key.includes(BY_FORMULA));
}
