/** The groups of the matrix, in the order in which they run. */

import { bundlers } from "./bundlers/cells.js";
import type { Group } from "./cell.js";

export const groups: readonly Group[] = [{ name: "bundlers", cells: bundlers }];
