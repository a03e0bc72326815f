import { testedBackends } from "./support/backends.js";
import { describeStoredBits } from "./support/storedBits.js";

for (const name of testedBackends) if (name !== "js") describeStoredBits(name);
