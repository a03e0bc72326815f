/** The groups of the matrix, in the order in which they run. */

import { bitsCells } from "./bits/cells.js";
import { browserCells } from "./browsers/cells.js";
import { bundlers } from "./bundlers/cells.js";
import type { Group } from "./cell.js";
import { engines } from "./engines/cells.js";
import { frameworks } from "./frameworks/cells.js";
import { neighbours } from "./neighbours/cells.js";
import { policyCells } from "./policies/cells.js";
import { runners } from "./runners/cells.js";
import { tfjs } from "./tfjs/cells.js";
import { transformers } from "./transformers/cells.js";
import { types } from "./types/cells.js";

export const groups: readonly Group[] = [
  { name: "engines", cells: engines },
  { name: "browsers", cells: browserCells },
  { name: "policies", cells: policyCells },
  { name: "bundlers", cells: bundlers },
  { name: "frameworks", cells: frameworks },
  { name: "runners", cells: runners },
  { name: "types", cells: types },
  { name: "neighbours", cells: neighbours },
  { name: "tfjs", cells: tfjs },
  { name: "transformers", cells: transformers },
  { name: "bits", cells: bitsCells },
];
