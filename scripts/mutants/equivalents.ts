/** Mutants by rules that no test can notice, and why. */

import type { Equivalent } from "./table.js";

export const equivalents: readonly Equivalent[] = [];
